// The alert rules that `weir setup --alerts` installs: what Kibana's rule types of Elasticsearch queries and index thresholds
// can say, grouped by one field (more than one needs multi_terms). Thresholds are a beginning: users set their own.

import type { DocumentKind } from './lib/fields.ts';
import { fieldOf, schemaField } from './lib/fields.ts';
import { AMPLIFIER_PORTS, LOGIN_PORTS } from './lib/queries.ts';

type Query = Readonly<Record<string, unknown>>;

interface Alert {
  /** For ever: the id of the rule is made from it. */
  readonly id: string;
  readonly name: string;
  readonly data: DocumentKind;
  /** Which documents count; all of them without it. KQL for `.index-threshold`, whose filter users edit as such. */
  readonly query?: readonly Query[];
  readonly kql?: string;
  /** A sum of this field; without it the number of documents. */
  readonly sum?: string;
  /** One alert per value of this field. */
  readonly by?: string;
  /** Biggest groups that are looked at; Kibana allows 1000. */
  readonly groups?: number;
  readonly above?: number;
  readonly below?: number;
  /** Minutes that are looked at; every five minutes. */
  readonly minutes: number;
}

/** A rule as Kibana's alerting API takes it, with the shipped index prefix. */
export interface AlertRule {
  readonly id: string;
  readonly name: string;
  readonly rule_type_id: '.es-query' | '.index-threshold';
  readonly schedule: { readonly interval: string };
  readonly params: Readonly<Record<string, unknown>>;
}

const INBOUND = term('network.direction', 'inbound');
/** Opened, and refused or never answered; the same as PROBE of queries.ts. */
const PROBES = [
  term('network.transport', 'tcp'),
  term('flow.tcp_flags', 'SYN'),
  { range: { 'network.packets': { lte: 3 } } },
  { bool: { should: [term('flow.tcp_flags', 'RST'), not(term('flow.tcp_flags', 'ACK'))], minimum_should_match: 1 } },
  not({ prefix: { 'flow.export.protocol': 'sflow' } }),
];

const ALERTS: readonly Alert[] = [
  {
    id: 'exporter-silent',
    name: 'Exporter silent: no datagram for 15 minutes',
    data: 'exporters',
    sum: 'flow.exporter.datagrams',
    by: 'observer.ip',
    groups: 1000,
    below: 1,
    minutes: 15,
  },
  {
    id: 'exporter-lost-flows',
    name: 'Exporter lost more than 1000 flows in 10 minutes',
    data: 'exporters',
    sum: 'flow.exporter.lost_flows',
    by: 'observer.ip',
    groups: 1000,
    above: 1000,
    minutes: 10,
  },
  {
    id: 'weir-silent',
    name: 'weir has written nothing about exporters for 10 minutes',
    data: 'exporters',
    query: [term('event.dataset', 'weir.exporter')],
    below: 1,
    minutes: 10,
  },
  {
    id: 'scan',
    name: 'Scan: a client opened 300 connections that nobody answered, in 10 minutes',
    data: 'flows',
    query: PROBES,
    by: 'client.ip',
    above: 300,
    minutes: 10,
  },
  {
    id: 'flood',
    name: 'Flood: more than 20000 packets per second come in for one host, over 5 minutes',
    data: 'flows',
    query: [INBOUND],
    sum: 'network.packets',
    by: 'destination.ip',
    above: 6_000_000,
    minutes: 5,
  },
  {
    id: 'syn-flood',
    name: 'SYN flood: 3000 connections to one server that were never finished, in 5 minutes',
    data: 'flows',
    query: PROBES,
    by: 'server.ip',
    above: 3000,
    minutes: 5,
  },
  {
    id: 'amplification',
    name: 'Amplification: more than 100 Mbit/s of answers for one host, over 5 minutes',
    data: 'flows',
    query: [INBOUND, term('network.transport', 'udp'), { terms: { 'source.port': AMPLIFIER_PORTS } }],
    sum: 'network.bytes',
    by: 'destination.ip',
    above: 3_750_000_000,
    minutes: 5,
  },
  {
    id: 'brute-force',
    name: 'Brute force: a client outside opened 100 connections to ports of logins, in 10 minutes',
    data: 'flows',
    query: [
      INBOUND,
      term('network.transport', 'tcp'),
      { terms: { 'server.port': LOGIN_PORTS } },
      { terms: { 'destination.port': LOGIN_PORTS } },
    ],
    by: 'client.ip',
    above: 100,
    minutes: 10,
  },
  {
    id: 'bad-hosts',
    name: 'More than 10 kB exchanged with a known bad address, in 15 minutes',
    data: 'flows',
    query: [{ exists: { field: 'flow.threat.side' } }],
    sum: 'network.bytes',
    by: 'threat.indicator.ip',
    above: 10_000,
    minutes: 15,
  },
  {
    id: 'upload',
    name: 'Upload: a host sent more than 10 GB outside in an hour',
    data: 'flows',
    query: [term('network.direction', 'outbound')],
    sum: 'network.bytes',
    by: 'source.ip',
    above: 10_000_000_000,
    minutes: 60,
  },
  {
    id: 'interface-rate',
    name: 'Interface: more than 900 Mbit/s come in, over 5 minutes',
    data: 'flows',
    // Indices of interfaces mean something within an exporter only: users put theirs here, as "observer.ip: 192.0.2.1".
    kql: 'observer.ingress.interface.id: *',
    sum: 'network.bytes',
    by: 'observer.ingress.interface.id',
    above: 33_750_000_000,
    minutes: 5,
  },
];

/** All rules; throws when one names a field that the schema does not have, or cannot be aggregated. */
export function alertRules(): readonly AlertRule[] {
  return ALERTS.map((alert) => {
    for (const field of [alert.sum, alert.by]) if (field !== undefined) fieldOf(alert.data, field);
    for (const field of fieldsOf(alert.query ?? [])) schemaField(alert.data, field);
    return {
      id: alert.id,
      name: `weir: ${alert.name}`,
      rule_type_id: alert.kql === undefined ? '.es-query' : '.index-threshold',
      schedule: { interval: '5m' },
      params: {
        index: [`weir-${alert.data}-*`],
        timeField: '@timestamp',
        timeWindowSize: alert.minutes,
        timeWindowUnit: 'm',
        thresholdComparator: alert.below === undefined ? '>' : '<',
        threshold: [alert.above ?? alert.below],
        aggType: alert.sum === undefined ? 'count' : 'sum',
        ...(alert.sum === undefined ? {} : { aggField: alert.sum }),
        ...(alert.by === undefined
          ? { groupBy: 'all' }
          : { groupBy: 'top', termField: alert.by, termSize: alert.groups ?? 50 }),
        ...(alert.kql === undefined ? esQuery(alert) : { filterKuery: alert.kql }),
      },
    };
  });
}

/** The window is always looked at whole: what one run has seen counts in the next one, too. */
function esQuery({ query = [] }: Alert): Readonly<Record<string, unknown>> {
  const body = { query: query.length === 0 ? { match_all: {} } : { bool: { filter: query } } };
  return { searchType: 'esQuery', esQuery: JSON.stringify(body), size: 10, excludeHitsFromPreviousRun: false };
}

function term(field: string, value: string): Query {
  return { term: { [field]: value } };
}

function not(query: Query): Query {
  return { bool: { must_not: [query] } };
}

/** Names of fields in a query: keys of the innermost clauses, and what `exists` asks for. */
function fieldsOf(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(fieldsOf);
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'exists') return [(value as { field: string }).field];
    if (['term', 'terms', 'range', 'prefix'].includes(key)) return Object.keys(value as object);
    return fieldsOf(value);
  });
}
