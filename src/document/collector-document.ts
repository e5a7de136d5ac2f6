// What a process of weir counted of itself in one interval → one line of JSON, a document beside those about exporters
// (PREFIX-exporters-…). Counts are those of the interval, so that sums over time are right; what waits, the lag and memory
// are states. Every field has its row in pipelines/schema.yml under `exporters:`.

import { ECS_VERSION } from './ecs.ts';
import { flat, quote } from './json.ts';
import { quotedTime } from './timestamp.ts';

/** One process, one interval. */
export interface CollectorFacts {
  readonly host: string;
  readonly version: string;
  /** `run` or `work`. */
  readonly role: string;
  /** Tells processes apart, also those of one host. */
  readonly name: string;
  /** The interval, epoch ms; its end is `@timestamp`. */
  readonly startMs: number;
  readonly endMs: number;
  /** Given to the decoder. */
  readonly datagrams: number;
  /** Decoded. */
  readonly flows: number;
  /** Datagrams; undefined where the system does not tell, or another process receives. */
  readonly kernelDrops: number | undefined;
  /** Documents that Elasticsearch or the local store took. */
  readonly written: number;
  readonly deadLettered: number;
  readonly dropped: number;
  /** Documents in memory, and on disk with their bytes, at the end. */
  readonly waiting: number;
  readonly spooled: number;
  readonly spooledBytes: number;
  /** Datagrams in all streams that are not acknowledged; undefined where there are none, or not known yet. */
  readonly lag: number | undefined;
  readonly residentBytes: number;
}

const EVENT = `"ecs":{"version":"${ECS_VERSION}"},"event":{"kind":"metric","dataset":"weir.collector"`;

/** The document: one line of ASCII without newline. */
export function collectorDocument(facts: CollectorFacts): string {
  const { startMs, endMs, kernelDrops, lag } = facts;
  let event = `{"@timestamp":${quotedTime(endMs)},${EVENT},"start":${quotedTime(startMs)}`;
  event += `,"duration":${Math.max(0, Math.round((endMs - startMs) * 1e6))}}`;
  const host = `"host":{"name":${quote(facts.host)}},"service":{"version":${quote(facts.version)}}`;
  let counts = `"name":${quote(facts.name)},"role":${quote(facts.role)}`;
  counts += `,"datagrams":${facts.datagrams},"flows":${facts.flows}`;
  if (kernelDrops !== undefined) counts += `,"kernel_drops":${kernelDrops}`;
  let documents = `"written":${facts.written},"dead_lettered":${facts.deadLettered},"dropped":${facts.dropped}`;
  documents += `,"waiting":${facts.waiting},"spooled":${facts.spooled}`;
  counts += `,"documents":{${documents}},"spool_bytes":${facts.spooledBytes}`;
  if (lag !== undefined) counts += `,"lag":${lag}`;
  return flat(`${event},${host},"collector":{${counts},"memory":${facts.residentBytes}}}`);
}
