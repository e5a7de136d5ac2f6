// Records that tell of two packets, one inside the other: routers with SRv6 repeat addresses, protocol and ports for the
// packet that they put into IPv6. Of repeated elements the first is the outermost (RFC 7011 §8): that one is the flow, and
// what comes second fills the flow's tunnel, as a dissected packet header does.

import type { Flow } from '../../flow/flow.ts';
import { hasPorts } from '../../flow/protocols.ts';
import { type InnerPacket, Tunnel, type TunnelType } from '../../flow/tunnel.ts';
import type { Element, TargetField } from './elements.ts';

const INNER_FIELDS = [
  'sourceIp',
  'destinationIp',
  'sourcePort',
  'destinationPort',
  'protocolNumber',
  'ipVersion',
  'tcpFlags',
  'tos',
  'ipTtl',
] as const;

/** Fields of the packet inside that a record can state. */
export type InnerField = (typeof INNER_FIELDS)[number];

const IS_INNER: ReadonlySet<string> = new Set(INNER_FIELDS);

export function isInnerField(field: TargetField): field is InnerField {
  return IS_INNER.has(field);
}

/**
 * True for templates with a second packet: its protocol and its sender stand there again. Two senders alone are the
 * alternatives of a template for IPv4 and IPv6.
 */
export function hasInnerPacket(elements: readonly (Element | undefined)[]): boolean {
  return count(elements, 'protocolNumber') > 1 && count(elements, 'sourceIp') > 1;
}

function count(elements: readonly (Element | undefined)[], field: TargetField): number {
  return elements.filter((element) => element?.uses.some((use) => use.field === field)).length;
}

/** Keeps a value of the packet inside: of a third packet nothing. */
export function fillInner(flow: Flow, field: InnerField, value: unknown): void {
  flow.tunnel ??= new Tunnel(undefined, undefined, 0, 0, 0);
  const inner = flow.tunnel.inner as { -readonly [F in InnerField]: InnerPacket[F] | unknown };
  inner[field] ??= value;
}

const PROTOCOL_IPV4 = 4;
const PROTOCOL_IPV6 = 41;
const PROTOCOL_GRE = 47;

/** To be called once the record is read: names the tunnel, or drops it where nothing is inside. */
export function settleInner(flow: Flow): void {
  const { tunnel } = flow;
  if (tunnel === undefined) return;
  const { inner } = tunnel;
  if (isUnspecified(inner.sourceIp) && isUnspecified(inner.destinationIp)) {
    flow.tunnel = undefined;
    return;
  }
  tunnel.type = tunnelType(flow.protocolNumber, flow.sourceIp?.includes(':') === true);
  if (inner.protocolNumber === undefined || hasPorts(inner.protocolNumber)) return;
  if (inner.sourcePort === 0) inner.sourcePort = undefined;
  if (inner.destinationPort === 0) inner.destinationPort = undefined;
}

function isUnspecified(address: string | undefined): boolean {
  return address === undefined || address === '0.0.0.0' || address === '::';
}

function tunnelType(protocolNumber: number | undefined, isOuterIpv6: boolean): TunnelType | undefined {
  switch (protocolNumber) {
    case PROTOCOL_IPV4:
      return isOuterIpv6 ? '4in6' : 'ipip';
    case PROTOCOL_IPV6:
      return isOuterIpv6 ? '6in6' : '6in4';
    case PROTOCOL_GRE:
      return 'gre';
    default:
      return undefined;
  }
}
