// Usual questions as saved queries: the disk icon beside Kibana's search bar, on every page and in Discover.

import { type SavedObject, savedObject } from './lib/saved-object.ts';

const QUERIES = [
  ['outbound', 'Traffic to the internet', 'network.direction: outbound'],
  ['inbound', 'Traffic from the internet', 'network.direction: inbound'],
  ['internal', 'Traffic inside the network', 'network.direction: internal'],
  ['refused', 'Refused or dropped', 'event.type: denied or flow.forwarding.status: dropped'],
  ['web', 'Web', 'server.port: (80 or 443 or 8080 or 8443)'],
  ['dns', 'DNS', 'server.port: (53 or 853)'],
  ['remote', 'Remote access from outside', 'network.direction: inbound and server.port: (22 or 23 or 3389 or 5900)'],
  [
    'half-open',
    'TCP connections that were asked for only',
    'network.transport: tcp and flow.tcp_flags: SYN and not flow.tcp_flags: ACK',
  ],
  ['large', 'Flows of more than 100 MB', 'network.bytes > 100000000'],
  ['long', 'Flows of more than an hour', 'event.duration > 3600000000000'],
  ['sampled', 'Sampled flows', 'flow.sampling.interval > 1'],
  ['ipv6', 'IPv6', 'network.type: ipv6'],
  ['without-duplicates', 'Without duplicates', 'not flow.duplicate: true'],
] as const;

/** The saved objects of the queries. */
export function savedQueries(): readonly SavedObject[] {
  return QUERIES.map(([id, title, query]) =>
    savedObject('query', `weir-query-${id}`, {
      title: `weir: ${title}`,
      description: '',
      query: { query, language: 'kuery' },
      filters: [],
    }),
  );
}
