// What weir counted of one exporter in one interval → one line of JSON, a document of PREFIX-exporters-… . Counts are
// those of the interval, so that sums over time are right; templates, last_seen and the longest flow are states. Every
// field has its row in pipelines/schema.yml under `exporters:`.

import { ECS_VERSION } from './ecs.ts';
import { flat, isCount, quote } from './json.ts';
import { isDate, quotedTime } from './timestamp.ts';

/** One exporter, one interval. */
export interface ExporterFacts {
  /** As flows have it in `observer.ip`: packet source, or sFlow agent. */
  readonly address: string;
  /** What the device is called. */
  readonly name: string | undefined;
  /** The interval, epoch ms; its end is `@timestamp`. */
  readonly startMs: number;
  readonly endMs: number;
  readonly lastSeenMs: number;
  /** Protocols of its flows, as `flow.export.protocol` writes them. */
  readonly protocols: readonly string[];
  readonly datagrams: number;
  readonly flows: number;
  /** Datagrams with something wrong inside; what came before it was used. */
  readonly malformed: number;
  readonly setsWithoutTemplate: number;
  /** … given up: no template came in time, or there was no room for them. */
  readonly setsGivenUp: number;
  /** Decoded, but dropped by rules of the user. */
  readonly droppedFlows: number;
  /** By sequence numbers; negative where late datagrams took back what an earlier interval counted. */
  readonly lostFlows: number;
  /** Templates known now, of all its ports and domains. */
  readonly templates: number;
  /** Longest time between start and end of a flow; ms. Undefined where no flow had both. */
  readonly longestFlowMs: number | undefined;
}

const EVENT = `"ecs":{"version":"${ECS_VERSION}"},"event":{"kind":"metric","dataset":"weir.exporter"`;

/** The document: one line of ASCII without newline. */
export function exporterDocument(facts: ExporterFacts): string {
  const { startMs, endMs, lastSeenMs, longestFlowMs } = facts;
  let event = `{"@timestamp":${quotedTime(endMs)},${EVENT},"start":${quotedTime(startMs)}`;
  event += `,"duration":${Math.max(0, Math.round((endMs - startMs) * 1e6))}}`;
  let counts = `"datagrams":${facts.datagrams},"flows":${facts.flows},"malformed":${facts.malformed}`;
  counts += `,"sets_without_template":${facts.setsWithoutTemplate},"sets_given_up":${facts.setsGivenUp}`;
  counts += `,"dropped_flows":${facts.droppedFlows},"lost_flows":${facts.lostFlows},"templates":${facts.templates}`;
  if (isDate(lastSeenMs)) counts += `,"last_seen":${quotedTime(lastSeenMs)}`;
  if (longestFlowMs !== undefined) {
    const longestNs = Math.round(longestFlowMs * 1000) * 1000;
    if (isCount(longestNs)) counts += `,"longest_flow":${longestNs}`;
  }
  const protocols = facts.protocols.map(quote).join(',');
  const source = protocols === '' ? '' : `,"export":{"protocol":[${protocols}]}`;
  const name = `,"name":${quote(facts.name || facts.address)}`;
  return flat(`${event},"observer":{"ip":${quote(facts.address)}${name}},"flow":{"exporter":{${counts}}${source}}}`);
}
