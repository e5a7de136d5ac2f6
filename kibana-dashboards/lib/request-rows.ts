// The rows that pages about a service of questions and answers share (DNS, NTP, LDAP, …): how much is asked and answered,
// by which servers and clients, seen by which exporters.

import type { FieldMetric, RatioMetric } from './metric-types.ts';
import type { Row } from './page-types.ts';
import { COLORS } from './panel.ts';
import { anyOf } from './queries.ts';

export interface RequestService {
  /** As it stands in headings: "DNS". */
  readonly name: string;
  /** Ports of its servers. */
  readonly ports: readonly number[];
  /** KQL beside the ports, e.g. the transport. */
  readonly filter?: string;
}

const NUMBER = { id: 'custom', params: { decimals: 0, pattern: '0,0.[0]a' } } as const;
const RATIO = { id: 'number', params: { decimals: 2 } } as const;
const PER_SECOND = { id: 'custom', params: { decimals: 0, pattern: '0,0.[0]a', suffix: '/s' } } as const;

/** KQL for all of a service. The port of the server is indexed, those of source and destination are not. */
export function serviceFilter({ ports, filter }: RequestService): string {
  return `server.port: ${anyOf(ports)}${filter === undefined ? '' : ` and ${filter}`}`;
}

/** Packets towards the servers' ports, and from them. */
export function requestMetrics({ ports }: RequestService): Readonly<Record<'requests' | 'answers', FieldMetric>> {
  const packets = { op: 'sum', field: 'network.packets', format: NUMBER } as const;
  return {
    requests: { ...packets, label: 'Requests', filter: `destination.port: ${anyOf(ports)}` },
    answers: { ...packets, label: 'Answers', filter: `source.port: ${anyOf(ports)}` },
  };
}

/** Tiles, course, servers and clients, exporters. */
export function requestRows(service: RequestService): readonly Row[] {
  const { name } = service;
  const filter = serviceFilter(service);
  const { requests, answers } = requestMetrics(service);
  const answered: RatioMetric = { ratio: [answers, requests], label: 'Answers per request', format: RATIO };
  return [
    {
      height: 5,
      panels: [
        { kind: 'tile', title: `${name} requests`, metric: requests, filter, trend: true },
        { kind: 'tile', title: `${name} answers`, metric: answers, filter },
        { kind: 'tile', title: 'Answers per request', metric: answered, filter },
        { kind: 'tile', title: 'Clients', metric: 'clients', filter },
        { kind: 'tile', title: 'Servers', metric: 'servers', filter },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Packets per second: requests and answers',
          metrics: [
            { metric: { ...requests, perSecond: true, format: PER_SECOND }, color: COLORS.client },
            { metric: { ...answers, perSecond: true, format: PER_SECOND }, color: COLORS.server },
          ],
          filter,
          width: 28,
          about:
            'Packets to the servers and from them. An exporter that counts both directions in one record (biflow) counts the answers as requests, too.',
          legend: 'bottom',
        },
        {
          kind: 'series',
          title: 'Traffic by server',
          metrics: ['bit/s'],
          by: { field: 'server.ip', size: 6 },
          filter,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: `${name} servers`,
          by: 'server.ip',
          metrics: [requests, answers, 'clients', 'bytes'],
          filter,
          about: 'Many requests and few answers: the server is down, or is asked what it does not serve.',
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: `${name} clients`,
          by: 'client.ip',
          metrics: [requests, answers, 'servers', 'bytes'],
          filter,
          drill: ['conversations', 'records'],
        },
      ],
    },
  ];
}

/** Who saw it, at the foot of such a page. */
export function exporterTable(service: RequestService) {
  const { requests, answers } = requestMetrics(service);
  return {
    kind: 'table',
    title: 'Seen by exporter',
    by: 'observer.name',
    metrics: [requests, answers],
    filter: serviceFilter(service),
    rows: 8,
  } as const;
}
