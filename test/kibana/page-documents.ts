// Documents by hand for pages whose filters neither the demo nor the documents of all fields meet (values such as
// `flow.event: flow denied`). Add yours here, a few lines each.

import type { TimeSpan } from './all-fields.ts';
import { rareDocuments } from './rare-documents.ts';

export interface PageDocument {
  readonly kind: 'flows' | 'counters' | 'exporters';
  /** With `@timestamp`, ISO 8601. */
  readonly document: Readonly<Record<string, unknown>>;
}

export function pageDocuments(span: TimeSpan): readonly PageDocument[] {
  return [...halfOpen(span), ...transit(span), ...rareDocuments(span)];
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
        tcp_state: 'half_open',
        locality: 'public',
        export: { protocol: 'ipfix' },
      },
    },
  }));
}

/** Between two networks that are not ours, over a congested line. */
function transit({ endMs, spanMs }: TimeSpan): readonly PageDocument[] {
  return Array.from({ length: 30 }, (_, index) => {
    const from = { ip: `192.0.2.${index + 1}`, port: 443, as: { number: 64_502 + (index % 2) } };
    const to = { ip: `198.18.9.${index + 1}`, port: 50_000 + index, as: { number: 64_504 + (index % 3) } };
    return {
      kind: 'flows',
      document: {
        '@timestamp': new Date(endMs - Math.round((spanMs * (index + 1)) / 32)).toISOString(),
        event: { kind: 'event', category: 'network', type: 'connection', dataset: 'weir.flow' },
        source: from,
        destination: to,
        client: to,
        server: from,
        network: { bytes: 200_000, packets: 180, transport: 'tcp', type: 'ipv4', direction: 'external' },
        observer: { ip: '10.0.0.1' },
        flow: {
          service: { name: 'https (TCP/443)', port: 443 },
          conversation: `${to.ip} > ${from.ip} https (TCP/443)`,
          tcp_flags: ['ACK', 'PSH'],
          ecn: index % 3 === 0 ? 'CE' : 'ECT(0)',
          dscp: 'CS0',
          locality: 'public',
          export: { protocol: 'ipfix' },
        },
      },
    };
  });
}
