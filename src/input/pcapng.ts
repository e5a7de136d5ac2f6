// pcapng (draft-ietf-opsawg-pcapng): sections, each with its own byte order and interfaces, of blocks
//
//   0 type   4 total length   8 body …   total length again
//
// Packets come in enhanced (6), simple (3) and obsolete (2) blocks; all other blocks are passed over.

import type { CaptureFormat, PacketSink } from './capture-format.ts';
import { MAX_PACKET_BYTES } from './capture-format.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;

interface Interface {
  readonly linkType: number;
  /** 0 = no limit. */
  readonly snapLength: number;
  readonly unitsPerSecond: bigint;
  readonly offsetMs: number;
}

/** True when a file that starts like this is pcapng. */
export function isPcapng(view: DataView): boolean {
  return view.byteLength >= 4 && view.getUint32(0) === SECTION_HEADER;
}

export class Pcapng implements CaptureFormat {
  problem: string | undefined = undefined;
  private littleEndian = false;
  private interfaces: Interface[] = [];

  parse(view: DataView, emit: PacketSink): number {
    let at = 0;
    while (at + 12 <= view.byteLength) {
      // The section header's type reads alike in both orders; its length only after the order is known.
      const isSection = view.getUint32(at) === SECTION_HEADER;
      if (isSection && !this.startSection(view, at)) return at;
      const length = view.getUint32(at + 4, this.littleEndian);
      if (length < 12 || length > MAX_PACKET_BYTES) {
        this.problem = `corrupt: a block claims ${length} bytes`;
        return at;
      }
      if (at + length > view.byteLength) break;
      // Trailing length excluded; blocks are padded to 4 bytes.
      if (!isSection) this.block(view, view.getUint32(at, this.littleEndian), at + 8, at + length - 4, emit);
      at += length + (-length & 3);
      if (at > view.byteLength) at = view.byteLength;
    }
    return at;
  }

  private startSection(view: DataView, at: number): boolean {
    const order = view.getUint32(at + 8);
    if (order !== BYTE_ORDER_MAGIC && view.getUint32(at + 8, true) !== BYTE_ORDER_MAGIC) {
      this.problem = 'corrupt: a section without byte order';
      return false;
    }
    this.littleEndian = order !== BYTE_ORDER_MAGIC;
    this.interfaces = [];
    return true;
  }

  private block(view: DataView, type: number, start: number, end: number, emit: PacketSink): void {
    switch (type) {
      case INTERFACE_DESCRIPTION:
        this.describeInterface(view, start, end);
        return;
      case ENHANCED_PACKET:
        // 0 interface   4 time high   8 time low   12 captured   16 original   20 packet
        if (start + 20 <= end) {
          this.packet(view, view.getUint32(start, this.littleEndian), start + 4, end, emit);
        }
        return;
      case OBSOLETE_PACKET:
        // 0 interface   2 drops   4 time high … as above
        if (start + 20 <= end) {
          this.packet(view, view.getUint16(start, this.littleEndian), start + 4, end, emit);
        }
        return;
      case SIMPLE_PACKET:
        if (start + 4 <= end) this.simplePacket(view, start, end, emit);
        return;
    }
  }

  private describeInterface(view: DataView, start: number, end: number): void {
    // 0 link type   2 reserved   4 snap length   8 options: code, length, value padded to 4 bytes
    if (start + 8 > end) return;
    let unitsPerSecond = 1_000_000n;
    let offsetMs = 0;
    for (let at = start + 8; at + 4 <= end; ) {
      const code = view.getUint16(at, this.littleEndian);
      const length = view.getUint16(at + 2, this.littleEndian);
      if (code === 0 || at + 4 + length > end) break;
      if (code === OPTION_TIME_RESOLUTION && length >= 1) unitsPerSecond = resolution(view.getUint8(at + 4));
      if (code === OPTION_TIME_OFFSET && length >= 8) {
        offsetMs = Number(view.getBigInt64(at + 4, this.littleEndian)) * 1000;
      }
      at += 4 + length + (-length & 3);
    }
    const linkType = view.getUint16(start, this.littleEndian);
    const snapLength = view.getUint32(start + 4, this.littleEndian);
    this.interfaces.push({ linkType, snapLength, unitsPerSecond, offsetMs });
  }

  private packet(view: DataView, interfaceId: number, at: number, end: number, emit: PacketSink): void {
    const source = this.interfaces[interfaceId];
    if (source === undefined) return;
    const high = view.getUint32(at, this.littleEndian);
    const low = view.getUint32(at + 4, this.littleEndian);
    const captured = view.getUint32(at + 8, this.littleEndian);
    const original = view.getUint32(at + 12, this.littleEndian);
    // Nanoseconds since 1970 need more than 53 bits; this runs once per packet, not per flow.
    const units = (BigInt(high) << 32n) | BigInt(low);
    const timeMs = Number((units * 1000n) / source.unitsPerSecond) + source.offsetMs;
    const start = at + 16;
    emit(view, start, Math.min(start + captured, end), source.linkType, timeMs, original);
  }

  /** No interface, which is the first, no captured length, which the snap length limits, and no time. */
  private simplePacket(view: DataView, at: number, end: number, emit: PacketSink): void {
    const source = this.interfaces[0];
    if (source === undefined) return;
    const original = view.getUint32(at, this.littleEndian);
    const captured = source.snapLength === 0 ? original : Math.min(original, source.snapLength);
    emit(view, at + 4, Math.min(at + 4 + captured, end), source.linkType, Number.NaN, original);
  }
}

/** if_tsresol: a negative power of 10, or of 2 with the highest bit set (§4.2). */
function resolution(value: number): bigint {
  return value & 0x80 ? 1n << BigInt(value & 0x7f) : 10n ** BigInt(value);
}
