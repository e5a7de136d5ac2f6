// What can go wrong with an Elasticsearch, each fault for a while, on a node of one's own behind a gate.

import { setTimeout as sleep } from 'node:timers/promises';
import { askElasticsearch, type OwnElasticsearch } from '../helpers/elasticsearch.ts';
import type { Gate } from '../helpers/gate.ts';

export interface Place {
  readonly elasticsearch: OwnElasticsearch;
  readonly gate: Gate;
  readonly prefix: string;
}

/** Lasts for so many ms and heals. */
export type Fault = (place: Place, lengthMs: number) => Promise<void>;

export const FAULTS: Readonly<Record<string, Fault>> = {
  /** In good order, and started again. */
  stopped: async ({ elasticsearch }, lengthMs) => {
    await elasticsearch.stop();
    await sleep(lengthMs);
    await elasticsearch.start();
  },
  killed: async ({ elasticsearch }, lengthMs) => {
    await elasticsearch.kill();
    await sleep(lengthMs);
    await elasticsearch.start();
  },
  paused: async ({ elasticsearch }, lengthMs) => {
    await elasticsearch.pause();
    await sleep(lengthMs);
    await elasticsearch.resume();
  },
  /** An index that an operator has made read-only: 403 for each document. */
  readOnly: (place, lengthMs) => blocked(place, { 'index.blocks.write': true }, lengthMs),
  /** What the flood-stage watermark does to indices: 429 for each document. */
  diskFull: (place, lengthMs) => blocked(place, { 'index.blocks.read_only_allow_delete': true }, lengthMs),
  refused: ({ gate }, lengthMs) => gated(gate, 'closed', lengthMs),
  hung: ({ gate }, lengthMs) => gated(gate, 'hung', lengthMs),
  answersCut: ({ gate }, lengthMs) => gated(gate, 'cut', lengthMs),
  busy: ({ gate }, lengthMs) => gated(gate, 'busy', lengthMs),
};

async function gated(gate: Gate, mode: 'closed' | 'hung' | 'cut' | 'busy', lengthMs: number): Promise<void> {
  gate.set(mode);
  await sleep(lengthMs);
  gate.set('open');
}

async function blocked({ elasticsearch, prefix }: Place, block: object, lengthMs: number): Promise<void> {
  const settings = `${elasticsearch.url}/${prefix}-*/_settings`;
  await askElasticsearch(settings, 'PUT', block);
  await sleep(lengthMs);
  await askElasticsearch(settings, 'PUT', Object.fromEntries(Object.keys(block).map((key) => [key, null])));
}
