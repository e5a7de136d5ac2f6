// Says which service a flow uses, by its protocol and the port of its server: "https (TCP/443)", "TCP/12345" where the
// port has no name, "ICMP" where the protocol has no ports. Needs client-server before it.

import type { Flow } from '../flow/flow.ts';
import { hasPorts, protocolName } from '../flow/protocols.ts';
import type { Enricher } from './enricher.ts';
import type { ServiceTable } from './service-table.ts';

export interface ServicesOptions {
  /** CSV files with `name,port,protocols`, absolute paths; a later file wins. */
  readonly files: readonly string[];
}

/** Sets flow.serviceName and flow.servicePort. Texts are made once per protocol and port: 65 536 per protocol at most. */
export function servicesEnricher(table: ServiceTable): Enricher {
  const byProtocol: ProtocolTexts[] = [];
  for (let number = 0; number < 256; number++) byProtocol.push(protocolTexts(number));

  return function services(flow: Flow): void {
    const protocol = flow.protocolNumber;
    if (protocol === undefined) return;
    const texts = byProtocol[protocol];
    if (texts === undefined) return;
    const port = flow.isClientSource ? flow.destinationPort : flow.sourcePort;
    // Port 0 is what exporters write for later fragments, whose ports nobody knows.
    if (!texts.hasPorts || port === undefined || port === 0) {
      flow.serviceName = texts.upperName;
      return;
    }
    let text = texts.byPort[port];
    if (text === undefined) {
      text = serviceText(table, protocol, texts.upperName, port);
      texts.byPort[port] = text;
    }
    flow.serviceName = text;
    flow.servicePort = port;
  };
}

interface ProtocolTexts {
  readonly upperName: string;
  readonly hasPorts: boolean;
  /** Service text by port, filled on demand. */
  readonly byPort: (string | undefined)[];
}

function protocolTexts(number: number): ProtocolTexts {
  const upperName = protocolName(number)?.toUpperCase() ?? `IP/${number}`;
  return { upperName, hasPorts: hasPorts(number), byPort: [] };
}

function serviceText(table: ServiceTable, protocol: number, upperName: string, port: number): string {
  const name = table.name(protocol, port);
  return name === undefined ? `${upperName}/${port}` : `${name} (${upperName}/${port})`;
}
