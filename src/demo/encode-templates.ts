// NetFlow v9 (RFC 3954) and IPFIX (RFC 7011): the same sets of templates, option templates and data records behind
// different headers.
//
//   NetFlow v9: 0 version 9   2 records   4 sysUptime ms   8 seconds   12 datagrams sent before   16 source id
//   IPFIX:      0 version 10  2 length    4 export seconds 8 data records sent before            12 observation domain

import type { DemoFlow, FlowEncoder } from './demo-flow.ts';
import type { OptionTable } from './option-tables.ts';
import { type DemoTemplate, recordBytes } from './template-fields.ts';
import { WireWriter } from './wire-writer.ts';

export interface TemplateEncoderOptions {
  readonly version: 9 | 10;
  /** Source id, observation domain. */
  readonly domain: number;
  /** Start of the router, epoch ms. */
  readonly bootMs: number;
  /** For IPv4 and for IPv6. */
  readonly templates: readonly [DemoTemplate, DemoTemplate];
  readonly tables: readonly OptionTable[];
}

/** Fits an Ethernet of 1500 bytes with IPv6 and UDP headers, and some tunnel. */
const MAX_BYTES = 1400;
const MAX_WAIT_MS = 1000;
/** Often enough for who starts a collector while the demo runs. */
const TEMPLATES_EVERY_MS = 20_000;

export class TemplateEncoder implements FlowEncoder {
  private readonly options: TemplateEncoderOptions;
  private readonly emit: (bytes: Uint8Array) => void;
  private readonly writer = new WireWriter();
  private readonly headerBytes: number;
  private sequence = 0;
  /** Of the datagram being built: records of all kinds (v9's count), data records (IPFIX' sequence). */
  private records = 0;
  private dataRecords = 0;
  /** Where the open set starts; 0 when none is open. */
  private setAt = 0;
  private setId = -1;
  private firstMs = 0;
  private templatesMs = Number.NEGATIVE_INFINITY;

  constructor(options: TemplateEncoderOptions, emit: (bytes: Uint8Array) => void) {
    this.options = options;
    this.emit = emit;
    this.headerBytes = options.version === 9 ? 20 : 16;
  }

  add(flow: DemoFlow, nowMs: number): void {
    this.announce(nowMs);
    const template = this.options.templates[flow.source.length === 4 ? 0 : 1];
    this.reserve(template.id, recordBytes(template), nowMs);
    for (const field of template.fields) field.write(this.writer, flow);
    this.records++;
    this.dataRecords++;
  }

  tick(nowMs: number): void {
    this.announce(nowMs);
    if (this.writer.length > 0 && nowMs - this.firstMs >= MAX_WAIT_MS) this.flush(nowMs);
  }

  flush(nowMs: number): void {
    if (this.writer.length === 0) return;
    this.closeSet();
    const { writer, options } = this;
    const end = writer.length;
    writer.length = 0;
    writer.u16(options.version);
    if (options.version === 9) {
      writer.u16(this.records);
      writer.u32((nowMs - options.bootMs) >>> 0);
      writer.u32(Math.floor(nowMs / 1000));
      writer.u32(this.sequence);
    } else {
      writer.u16(end);
      writer.u32(Math.floor(nowMs / 1000));
      writer.u32(this.sequence);
    }
    writer.u32(options.domain);
    writer.length = end;
    this.sequence = (this.sequence + (options.version === 9 ? 1 : this.dataRecords)) >>> 0;
    this.records = 0;
    this.dataRecords = 0;
    this.emit(writer.take());
  }

  /** Templates, option templates and option data, when they are due. */
  private announce(nowMs: number): void {
    if (nowMs - this.templatesMs < TEMPLATES_EVERY_MS) return;
    this.templatesMs = nowMs;
    this.flush(nowMs);
    const { version, templates, tables } = this.options;
    for (const template of templates) {
      this.reserve(version === 9 ? 0 : 2, 4 + template.fields.length * 4, nowMs);
      this.writer.u16(template.id);
      this.writer.u16(template.fields.length);
      for (const field of template.fields) this.pair([field.id, field.bytes]);
      this.records++;
    }
    for (const table of tables) this.announceTable(table, nowMs);
    this.flush(nowMs);
  }

  private announceTable(table: OptionTable, nowMs: number): void {
    const { writer, options } = this;
    const all = [...table.scope, ...table.fields];
    this.reserve(options.version === 9 ? 1 : 3, 6 + all.length * 4, nowMs);
    writer.u16(table.templateId);
    if (options.version === 9) {
      // Lengths in bytes of both lists (RFC 3954 §6.1).
      writer.u16(table.scope.length * 4);
      writer.u16(table.fields.length * 4);
    } else {
      // Number of all fields, and of scope fields (RFC 7011 §3.4.2.2).
      writer.u16(all.length);
      writer.u16(table.scope.length);
    }
    for (const pair of all) this.pair(pair);
    this.records++;
    const rowBytes = all.reduce((sum, [, bytes]) => sum + bytes, 0);
    for (const row of table.rows) {
      this.reserve(table.templateId, rowBytes, nowMs);
      row(writer);
      this.records++;
      this.dataRecords++;
    }
  }

  private pair([id, bytes]: readonly [number, number]): void {
    this.writer.u16(id);
    this.writer.u16(bytes);
  }

  /** Makes room for a record of that set: opens the set, in a new datagram where the present one is full. */
  private reserve(setId: number, bytes: number, nowMs: number): void {
    const needed = bytes + (this.setId === setId ? 0 : 4) + 3;
    if (this.writer.length > 0 && this.writer.length + needed > MAX_BYTES) this.flush(nowMs);
    if (this.writer.length === 0) {
      this.firstMs = nowMs;
      this.writer.zeros(this.headerBytes);
    }
    if (this.setId === setId) return;
    this.closeSet();
    this.setAt = this.writer.length;
    this.setId = setId;
    this.writer.u16(setId);
    this.writer.u16(0);
  }

  /** Pads the set to 4 bytes, as v9 asks and IPFIX allows, and writes its length. */
  private closeSet(): void {
    if (this.setAt === 0) return;
    this.writer.zeros(-(this.writer.length - this.setAt) & 3);
    this.writer.setU16(this.setAt + 2, this.writer.length - this.setAt);
    this.setAt = 0;
    this.setId = -1;
  }
}
