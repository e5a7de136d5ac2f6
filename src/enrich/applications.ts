// Names the application of a flow by the user's table of endpoints. The server's side names it: a client may have got
// any port by chance. What the user says wins over what the exporter recognised. Needs client-server before it. Ids of
// applications that the exporter recognised and does not name get the name that others have for them.

import type { Flow } from '../flow/flow.ts';
import { hasPorts } from '../flow/protocols.ts';
import type { ApplicationIds } from './application-ids.ts';
import type { ApplicationTable } from './application-table.ts';
import type { Enricher } from './enricher.ts';

/** Sets flow.applicationName where the table has the server's endpoint, or nobody else has a name for its id. */
export function applicationsEnricher(table: ApplicationTable, ids: ApplicationIds): Enricher {
  return function applications(flow: Flow): void {
    const { applicationId } = flow;
    if (applicationId !== undefined && flow.applicationName === undefined) {
      const isNamed = flow.facts.applicationNames.find(applicationId) !== undefined;
      if (!isNamed) flow.applicationName = ids.name(applicationId, flow.protocolNumber);
    }
    if (table.isEmpty) return;
    const { protocolNumber } = flow;
    const port = flow.isClientSource ? flow.destinationPort : flow.sourcePort;
    if (protocolNumber === undefined || port === undefined || !hasPorts(protocolNumber)) return;
    const name = table.name(protocolNumber, port, flow.isClientSource ? flow.destinationIp : flow.sourceIp);
    if (name !== undefined) flow.applicationName = name;
  };
}
