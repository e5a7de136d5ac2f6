// sFlow version 5 (sflow_version_5.txt, sflow.org): flow samples of one packet each, and interface counters.
//
//   0 version 5   4 address type   8 agent   12 sub-agent   16 sequence   20 uptime ms   24 samples
//
// A DemoFlow stands for one sampled packet here: of its mean length.

import type { DemoFlow, FlowEncoder } from './demo-flow.ts';
import { minimumIpBytes, writePacketHeader } from './packet-header.ts';
import { WireWriter } from './wire-writer.ts';
import type { WorldExporter } from './world.ts';

const HEADER_BYTES = 28;
const MAX_BYTES = 1400;
/** A sampled header of 128 bytes and all records of a sample. */
const SAMPLE_BYTES = 300;
/** An agent sends within a second what it has (§3). */
const MAX_WAIT_MS = 1000;
const COUNTERS_EVERY_MS = 20_000;
const SAMPLED_HEADER_BYTES = 128;
const MAX_IP_BYTES = 1500;
/** Frame check sequence: part of the frame's length, stripped from the sample. */
const FCS_BYTES = 4;

interface InterfaceTotals {
  inBytes: number;
  inPackets: number;
  outBytes: number;
  outPackets: number;
}

export class Sflow5Encoder implements FlowEncoder {
  private readonly exporter: WorldExporter;
  private readonly bootMs: number;
  private readonly emit: (bytes: Uint8Array) => void;
  private readonly writer = new WireWriter();
  private readonly totals = new Map<number, InterfaceTotals>();
  private sequence = 0;
  private samples = 0;
  /** Of samples, by kind and data source: each source counts its own (sflow_version_5.txt §5). */
  private readonly sampleSequences = new Map<string, number>();
  private samplePool = 0;
  private firstMs = 0;
  private countersMs = Number.NEGATIVE_INFINITY;

  constructor(exporter: WorldExporter, bootMs: number, emit: (bytes: Uint8Array) => void) {
    this.exporter = exporter;
    this.bootMs = bootMs;
    this.emit = emit;
    for (const { index } of exporter.interfaces) {
      this.totals.set(index, { inBytes: 0, inPackets: 0, outBytes: 0, outPackets: 0 });
    }
  }

  add(flow: DemoFlow, nowMs: number): void {
    const ipBytes = Math.min(MAX_IP_BYTES, Math.max(minimumIpBytes(flow), Math.round(flow.bytes / flow.packets)));
    const vlan = this.exporter.vlan ?? 0;
    const frameBytes = Math.max(64, (vlan > 0 ? 18 : 14) + ipBytes + FCS_BYTES);
    this.count(flow, frameBytes);
    this.begin(nowMs);
    this.sample(1, () => this.flowSample(flow, ipBytes, frameBytes, vlan));
    if (this.writer.length + SAMPLE_BYTES > MAX_BYTES) this.flush(nowMs);
  }

  tick(nowMs: number): void {
    if (nowMs - this.countersMs >= COUNTERS_EVERY_MS) {
      this.countersMs = nowMs;
      for (const { index, speed } of this.exporter.interfaces) {
        if (this.writer.length + SAMPLE_BYTES > MAX_BYTES) this.flush(nowMs);
        this.begin(nowMs);
        this.sample(2, () => this.counterSample(index, speed));
      }
    }
    if (this.samples > 0 && nowMs - this.firstMs >= MAX_WAIT_MS) this.flush(nowMs);
  }

  flush(nowMs: number): void {
    if (this.samples === 0) return;
    const { writer } = this;
    const end = writer.length;
    writer.length = 0;
    writer.u32(5);
    writer.u32(1);
    writer.bytes(this.exporter.address.address);
    writer.u32(this.exporter.domain);
    writer.u32(this.sequence++);
    writer.u32((nowMs - this.bootMs) >>> 0);
    writer.u32(this.samples);
    writer.length = end;
    this.samples = 0;
    this.emit(writer.take());
  }

  private begin(nowMs: number): void {
    if (this.samples > 0) return;
    this.firstMs = nowMs;
    this.writer.zeros(HEADER_BYTES);
  }

  /** Type, length, content; records inside a sample have the same frame. */
  private framed(type: number, write: () => void): void {
    this.writer.u32(type);
    const at = this.writer.length;
    this.writer.u32(0);
    write();
    this.writer.setU32(at, this.writer.length - at - 4);
  }

  private nextSample(kind: 'flow' | 'counters', source: number): number {
    const key = `${kind} ${source}`;
    const sequence = (this.sampleSequences.get(key) ?? 0) + 1;
    this.sampleSequences.set(key, sequence);
    return sequence;
  }

  private sample(type: number, write: () => void): void {
    this.framed(type, write);
    this.samples++;
  }

  private flowSample(flow: DemoFlow, ipBytes: number, frameBytes: number, vlan: number): void {
    const { writer } = this;
    this.samplePool = (this.samplePool + this.exporter.sampling) >>> 0;
    const isRouted = flow.sourceAs !== 0 || flow.destinationAs !== 0;
    writer.u32(this.nextSample('flow', flow.inputInterface));
    writer.u32(flow.inputInterface); // source id: type 0, index
    writer.u32(this.exporter.sampling);
    writer.u32(this.samplePool);
    writer.u32(0); // drops
    writer.u32(flow.inputInterface);
    writer.u32(flow.outputInterface);
    writer.u32(isRouted ? 3 : 2);
    this.framed(1, () => {
      const headerBytes = Math.min(SAMPLED_HEADER_BYTES, frameBytes - FCS_BYTES);
      writer.u32(1); // Ethernet
      writer.u32(frameBytes);
      writer.u32(FCS_BYTES);
      writer.u32(headerBytes);
      writePacketHeader(writer, flow, ipBytes, vlan, headerBytes);
      writer.zeros(-headerBytes & 3);
    });
    this.framed(1001, () => {
      // extended switch: VLAN and priority in, out
      writer.u32(vlan);
      writer.u32(0);
      writer.u32(vlan);
      writer.u32(0);
    });
    if (isRouted) this.framed(1003, () => this.gateway(flow));
  }

  /** extended gateway: next hop, AS of router, source, source peer, then the path. */
  private gateway(flow: DemoFlow): void {
    const { writer } = this;
    writer.u32(1);
    writer.bytes(this.exporter.address.address);
    writer.u32(64500);
    writer.u32(flow.sourceAs);
    writer.u32(flow.sourceAs);
    if (flow.destinationAs === 0) {
      writer.u32(0); // no path: to ourselves
    } else {
      writer.u32(1);
      writer.u32(2); // AS_SEQUENCE
      writer.u32(1);
      writer.u32(flow.destinationAs);
    }
    writer.u32(0); // communities
    writer.u32(100); // local preference
  }

  private count(flow: DemoFlow, frameBytes: number): void {
    const input = this.totals.get(flow.inputInterface);
    const output = this.totals.get(flow.outputInterface);
    if (input !== undefined) {
      input.inPackets += this.exporter.sampling;
      input.inBytes += this.exporter.sampling * frameBytes;
    }
    if (output !== undefined) {
      output.outPackets += this.exporter.sampling;
      output.outBytes += this.exporter.sampling * frameBytes;
    }
  }

  /** Generic interface counters, record 1. */
  private counterSample(index: number, speedMbits: number): void {
    const { writer } = this;
    const totals = this.totals.get(index)!;
    writer.u32(this.nextSample('counters', index));
    writer.u32(index);
    writer.u32(1);
    this.framed(1, () => {
      writer.u32(index);
      writer.u32(6); // ethernetCsmacd
      writer.u64(speedMbits * 1e6);
      writer.u32(1); // full duplex
      writer.u32(3); // admin and oper up
      writer.u64(totals.inBytes);
      writer.u32(totals.inPackets >>> 0);
      writer.zeros(5 * 4); // multicast, broadcast, discards, errors, unknown protocols
      writer.u64(totals.outBytes);
      writer.u32(totals.outPackets >>> 0);
      writer.zeros(4 * 4); // multicast, broadcast, discards, errors
      writer.u32(0); // promiscuous
    });
  }
}
