// The four endpoint sections: source and destination as the record has them, client and server by role.
// A side's members are made once and stand in two sections; what only source and destination have is added there.
// Few pieces make few steps, so a closing brace stands in the piece before it where that one is kept anyway.

import type { Flow } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { hasPorts } from '../flow/protocols.ts';
import { hostText, hostTextWithoutAs, portText, recordAsText, Texts } from './fragments.ts';
import { integerText, isCount } from './json.ts';

/**
 * `,"source":{…},"destination":{…},"client":{…},"server":{…}`, each only where it has members, roles only where known.
 * @param fillSides whether a one-way flow's counters are the sender's too, and not only `network.*`
 */
export function endpointSections(flow: Flow, fillSides: boolean): string {
  const bytes = fillSides || flow.reverseBytes !== undefined ? flow.bytes : undefined;
  const packets = fillSides || flow.reversePacketCount !== undefined ? flow.packetCount : undefined;
  const portsKnown = flow.protocolNumber === undefined || hasPorts(flow.protocolNumber);

  const source = sideMembers(
    addressMembers(flow.source, flow.sourceIp, flow.sourceAs, flow.sourceAsName, flow.isExporterAsFirst),
    portsKnown ? flow.sourcePort : undefined,
    bytes,
    packets,
  );
  const destination = sideMembers(
    addressMembers(
      flow.destination,
      flow.destinationIp,
      flow.destinationAs,
      flow.destinationAsName,
      flow.isExporterAsFirst,
    ),
    portsKnown ? flow.destinationPort : undefined,
    flow.reverseBytes,
    flow.reversePacketCount,
  );

  const sourceLink = linkEnd(flow.sourceMac, flow.natSourceIp, flow.natSourcePort);
  const destinationLink = linkEnd(flow.destinationMac, flow.natDestinationIp, flow.natDestinationPort);
  const text =
    closedSection(',"source":{', source, sourceLink) + closedSection(',"destination":{', destination, destinationLink);
  if (flow.roleReason === undefined) return text;
  const client = flow.isClientSource ? source : destination;
  const server = flow.isClientSource ? destination : source;
  if (client !== '' && server !== '') return `${text},"client":{${client}},"server":{${server}}`;
  return text + closedSection(',"client":{', client, '}') + closedSection(',"server":{', server, '}');
}

/** Like section(), with the closing brace at the end of `rest`. */
function closedSection(open: string, first: string, rest: string): string {
  if (first !== '') return open + first + rest;
  return rest === '}' ? '' : open + rest.slice(1);
}

/**
 * Members that follow from the address, the first without comma. An AS stands there once: the database's, or that of
 * the record where the database has none or is asked second.
 */
function addressMembers(
  host: Host | undefined,
  ip: string | undefined,
  recordAs: number | undefined,
  recordAsName: string | undefined,
  isRecordFirst: boolean,
): string {
  if (host !== undefined) {
    if (!isCount(recordAs)) return hostText(host);
    if (host.asNumber === undefined) return hostText(host) + recordAsText(recordAs, recordAsName);
    return isRecordFirst ? hostTextWithoutAs(host) + recordAsText(recordAs, recordAsName) : hostText(host);
  }
  const as = isCount(recordAs) ? recordAsText(recordAs, recordAsName) : '';
  return ip === undefined ? as.slice(1) : `"ip":"${ip}"${as}`;
}

function sideMembers(
  address: string,
  port: number | undefined,
  bytes: number | undefined,
  packets: number | undefined,
): string {
  let rest = portText(port);
  if (isCount(bytes)) rest += `,"bytes":${integerText(Math.round(bytes))}`;
  if (isCount(packets)) rest += `,"packets":${integerText(Math.round(packets))}`;
  return address === '' ? rest.slice(1) : address + rest;
}

const MAC_LIMIT = 16_384;
const macEnds = new Texts(',"mac":"', '"}', MAC_LIMIT);

/** `,"mac":"00-00-5E-00-53-23","nat":{…}}`, with the brace that closes the side. */
function linkEnd(mac: string | undefined, natIp: string | undefined, natPort: number | undefined): string {
  if (natIp === undefined && natPort === undefined) return mac === undefined ? '}' : macEnds.get(mac);
  const members = mac === undefined ? '' : `,"mac":"${mac}"`;
  const ip = natIp === undefined ? '' : `,"ip":"${natIp}"`;
  const port = portText(natPort);
  return ip === '' && port === '' ? `${members}}` : `${members},"nat":{${(ip + port).slice(1)}}}`;
}
