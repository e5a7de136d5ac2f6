// Hand-made packets and capture files for the tests of input/.

export function bytes(...parts: (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function u16(value: number, littleEndian = false): number[] {
  const big = [(value >>> 8) & 255, value & 255];
  return littleEndian ? big.reverse() : big;
}

export function u32(value: number, littleEndian = false): number[] {
  const big = [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  return littleEndian ? big.reverse() : big;
}

/** NetFlow v5, `count` records of zeros, export time 2026-01-02T03:04:05.006Z. */
export function netflow5(count = 1, sequence = 0): Uint8Array {
  return bytes(
    [0, 5, ...u16(count), ...u32(1000), ...u32(1767323045), ...u32(6_000_000), ...u32(sequence), 0, 0, 0, 0],
    new Uint8Array(48 * count),
  );
}
export const NETFLOW5_MS = 1767323045006;

export function udp(payload: Uint8Array, sourcePort = 50000, destinationPort = 2055): Uint8Array {
  return bytes(u16(sourcePort), u16(destinationPort), u16(8 + payload.length), u16(0), payload);
}

interface Fragment {
  readonly offset: number;
  readonly more: boolean;
  readonly id: number;
}

/** From 192.0.2.1 to 192.0.2.2. */
export function ipv4(
  payload: Uint8Array,
  protocol = 17,
  options: readonly number[] = [],
  fragment?: Fragment,
): Uint8Array {
  const header = 20 + options.length;
  const flags = fragment === undefined ? 0x4000 : (fragment.more ? 0x2000 : 0) | (fragment.offset / 8);
  return bytes(
    [0x40 | (header / 4), 0, ...u16(header + payload.length), ...u16(fragment?.id ?? 0), ...u16(flags)],
    [64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, ...options],
    payload,
  );
}

/** From 2001:db8::1 to 2001:db8::2; `next` is the type of what `payload` starts with. */
export function ipv6(payload: Uint8Array, next = 17): Uint8Array {
  const address = (last: number): number[] => [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
  return bytes([0x60, 0, 0, 0, ...u16(payload.length), next, 64], address(1), address(2), payload);
}

/** @param tags bytes of VLAN tags before the type */
export function ethernet(ip: Uint8Array, tags: readonly number[] = []): Uint8Array {
  return bytes([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], tags, u16(ip[0]! >> 4 === 4 ? 0x0800 : 0x86dd), ip);
}

export interface Packet {
  readonly data: Uint8Array;
  readonly seconds?: number;
  readonly fraction?: number;
  /** Length on the wire; default as captured. */
  readonly original?: number;
}

export function pcap(
  packets: readonly Packet[],
  options: { linkType?: number; littleEndian?: boolean; magic?: number; extraHeader?: number } = {},
): Uint8Array {
  const { linkType = 1, littleEndian = true, magic = 0xa1b2c3d4, extraHeader = 0 } = options;
  const long = (value: number): number[] => u32(value, littleEndian);
  return bytes(
    [...long(magic), ...u16(2, littleEndian), ...u16(4, littleEndian), ...long(0), ...long(0)],
    [...long(262144), ...long(linkType)],
    ...packets.flatMap((packet) => [
      [...long(packet.seconds ?? 1700000000), ...long(packet.fraction ?? 0), ...long(packet.data.length)],
      [...long(packet.original ?? packet.data.length)],
      new Uint8Array(extraHeader),
      packet.data,
    ]),
  );
}

/** One pcapng block around `body`, padded. */
export function block(type: number, body: Uint8Array, littleEndian = true): Uint8Array {
  const padding = -body.length & 3;
  const length = u32(12 + body.length + padding, littleEndian);
  return bytes(u32(type, littleEndian), length, body, new Uint8Array(padding), length);
}

export function sectionHeader(littleEndian = true): Uint8Array {
  return block(
    0x0a0d0d0a,
    bytes(u32(0x1a2b3c4d, littleEndian), u16(1, littleEndian), [0, 0], new Uint8Array(8).fill(255)),
    littleEndian,
  );
}

export function interfaceBlock(
  linkType: number,
  options: readonly number[] = [],
  littleEndian = true,
  snap = 0,
): Uint8Array {
  return block(1, bytes(u16(linkType, littleEndian), [0, 0], u32(snap, littleEndian), options), littleEndian);
}

export function enhancedPacket(interfaceId: number, units: bigint, data: Uint8Array, littleEndian = true): Uint8Array {
  const long = (value: number): number[] => u32(value, littleEndian);
  const high = Number(units >> 32n);
  const low = Number(units & 0xffffffffn);
  return block(
    6,
    bytes(
      long(interfaceId),
      long(high),
      long(low),
      long(data.length),
      long(data.length),
      data,
      new Uint8Array(-data.length & 3),
    ),
    littleEndian,
  );
}
