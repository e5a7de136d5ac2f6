// Traffic with known sums: conversations over IPv4 and IPv6, TCP, UDP and ICMP, written as a pcap file for real exporters
// to read, and counted here by plain arithmetic. The sums are what every later stage has to reproduce.

/** What one direction of a conversation amounts to. ICMP has no ports: undefined. */
export interface TrafficSum {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  /** IANA number. */
  readonly protocol: number;
  packets: number;
  /** Length of the IP packets, headers included. */
  ipBytes: number;
  /** Length of the Ethernet frames, without check sequence. */
  frameBytes: number;
}

export interface Traffic {
  /** A pcap file (microseconds, Ethernet). */
  readonly pcap: Buffer;
  /** By `flowKey`. */
  readonly sums: ReadonlyMap<string, TrafficSum>;
}

export interface TrafficOptions {
  /** Conversations; every third is IPv6, every tenth ICMP. Each has two directions. */
  readonly conversations: number;
  /** Most packets in one direction, at least 1. */
  readonly packetsPerDirection: number;
  /** Epoch ms of the first packet; all packets lie in the 30 s after it. */
  readonly startMs: number;
  /** False leaves IPv6 out, for exports that cannot say it (NetFlow v5). */
  readonly ipv6: boolean;
  /** Packets of `TRAILER_SOURCE` after all others that no sum holds, for exporters that lose their last packet. */
  readonly trailer?: number;
}

/** Source address of the packets that do not count. RFC 5737. */
export const TRAILER_SOURCE = '203.0.113.9';

interface Direction {
  readonly version: 4 | 6;
  readonly source: number[];
  readonly destination: number[];
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
}

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMP_V6 = 58;
const ETHERNET_HEADER = 14;
const TRAFFIC_SECONDS = 30;
const TRAILER: Direction = {
  version: 4,
  source: TRAILER_SOURCE.split('.').map(Number),
  destination: [203, 0, 113, 10],
  sourcePort: 9,
  destinationPort: 9,
  protocol: UDP,
};

/** The 5-tuple as one text; the same for traffic, documents and other tools' records. */
export function flowKey(
  protocol: number | string,
  source: string,
  sourcePort: number | undefined,
  destination: string,
  destinationPort: number | undefined,
): string {
  return `${protocol} ${source} ${sourcePort ?? '-'} ${destination} ${destinationPort ?? '-'}`;
}

/** Generates the same traffic for the same options. */
export function makeTraffic(options: TrafficOptions): Traffic {
  const sums = new Map<string, TrafficSum>();
  const frames: { readonly atMs: number; readonly bytes: Buffer }[] = [];
  const random = sequence(4711);
  for (let number = 0; number < options.conversations; number++) {
    const forth = conversation(number, options.ipv6);
    const back: Direction = {
      ...forth,
      source: forth.destination,
      destination: forth.source,
      sourcePort: forth.destinationPort,
      destinationPort: forth.sourcePort,
    };
    for (const direction of [forth, back]) {
      const packets = 1 + (random() % options.packetsPerDirection);
      for (let packet = 0; packet < packets; packet++) {
        const bytes = frame(direction, direction === back, random() % 1_200);
        add(sums, direction, bytes.length);
        frames.push({ atMs: options.startMs + (random() % (TRAFFIC_SECONDS * 1_000)), bytes });
      }
    }
  }
  frames.sort((a, b) => a.atMs - b.atMs);
  for (let number = 0; number < (options.trailer ?? 0); number++) {
    frames.push({ atMs: options.startMs + TRAFFIC_SECONDS * 1_000, bytes: frame(TRAILER, false, 0) });
  }
  return { pcap: Buffer.concat([pcapHeader(), ...frames.map(pcapRecord)]), sums };
}

/** Numerical Recipes' linear congruential generator: 16 good bits are plenty here. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
}

function conversation(number: number, ipv6: boolean): Direction {
  const version = ipv6 && number % 3 === 2 ? 6 : 4;
  const isIcmp = number % 10 === 9;
  const protocol = isIcmp ? (version === 6 ? ICMP_V6 : ICMP) : number % 2 === 0 ? TCP : UDP;
  const high = number >> 8;
  const low = number & 0xff;
  // Documentation addresses: RFC 5737 and RFC 3849. Clients differ in port too, so that no two conversations coincide.
  const source = version === 6 ? [0x2001, 0xdb8, 1, 0, 0, 0, high, low] : [192, 0, 2, low];
  const destination = version === 6 ? [0x2001, 0xdb8, 2, 0, 0, 0, 0, 1 + (low % 7)] : [198, 51, 100, 1 + (low % 7)];
  return {
    version,
    source,
    destination,
    sourcePort: isIcmp ? 0 : 20_000 + number,
    destinationPort: isIcmp ? 0 : protocol === TCP ? 443 : 53,
    protocol,
  };
}

function add(sums: Map<string, TrafficSum>, direction: Direction, frameBytes: number): void {
  const source = addressText(direction.source);
  const destination = addressText(direction.destination);
  const sourcePort = direction.sourcePort === 0 ? undefined : direction.sourcePort;
  const destinationPort = direction.destinationPort === 0 ? undefined : direction.destinationPort;
  const key = flowKey(direction.protocol, source, sourcePort, destination, destinationPort);
  const sum = sums.get(key) ?? {
    source,
    destination,
    sourcePort,
    destinationPort,
    protocol: direction.protocol,
    packets: 0,
    ipBytes: 0,
    frameBytes: 0,
  };
  sum.packets += 1;
  sum.ipBytes += frameBytes - ETHERNET_HEADER;
  sum.frameBytes += frameBytes;
  sums.set(key, sum);
}

/** RFC 5952 for the addresses that `conversation` makes: their longest run of zeros is 3–5 groups before the last two. */
function addressText(parts: readonly number[]): string {
  if (parts.length === 4) return parts.join('.');
  const groups = parts.map((part) => part.toString(16)).join(':');
  return groups.replace(/(:0)+:(?=[^:]*(:[^:]*)?$)/, '::');
}

function frame(direction: Direction, isBack: boolean, payloadBytes: number): Buffer {
  const transport = transportHeader(direction, isBack, payloadBytes);
  const length = transport.length + payloadBytes;
  const network = direction.version === 6 ? ipv6Header(direction, length) : ipv4Header(direction, length);
  const ethernet = Buffer.from('00005e00530100005e0053020000', 'hex');
  ethernet.writeUInt16BE(direction.version === 6 ? 0x86dd : 0x0800, 12);
  return Buffer.concat([ethernet, network, transport, Buffer.alloc(payloadBytes, 0x61)]);
}

/** Checksums stay zero: no exporter checks them. */
function transportHeader(direction: Direction, isBack: boolean, payloadBytes: number): Buffer {
  if (direction.protocol === TCP) {
    const header = Buffer.alloc(20);
    header.writeUInt16BE(direction.sourcePort, 0);
    header.writeUInt16BE(direction.destinationPort, 2);
    header.writeUInt8(5 << 4, 12);
    header.writeUInt8(0x18, 13); // PSH, ACK: neither opens nor closes, so that no exporter ends the flow early
    header.writeUInt16BE(0xffff, 14);
    return header;
  }
  const header = Buffer.alloc(8);
  if (direction.protocol === UDP) {
    header.writeUInt16BE(direction.sourcePort, 0);
    header.writeUInt16BE(direction.destinationPort, 2);
    header.writeUInt16BE(8 + payloadBytes, 4);
    return header;
  }
  // Echo request forth, echo reply back.
  header.writeUInt8(direction.protocol === ICMP ? (isBack ? 0 : 8) : isBack ? 129 : 128, 0);
  return header;
}

function ipv4Header(direction: Direction, length: number): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(20 + length, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(direction.protocol, 9);
  Buffer.from([...direction.source, ...direction.destination]).copy(header, 12);
  return header;
}

function ipv6Header(direction: Direction, length: number): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(length, 4);
  header.writeUInt8(direction.protocol, 6);
  header.writeUInt8(64, 7);
  [...direction.source, ...direction.destination].forEach((group, index) => {
    header.writeUInt16BE(group, 8 + 2 * index);
  });
  return header;
}

function pcapHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20); // Ethernet
  return header;
}

function pcapRecord(packet: { readonly atMs: number; readonly bytes: Buffer }): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(packet.atMs / 1_000), 0);
  header.writeUInt32LE((packet.atMs % 1_000) * 1_000, 4);
  header.writeUInt32LE(packet.bytes.length, 8);
  header.writeUInt32LE(packet.bytes.length, 12);
  return Buffer.concat([header, packet.bytes]);
}
