// Says which service a flow uses, by its protocol and the port of its server: "https (TCP/443)", "TCP/12345" where the
// port has no name, "ICMP" where the protocol has no ports. Needs client-server before it.

import type { Flow } from '../flow/flow.ts';
import { hasPorts } from '../flow/protocols.ts';
import type { Enricher } from './enricher.ts';
import type { ServiceTable } from './service-table.ts';

/** Sets flow.serviceName and flow.servicePort. */
export function servicesEnricher(table: ServiceTable): Enricher {
  return function services(flow: Flow): void {
    const protocol = flow.protocolNumber;
    if (protocol === undefined) return;
    const port = flow.isClientSource ? flow.destinationPort : flow.sourcePort;
    // Port 0 is what exporters write for later fragments, whose ports nobody knows.
    if (port === undefined || port === 0 || !hasPorts(protocol)) {
      flow.serviceName = table.protocolText(protocol);
      return;
    }
    flow.serviceName = table.text(protocol, port);
    flow.servicePort = port;
    if (table.name(protocol, port) === undefined) table.misses++;
    else table.hits++;
  };
}
