// Says which service a flow uses, by its protocol and the port of its server: "https (TCP/443)", "TCP/12345" where the
// port has no name, "ICMP" where the protocol has no ports. Needs client-server before it.

import type { Flow } from '../flow/flow.ts';
import { hasPorts, protocolName } from '../flow/protocols.ts';
import type { Enricher } from './enricher.ts';
import type { ServiceTable } from './service-table.ts';

/** Sets flow.serviceName and flow.servicePort. Texts are made once per protocol and port: 65 536 per protocol at most. */
export function servicesEnricher(table: ServiceTable): Enricher {
  const byProtocol = new Array<ProtocolTexts | undefined>(256).fill(undefined);
  let version = table.version;

  return function services(flow: Flow): void {
    if (table.version !== version) {
      version = table.version;
      byProtocol.fill(undefined);
    }
    const protocol = flow.protocolNumber;
    if (protocol === undefined) return;
    let texts = byProtocol[protocol];
    if (texts === undefined) {
      texts = protocolTexts(protocol);
      byProtocol[protocol] = texts;
    }
    const port = flow.isClientSource ? flow.destinationPort : flow.sourcePort;
    // Port 0 is what exporters write for later fragments, whose ports nobody knows.
    if (texts.byPort === undefined || port === undefined || port === 0) {
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
    if (table.name(protocol, port) === undefined) table.misses++;
    else table.hits++;
  };
}

interface ProtocolTexts {
  readonly upperName: string;
  /** Service text by port, filled on demand; undefined for protocols without ports. */
  readonly byPort: (string | undefined)[] | undefined;
}

function protocolTexts(number: number): ProtocolTexts {
  const upperName = protocolName(number)?.toUpperCase() ?? `IP/${number}`;
  // Full length at once: an array that grows by a jump to 50 000 becomes a hash table, four times as slow.
  return { upperName, byPort: hasPorts(number) ? new Array<string | undefined>(65536) : undefined };
}

/** Text of a service by protocol and port, whoever offers it: `https (TCP/443)`. */
export function portName(table: ServiceTable, protocol: number, port: number): string {
  return serviceText(table, protocol, protocolName(protocol)?.toUpperCase() ?? `IP/${protocol}`, port);
}

function serviceText(table: ServiceTable, protocol: number, upperName: string, port: number): string {
  const name = table.name(protocol, port);
  return name === undefined ? `${upperName}/${port}` : `${name} (${upperName}/${port})`;
}
