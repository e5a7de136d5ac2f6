// The four endpoint sections: source and destination as the record has them, client and server by role.
// A side's members are made once and stand in two sections; what only source and destination have is added there.

import type { Flow } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { hasPorts } from '../flow/protocols.ts';
import { hostText, portText } from './fragments.ts';
import { isCount, section } from './json.ts';

/**
 * `,"source":{…},"destination":{…},"client":{…},"server":{…}`, each only where it has members, roles only where known.
 * @param fillSides whether a one-way flow's counters are the sender's too, and not only `network.*`
 */
export function endpointSections(flow: Flow, fillSides: boolean): string {
  const bytes = fillSides || flow.reverseBytes !== undefined ? flow.bytes : undefined;
  const packets = fillSides || flow.reversePacketCount !== undefined ? flow.packetCount : undefined;
  const portsKnown = flow.protocolNumber === undefined || hasPorts(flow.protocolNumber);

  const source = sideMembers(
    addressMembers(flow.source, flow.sourceIp, flow.sourceAs),
    portsKnown ? flow.sourcePort : undefined,
    bytes,
    packets,
  );
  const destination = sideMembers(
    addressMembers(flow.destination, flow.destinationIp, flow.destinationAs),
    portsKnown ? flow.destinationPort : undefined,
    flow.reverseBytes,
    flow.reversePacketCount,
  );

  const text =
    section(',"source":{', source, linkMembers(flow.sourceMac, flow.natSourceIp, flow.natSourcePort)) +
    section(
      ',"destination":{',
      destination,
      linkMembers(flow.destinationMac, flow.natDestinationIp, flow.natDestinationPort),
    );
  if (flow.roleReason === undefined) return text;
  return flow.isClientSource
    ? text + section(',"client":{', source, '') + section(',"server":{', destination, '')
    : text + section(',"client":{', destination, '') + section(',"server":{', source, '');
}

/** Members that follow from the address, the first without comma. The AS of the database wins over the record's. */
function addressMembers(host: Host | undefined, ip: string | undefined, recordAs: number | undefined): string {
  if (host !== undefined) {
    const text = hostText(host);
    return host.asNumber === undefined && isCount(recordAs) ? `${text},"as":{"number":${recordAs}}` : text;
  }
  if (ip === undefined) return isCount(recordAs) ? `"as":{"number":${recordAs}}` : '';
  return isCount(recordAs) ? `"ip":"${ip}","as":{"number":${recordAs}}` : `"ip":"${ip}"`;
}

function sideMembers(
  address: string,
  port: number | undefined,
  bytes: number | undefined,
  packets: number | undefined,
): string {
  let rest = portText(port);
  if (isCount(bytes)) rest += `,"bytes":${Math.round(bytes)}`;
  if (isCount(packets)) rest += `,"packets":${Math.round(packets)}`;
  return address === '' ? rest.slice(1) : address + rest;
}

function linkMembers(mac: string | undefined, natIp: string | undefined, natPort: number | undefined): string {
  let members = mac === undefined ? '' : `,"mac":"${mac}"`;
  if (natIp !== undefined || natPort !== undefined) {
    const ip = natIp === undefined ? '' : `,"ip":"${natIp}"`;
    const port = portText(natPort);
    if (ip !== '' || port !== '') members += `,"nat":{${(ip + port).slice(1)}}`;
  }
  return members;
}
