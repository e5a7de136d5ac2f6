// Builders for decoder tests: datagrams from hexadecimal text, messages and sets with right lengths, a decoder that
// collects its flows.

import type { DecodeOptions } from '../../src/decode/decode-options.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import type { Datagram } from '../../src/flow/datagram.ts';
import type { Flow } from '../../src/flow/flow.ts';

/** 2023-11-14 22:13:20 UTC, in seconds: export time of all messages built here. */
export const EXPORT_SECONDS = 1_700_000_000;
export const EXPORT_MS = EXPORT_SECONDS * 1000;
/** sysUptime of the v9 messages built here. */
export const UPTIME_MS = 3_600_000;

export const TEST_OPTIONS: DecodeOptions = {
  maxExporters: 100,
  maxPorts: 8,
  maxDomains: 16,
  maxTemplates: 64,
  maxFields: 128,
  memory: 16 << 20,
  maxFacts: 100,
  templateExpireMs: 86_400_000,
  pendingMemory: 1 << 20,
  pendingExpireMs: 300_000,
  pendingOtherPorts: true,
  pendingNewExporterMs: 0,
  pendingSamplingMs: 0,
  totalsAsDeltas: false,
  maxRunningFlows: 100,
  runningExpireMs: 3_600_000,
  sflowBytes: 'frame',
};

export interface Bench {
  readonly decoder: Decoder;
  readonly flows: Flow[];
}

/** @param emit takes the flows instead of `flows` */
export function bench(options: Partial<DecodeOptions> = {}, emit?: (flow: Flow) => void): Bench {
  const flows: Flow[] = [];
  const take = emit ?? ((flow: Flow) => void flows.push(flow));
  const decoder = new Decoder({ ...TEST_OPTIONS, ...options }, { emit: take });
  return { decoder, flows };
}

let count = 0;

export function datagram(bytes: Uint8Array, over: Partial<Datagram> = {}): Datagram {
  const id = `t${count++}`;
  return { bytes, exporterAddress: '192.0.2.1', exporterPort: 2055, receivedMs: EXPORT_MS, id, ...over };
}

/** Octets of hexadecimal digits; white space is for the reader. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s+/g, ''), 'hex'));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function u16(...values: readonly number[]): Uint8Array {
  return join(...values.map((value) => new Uint8Array([value >>> 8, value & 255])));
}

export function u32(...values: readonly number[]): Uint8Array {
  return join(...values.map((value) => u16(value >>> 16, value & 0xffff)));
}

export function set(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const all = join(...content);
  return join(u16(id, all.length + 4), all);
}

/** NetFlow v9 message of source id 7 unless said otherwise. */
export function v9(sets: readonly Uint8Array[], sourceId = 7): Uint8Array {
  return join(u16(9, sets.length), u32(UPTIME_MS, EXPORT_SECONDS, 1, sourceId), ...sets);
}

/** IPFIX message of domain 7 unless said otherwise. */
export function ipfix(sets: readonly Uint8Array[], domainId = 7): Uint8Array {
  const content = join(...sets);
  return join(u16(10, 16 + content.length), u32(EXPORT_SECONDS, 1, domainId), content);
}

/** A template record: id, then pairs of element and length. */
export function template(id: number, ...fields: readonly (readonly [number, number])[]): Uint8Array {
  return join(u16(id, fields.length), ...fields.map(([element, length]) => u16(element, length)));
}
