// Names the application of a flow by the user's table of endpoints. The server's side names it: a client may have got
// any port by chance. What the user says wins over what the exporter recognised. Needs client-server before it.

import type { Flow } from '../flow/flow.ts';
import { hasPorts } from '../flow/protocols.ts';
import type { ApplicationTable } from './application-table.ts';
import type { Enricher } from './enricher.ts';

/** Sets flow.applicationName where the table has the server's endpoint. */
export function applicationsEnricher(table: ApplicationTable): Enricher {
  return function applications(flow: Flow): void {
    if (table.isEmpty) return;
    const { protocolNumber } = flow;
    const port = flow.isClientSource ? flow.destinationPort : flow.sourcePort;
    if (protocolNumber === undefined || port === undefined || !hasPorts(protocolNumber)) return;
    const name = table.name(protocolNumber, port, flow.isClientSource ? flow.destinationIp : flow.sourceIp);
    if (name !== undefined) flow.applicationName = name;
  };
}
