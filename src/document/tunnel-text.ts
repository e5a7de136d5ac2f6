// The object `flow.tunnel`: which tunnel a sampled packet goes through, and the five-tuple of the packet inside.

import { hasPorts, protocolName } from '../flow/protocols.ts';
import type { InnerPacket, Tunnel } from '../flow/tunnel.ts';
import { portText } from './fragments.ts';
import { isUpTo, section } from './json.ts';

/** `,"tunnel":{"type":"vxlan","id":"100","inner":{…}}` */
export function tunnelText(tunnel: Tunnel): string {
  const type = tunnel.type === undefined ? '' : `"type":"${tunnel.type}"`;
  const id = tunnel.id === undefined ? '' : `,"id":"${tunnel.id}"`;
  const source = sideText(',"source":{', tunnel.outerSourceIp, undefined);
  const outer = section(',"outer":{', '', source + sideText(',"destination":{', tunnel.outerDestinationIp, undefined));
  return section(',"tunnel":{', type, id + outer + innerText(tunnel.inner));
}

function innerText(inner: InnerPacket): string {
  const { protocolNumber } = inner;
  const portsKnown = protocolNumber !== undefined && hasPorts(protocolNumber);
  let members = sideText(',"source":{', inner.sourceIp, portsKnown ? inner.sourcePort : undefined);
  members += sideText(',"destination":{', inner.destinationIp, portsKnown ? inner.destinationPort : undefined);
  if (isUpTo(protocolNumber, 255)) {
    const name = protocolName(protocolNumber);
    members += `${name === undefined ? '' : `,"transport":"${name}"`},"iana_number":"${protocolNumber}"`;
  }
  return section(',"inner":{', '', members);
}

function sideText(open: string, ip: string | undefined, port: number | undefined): string {
  return section(open, ip === undefined ? '' : `"ip":"${ip}"`, portText(port));
}
