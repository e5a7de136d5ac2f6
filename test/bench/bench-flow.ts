// The flows that are decoded for measuring: as a Cisco or Juniper edge router sees them, a few thousand hosts of which some
// hundred carry most flows. Seeded: every run measures the same bytes.

/** What all protocols can say of a flow; addresses as numbers. */
export interface BenchFlow {
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly nextHop: number;
  readonly input: number;
  readonly output: number;
  readonly packets: number;
  readonly octets: number;
  readonly durationMs: number;
  readonly tcpFlags: number;
  readonly protocol: number;
  readonly tos: number;
  readonly sourceAs: number;
  readonly destinationAs: number;
  /** 0 ingress, 1 egress. */
  readonly direction: number;
  /** Last four octets of the MAC addresses; the first two are 0. */
  readonly inMac: number;
  readonly outMac: number;
}

/** Networks that MaxMind's public test databases know, so that look-ups find something. */
const PUBLIC_NETWORKS = [
  '81.2.69',
  '89.160.20',
  '216.160.83',
  '67.43.156',
  '175.16.199',
  '2.125.160',
  '1.128.12',
  '12.81.92',
];
const SERVICES: readonly (readonly [port: number, protocol: number])[] = [
  [443, 6],
  [443, 17],
  [80, 6],
  [53, 17],
  [22, 6],
  [123, 17],
  [445, 6],
  [3389, 6],
  [8443, 6],
  [993, 6],
];

export function makeFlow(random: () => number): BenchFlow {
  const [port, protocol] = SERVICES[Math.floor(random() ** 2 * SERVICES.length)]!;
  const isRequest = random() < 0.5;
  const client = 0x0a000000 + Math.floor(random() ** 2 * 8000);
  const server = publicAddress(random);
  const clientPort = 32768 + Math.floor(random() * 28000);
  const packets = 1 + Math.floor(random() ** 4 * 2000);
  const durationMs = Math.floor(random() ** 2 * 60_000);
  return {
    source: isRequest ? client : server,
    destination: isRequest ? server : client,
    sourcePort: isRequest ? clientPort : port,
    destinationPort: isRequest ? port : clientPort,
    nextHop: 0xc0a80001 + Math.floor(random() * 4),
    input: 1 + Math.floor(random() * 8),
    output: 1 + Math.floor(random() * 8),
    packets,
    octets: packets * (64 + Math.floor(random() * 1400)),
    durationMs,
    tcpFlags: protocol === 6 ? 0x1b : 0,
    protocol,
    tos: random() < 0.1 ? 0xb8 : 0,
    sourceAs: 64512 + Math.floor(random() * 4),
    destinationAs: 15169,
    direction: isRequest ? 0 : 1,
    inMac: 0x5e005300 + Math.floor(random() * 16),
    outMac: 0x5e005300 + Math.floor(random() * 16),
  };
}

function publicAddress(random: () => number): number {
  const network = PUBLIC_NETWORKS[Math.floor(random() * PUBLIC_NETWORKS.length)]!;
  const [a, b, c] = network.split('.').map(Number) as [number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | Math.floor(random() ** 2 * 256)) >>> 0;
}

/** A small seeded generator (Tommy Ettinger's mulberry32), uniform in [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
