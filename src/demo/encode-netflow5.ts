// NetFlow v5 (Cisco NetFlow FlowCollector Installation and User Guide, table B-3 and B-4): at most 30 records of 48 bytes.
//
//   0 version 5   2 count   4 sysUptime ms   8 seconds   12 nanoseconds   16 flows sent before   20 engine type, id
//  22 sampling: mode (2 bits), interval (14 bits)

import type { DemoFlow, FlowEncoder } from './demo-flow.ts';
import { WireWriter } from './wire-writer.ts';

const HEADER_BYTES = 24;
const MAX_RECORDS = 30;
/** Routers send a datagram that does not fill after about a second. */
const MAX_WAIT_MS = 1000;
const RANDOM_SAMPLING = 2;

export class Netflow5Encoder implements FlowEncoder {
  private readonly writer = new WireWriter();
  private readonly bootMs: number;
  private readonly sampling: number;
  private readonly emit: (bytes: Uint8Array) => void;
  private sequence = 0;
  private records = 0;
  private firstMs = 0;

  /** @param bootMs start of the router, epoch ms: sysUptime 0 */
  constructor(bootMs: number, sampling: number, emit: (bytes: Uint8Array) => void) {
    this.bootMs = bootMs;
    this.sampling = sampling;
    this.emit = emit;
  }

  /** IPv6 does not exist for v5: such flows are not exported. */
  add(flow: DemoFlow, nowMs: number): void {
    if (flow.source.length !== 4) return;
    const { writer } = this;
    if (this.records === 0) {
      this.firstMs = nowMs;
      writer.zeros(HEADER_BYTES);
    }
    writer.bytes(flow.source);
    writer.bytes(flow.destination);
    writer.u32(0); // next hop
    writer.u16(flow.inputInterface);
    writer.u16(flow.outputInterface);
    writer.u32(flow.packets);
    writer.u32(Math.min(flow.bytes, 0xffffffff));
    writer.u32(flow.startMs - this.bootMs);
    writer.u32(flow.endMs - this.bootMs);
    writer.u16(flow.sourcePort);
    writer.u16(flow.icmp === 0 ? flow.destinationPort : flow.icmp);
    writer.u8(0);
    writer.u8(flow.tcpFlags);
    writer.u8(flow.protocol);
    writer.u8(flow.tos);
    writer.u16(flow.sourceAs > 65535 ? 23456 : flow.sourceAs); // AS_TRANS (RFC 6793)
    writer.u16(flow.destinationAs > 65535 ? 23456 : flow.destinationAs);
    writer.u8(flow.sourceMask);
    writer.u8(flow.destinationMask);
    writer.u16(0);
    this.records++;
    if (this.records === MAX_RECORDS) this.flush(nowMs);
  }

  tick(nowMs: number): void {
    if (this.records > 0 && nowMs - this.firstMs >= MAX_WAIT_MS) this.flush(nowMs);
  }

  flush(nowMs: number): void {
    if (this.records === 0) return;
    const { writer } = this;
    const end = writer.length;
    writer.length = 0;
    writer.u16(5);
    writer.u16(this.records);
    writer.u32(nowMs - this.bootMs);
    writer.u32(Math.floor(nowMs / 1000));
    writer.u32((nowMs % 1000) * 1e6);
    writer.u32(this.sequence);
    writer.u16(0);
    writer.u16(this.sampling > 1 ? (RANDOM_SAMPLING << 14) | this.sampling : 0);
    writer.length = end;
    this.sequence = (this.sequence + this.records) >>> 0;
    this.records = 0;
    this.emit(writer.take());
  }
}
