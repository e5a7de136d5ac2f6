// The classic pcap file (draft-ietf-opsawg-pcap): a 24-byte header, then packets of 16 bytes header and captured bytes.
// Reads it by chunks; both byte orders, µs and ns, and Kuznetzov's variant with 8 more bytes per packet.

import type { CaptureFormat, PacketSink } from './capture-format.ts';
import { MAX_PACKET_BYTES } from './capture-format.ts';

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAGIC_MODIFIED = 0xa1b2cd34;
const FILE_HEADER_BYTES = 24;

/** True when a file that starts like this is pcap. */
export function isPcap(view: DataView): boolean {
  return view.byteLength >= 4 && (isMagic(view.getUint32(0)) || isMagic(view.getUint32(0, true)));
}

function isMagic(value: number): boolean {
  return value === MAGIC_MICROSECONDS || value === MAGIC_NANOSECONDS || value === MAGIC_MODIFIED;
}

export class Pcap implements CaptureFormat {
  problem: string | undefined = undefined;
  private headerSeen = false;
  private littleEndian = false;
  private fractionsPerMs = 1000;
  private packetHeaderBytes = 16;
  private linkType = 0;

  parse(view: DataView, emit: PacketSink): number {
    let at = 0;
    if (!this.headerSeen) {
      if (view.byteLength < FILE_HEADER_BYTES) return 0;
      this.readFileHeader(view);
      at = FILE_HEADER_BYTES;
    }
    while (at + this.packetHeaderBytes <= view.byteLength) {
      //  0 seconds   4 fraction (µs or ns)   8 captured length   12 original length
      const seconds = view.getUint32(at, this.littleEndian);
      const fraction = view.getUint32(at + 4, this.littleEndian);
      const captured = view.getUint32(at + 8, this.littleEndian);
      const original = view.getUint32(at + 12, this.littleEndian);
      if (captured > MAX_PACKET_BYTES) {
        this.problem = `corrupt: a packet claims ${captured} bytes`;
        return at;
      }
      const start = at + this.packetHeaderBytes;
      if (start + captured > view.byteLength) break;
      const timeMs = seconds * 1000 + Math.floor(fraction / this.fractionsPerMs);
      emit(view, start, start + captured, this.linkType, timeMs, original);
      at = start + captured;
    }
    return at;
  }

  private readFileHeader(view: DataView): void {
    //  0 magic   4 version   8 zone, accuracy (unused)   16 snap length   20 FCS bits and link type
    this.littleEndian = isMagic(view.getUint32(0, true));
    const magic = view.getUint32(0, this.littleEndian);
    if (magic === MAGIC_NANOSECONDS) this.fractionsPerMs = 1e6;
    if (magic === MAGIC_MODIFIED) this.packetHeaderBytes = 24;
    this.linkType = view.getUint32(20, this.littleEndian) & 0xffff;
    this.headerSeen = true;
  }
}
