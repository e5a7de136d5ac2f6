// Builds wire bytes for tests from hexadecimal text and numbers, and a flow to read them into.

import { BgpRoute } from '../../../src/flow/bgp-route.ts';
import { Exporter } from '../../../src/flow/exporter.ts';
import { Flow } from '../../../src/flow/flow.ts';

/** Bytes of hexadecimal text; white space is ignored. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replace(/\s+/g, ''), 'hex'));
}

/** Big-endian 32-bit words. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(4 * i, value);
  });
  return bytes;
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** XDR opaque<>: length, bytes, padding to four. */
export function opaque(bytes: Uint8Array): Uint8Array {
  return join(words(bytes.length), bytes, new Uint8Array(-bytes.length & 3));
}

export function text(value: string): Uint8Array {
  return opaque(new Uint8Array(Buffer.from(value)));
}

/** What a sample or record is wrapped in: format, length, bytes. */
export function block(format: number, body: Uint8Array): Uint8Array {
  return join(words(format, body.length), body);
}

export function newFlow(): Flow {
  const exporter = new Exporter('192.0.2.1');
  return new Flow(exporter, exporter.facts(0), 'sflow_v5', 'x', 1_700_000_000_000);
}

/** A route with these members; others are empty. */
export function route(members: Partial<BgpRoute>): BgpRoute {
  return Object.assign(new BgpRoute(), members);
}

/** Fields of a flow that differ from those of an untouched one. */
export function filled(flow: Flow): Record<string, unknown> {
  const untouched = newFlow() as unknown as Record<string, unknown>;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(flow)) {
    if (value !== untouched[name] && name !== 'exporter' && name !== 'facts') fields[name] = value;
  }
  return fields;
}

/** xorshift32: the same numbers in every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
