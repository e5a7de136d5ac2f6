// What rules can ask of a flow, and what they can change: names as in documents, types of CEL. What is not known of a flow
// is an empty text, 0, false or an empty list, so that a rule never fails for want of a field. Whole numbers are BigInt, as
// CEL has 64 bits: made only when a rule asks.

import type { Flow } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { interfaceName } from '../flow/interface-name.ts';
import { PROTOCOL_TCP, protocolName } from '../flow/protocols.ts';
import { tcpFlagNames, tcpState } from '../flow/tcp-flags.ts';

export type RuleType = 'int' | 'string' | 'bool' | 'list<string>';

export interface RuleField {
  /** Dotted, as in documents. */
  readonly name: string;
  readonly type: RuleType;
  readonly get: (flow: Flow) => bigint | string | boolean | readonly string[];
  /** For texts that a rule may change; undefined takes the field away. */
  readonly set?: (flow: Flow, value: string | undefined) => void;
}

type Texts = (flow: Flow) => string | undefined;
type Numbers = (flow: Flow) => number | undefined;

const text = (name: string, read: Texts, set?: RuleField['set']): RuleField => ({
  name,
  type: 'string',
  get: (flow) => read(flow) ?? '',
  ...(set === undefined ? {} : { set }),
});

const integer = (name: string, read: Numbers): RuleField => ({
  name,
  type: 'int',
  get: (flow) => {
    const value = read(flow);
    return value === undefined || !Number.isFinite(value) ? 0n : BigInt(Math.round(value));
  },
});

const client = (flow: Flow): boolean => flow.roleReason === undefined || flow.isClientSource;

interface Side {
  readonly name: string;
  /** Whether the side is the sender. */
  readonly isSource: (flow: Flow) => boolean;
}

const SIDES: readonly Side[] = [
  { name: 'source', isSource: () => true },
  { name: 'destination', isSource: () => false },
  { name: 'client', isSource: client },
  { name: 'server', isSource: (flow) => !client(flow) },
];

function sideFields({ name, isSource }: Side): RuleField[] {
  const host = (flow: Flow): Host | undefined => (isSource(flow) ? flow.source : flow.destination);
  return [
    text(`${name}.ip`, (flow) => (isSource(flow) ? flow.sourceIp : flow.destinationIp)),
    integer(`${name}.port`, (flow) => (isSource(flow) ? flow.sourcePort : flow.destinationPort)),
    text(`${name}.mac`, (flow) => (isSource(flow) ? flow.sourceMac : flow.destinationMac)),
    text(`${name}.domain`, (flow) => host(flow)?.domain),
    integer(
      `${name}.as.number`,
      (flow) => host(flow)?.asNumber ?? (isSource(flow) ? flow.sourceAs : flow.destinationAs),
    ),
    text(`${name}.as.organization.name`, (flow) => host(flow)?.asOrganization),
    text(`${name}.geo.country_iso_code`, (flow) => host(flow)?.countryIsoCode),
    text(`${name}.geo.country_name`, (flow) => host(flow)?.countryName),
    text(`${name}.geo.continent_code`, (flow) => host(flow)?.continentCode),
    text(`${name}.geo.city_name`, (flow) => host(flow)?.cityName),
    text(`${name}.geo.name`, (flow) => host(flow)?.site),
    text(`flow.${name}.network`, (flow) => host(flow)?.network),
    { name: `flow.${name}.tags`, type: 'list<string>', get: (flow) => host(flow)?.networkTags ?? [] },
    { name: `flow.${name}.internal`, type: 'bool', get: (flow) => host(flow)?.isInternal ?? false },
  ];
}

const DIRECTIONS = ['ingress', 'egress'];

/** Every field, in the order of documents. */
export const RULE_FIELDS: readonly RuleField[] = [
  ...SIDES.flatMap(sideFields),
  integer('network.bytes', (flow) => (flow.bytes ?? 0) + (flow.reverseBytes ?? 0)),
  integer('network.packets', (flow) => (flow.packetCount ?? 0) + (flow.reversePacketCount ?? 0)),
  text('network.transport', (flow) => (flow.protocolNumber === undefined ? '' : protocolName(flow.protocolNumber))),
  text('network.iana_number', (flow) => flow.protocolNumber?.toString()),
  text('network.type', (flow) => (flow.ipVersion === undefined ? '' : `ipv${flow.ipVersion}`)),
  text('network.direction', (flow) => flow.networkDirection),
  text(
    'network.application',
    (flow) => flow.applicationName ?? flow.facts.applicationNames.find(flow.applicationId ?? ''),
    (flow, value) => {
      flow.applicationName = value ?? '';
    },
  ),
  text('network.vlan.id', (flow) => (flow.dot1qVlan ?? flow.sourceVlan ?? flow.destinationVlan)?.toString()),
  text('observer.ip', (flow) => flow.observerIp),
  text('observer.name', (flow) => flow.exporter.name),
  text('observer.ingress.interface.id', (flow) => flow.inputInterface?.toString()),
  text(
    'observer.ingress.interface.name',
    (flow) => flow.inputInterfaceName ?? interfaceName(flow.exporter, flow.facts, flow.inputInterface ?? -1),
    (flow, value) => {
      flow.inputInterfaceName = value ?? '';
    },
  ),
  text('observer.egress.interface.id', (flow) => flow.outputInterface?.toString()),
  text(
    'observer.egress.interface.name',
    (flow) => flow.outputInterfaceName ?? interfaceName(flow.exporter, flow.facts, flow.outputInterface ?? -1),
    (flow, value) => {
      flow.outputInterfaceName = value ?? '';
    },
  ),
  integer('event.duration', ({ startMs, endMs }) =>
    startMs === undefined || endMs === undefined ? 0 : (endMs - startMs) * 1e6,
  ),
  text(
    'flow.service.name',
    (flow) => flow.serviceName,
    (flow, value) => {
      flow.serviceName = value;
    },
  ),
  text(
    'flow.locality',
    (flow) => flow.locality,
    (flow, value) => {
      flow.locality = value;
    },
  ),
  text('flow.role.reason', (flow) => flow.roleReason),
  text('flow.direction', (flow) => DIRECTIONS[flow.direction ?? -1]),
  {
    name: 'threat.feed.name',
    type: 'list<string>',
    get: ({ source, destination }) => [...(source?.threat?.lists ?? []), ...(destination?.threat?.lists ?? [])],
  },
  { name: 'flow.duplicate', type: 'bool', get: (flow) => flow.isDuplicate },
  { name: 'flow.tcp_flags', type: 'list<string>', get: (flow) => tcpFlagNames(flow.tcpFlags ?? 0) },
  text('flow.tcp_state', (flow) =>
    flow.protocolNumber === PROTOCOL_TCP
      ? tcpState(flow.tcpFlags ?? 0, (flow.sampledPackets ?? flow.packetCount) === 1)
      : undefined,
  ),
  integer('flow.tos', (flow) => flow.tos),
  integer('flow.icmp.type', (flow) => flow.icmpType),
  integer('flow.icmp.code', (flow) => flow.icmpCode),
  integer('flow.sampling.interval', (flow) => flow.interval),
  text('flow.next_hop.ip', (flow) => flow.nextHopIp),
  text('flow.application.id', (flow) => flow.applicationId),
  text('flow.export.protocol', (flow) => flow.protocol),
  text('flow.export.domain_id', (flow) => flow.observationDomainId.toString()),
  text(
    'flow.wlan.ssid',
    (flow) => flow.wlanSsid,
    (flow, value) => {
      flow.wlanSsid = value;
    },
  ),
  text(
    'flow.http.host',
    (flow) => flow.httpHost,
    (flow, value) => {
      flow.httpHost = value;
    },
  ),
  text(
    'flow.dns.name',
    (flow) => flow.dnsName,
    (flow, value) => {
      flow.dnsName = value;
    },
  ),
  text(
    'flow.tls.server_name',
    (flow) => flow.tlsServerName,
    (flow, value) => {
      flow.tlsServerName = value;
    },
  ),
  text(
    'user.name',
    (flow) => flow.userName,
    (flow, value) => {
      flow.userName = value;
    },
  ),
  { name: 'tags', type: 'list<string>', get: (flow) => flow.tags ?? [] },
];
