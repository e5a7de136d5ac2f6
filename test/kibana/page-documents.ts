// Documents by hand for pages whose filters neither the demo nor the documents of all fields meet (values such as
// `flow.event: flow denied`). Add yours here, a few lines each.

import type { TimeSpan } from './all-fields.ts';

export interface PageDocument {
  readonly kind: 'flows' | 'counters' | 'exporters';
  /** With `@timestamp`, ISO 8601. */
  readonly document: Readonly<Record<string, unknown>>;
}

export function pageDocuments(span: TimeSpan): readonly PageDocument[] {
  return halfOpen(span);
}

/** A scan: one client asks twenty servers, none answers. */
function halfOpen({ endMs, spanMs }: TimeSpan): readonly PageDocument[] {
  return Array.from({ length: 20 }, (_, index) => ({
    kind: 'flows',
    document: {
      '@timestamp': new Date(endMs - Math.round((spanMs * (index + 1)) / 22)).toISOString(),
      event: { kind: 'event', category: 'network', type: 'connection', dataset: 'weir.flow' },
      source: { ip: '203.0.113.66', port: 40_000 + index },
      destination: { ip: `10.0.9.${index + 1}`, port: 23 },
      client: { ip: '203.0.113.66', port: 40_000 + index },
      server: { ip: `10.0.9.${index + 1}`, port: 23 },
      network: { bytes: 60, packets: 1, transport: 'tcp', type: 'ipv4', direction: 'inbound' },
      observer: { ip: '10.0.0.1' },
      flow: {
        service: { name: 'telnet (TCP/23)', port: 23 },
        conversation: `203.0.113.66 > 10.0.9.${index + 1} telnet (TCP/23)`,
        tcp_flags: ['SYN'],
        locality: 'public',
        export: { protocol: 'ipfix' },
      },
    },
  }));
}
