// Records as tshark dissects them: what is on the wire, not scaled. Some values stand beside the fields under common names,
// the others only among its `cflow.*` fields, where a repeated element is a list.

import { namedPairs, type OptionNames, optionNames } from './option-names.ts';
import {
  address,
  type ComparedRecord,
  type Facts,
  firstAddress,
  firstOf,
  known,
  labels,
  mac,
  mask,
  pair,
  single,
  times,
  tupleText,
} from './record.ts';
import { endReasonWord, firewallEventWord, forwardingWord, natEventWord } from './words.ts';

type Field = string | readonly string[] | undefined;

interface TsharkRecord {
  readonly kind: string;
  readonly src?: string;
  readonly dst?: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly proto?: number;
  readonly bytes?: number;
  readonly packets?: number;
  readonly in_if?: number;
  readonly out_if?: number;
  readonly src_as?: number;
  readonly dst_as?: number;
  readonly tos?: number;
  readonly tcp_flags?: number;
  readonly next_hop?: string;
  readonly first_abs?: string;
  readonly last_abs?: string;
  readonly first_abs_computed?: string;
  readonly last_abs_computed?: string;
  readonly fields?: Readonly<Record<string, Field>>;
}

interface TsharkFile {
  readonly msgs: readonly {
    readonly header?: { readonly version?: number; readonly samplerate?: number };
    readonly records?: readonly TsharkRecord[];
  }[];
}

const TCP = 6;
const FLAG_BITS = 0xfff;
/** Versions whose records have ICMP type and code in the destination port. */
const ICMP_IN_PORT = [1, 5, 7];

export function tsharkRecords(text: string): readonly ComparedRecord[] {
  const records: ComparedRecord[] = [];
  const { msgs } = JSON.parse(text) as TsharkFile;
  const names = tsharkOptionNames(text);
  for (const { header, records: found } of msgs) {
    for (const record of found ?? []) {
      if (record.kind !== 'data') continue;
      const tuple = tupleText({
        protocol: record.proto,
        source: record.src,
        sourcePort: record.sport,
        destination: record.dst,
        destinationPort: record.dport,
      });
      const { bytes, packets } = record;
      records.push({ tuple, bytes, packets, facts: facts(record, header ?? {}), named: namedFacts(record, names) });
    }
  }
  return records;
}

/** What the option records in a side file name. */
export function tsharkOptionNames(text: string): OptionNames {
  return optionNames((JSON.parse(text) as TsharkFile).msgs.flatMap((message) => message.records ?? []));
}

function facts(record: TsharkRecord, header: { readonly version?: number; readonly samplerate?: number }): Facts {
  const field = fieldsOf(record);
  const all = (name: string): readonly string[] | undefined => {
    const value = record.fields?.[`cflow.${name}`];
    return typeof value === 'string' ? [value] : value;
  };
  const stack = all('mpls_label');
  const natPorts = pair(field('post_naptsource_transport_port'), field('post_naptdestination_transport_port'));
  const natAddresses = pair(field('post_natsource_ipv4_address'), field('post_natdestination_ipv4_address'), address);
  return {
    ...times(record.first_abs ?? record.first_abs_computed, record.last_abs ?? record.last_abs_computed),
    interfaces: pair(record.in_if, record.out_if),
    as: pair(record.src_as, record.dst_as),
    masks: pair(firstOf(field('srcmask'), field('srcmaskv6')), firstOf(field('dstmask'), field('dstmaskv6')), mask),
    'next hop': single(firstAddress(record.next_hop, field('nexthop'), field('nexthopv6')), address),
    'bgp hop': single(firstAddress(field('bgpnexthop'), field('bgpnexthopv6')), address),
    tos: single(record.tos),
    'tcp flags':
      record.proto === TCP && record.tcp_flags !== undefined ? known(record.tcp_flags & FLAG_BITS) : undefined,
    icmp: icmp(record, header.version, field),
    vlan: single(firstOf(field('dot1q_vlan_id'), field('vlanid'), field('post_vlanid'))),
    mac: pair(firstMac(field('srcmac'), field('post_srcmac')), firstMac(field('dstmac'), field('post_dstmac')), mac),
    mpls: stack && labels(stack),
    nat: natAddresses && `${natAddresses} ${natPorts ?? '-/-'}`,
    // 0 and 1 are all that IE 61 defines.
    direction: single(field('direction'), (value) => (Number(value) > 1 ? '-' : known(value))),
    sampling: sampling(header.samplerate, field('sampling_interval')),
    ...furtherFacts(field),
  };
}

function furtherFacts(field: FieldOf): Facts {
  const firewall = field('firewall_event');
  const nat = field('nat_event');
  const event =
    firewall === undefined ? single(nat, (value) => natEventWord(Number(value))) : firewallEventWord(Number(firewall));
  const engine = field('appl_id.classification_engine_id');
  return {
    ttl: single(firstOf(field('ip_ttl'), field('ttl_min'))),
    vrf: pair(field('ingress_vrfid'), field('egress_vrfid')),
    forwarding: single(field('forwarding_status'), (value) => forwardingWord(Number(value))),
    'end reason': single(field('flow_end_reason'), (value) => endReasonWord(Number(value))),
    event,
    'inner vlan': single(field('dot1q_customer_vlan_id')),
    application: engine === undefined ? undefined : application(engine, field('appl_id.selector_id')),
    reverse: pair(field('responder_octets'), field('responder_packets')),
    count: single(field('flows'), (value) => (Number(value) > 1 ? known(value) : '-')),
    bgp: pair(field('peer_srcas'), field('peer_dstas')),
    user: single(field('aaa_username'), text),
    hosts: single(field('pie.cisco.application_http_host'), text),
  };
}

/** Engine and selector as numbers; engine 20 has its enterprise's number between them (RFC 6759 §4.2). */
function application(engine: string, selector = ''): string {
  const octets = selector.split(':');
  const parts = Number(engine) === 20 ? [octets.slice(0, 4), octets.slice(4)] : [octets];
  return [engine, ...parts.map((part) => Number.parseInt(part.join(''), 16))].join(':');
}

/** Texts without what exporters fill them up with. */
function text(value: number | string | undefined): string {
  return `${value ?? ''}`.replace(/\0.*$/, '').replace(/^<.*>$/, '') || '-';
}

function namedFacts(record: TsharkRecord, { interfaces, vrfs }: OptionNames): NonNullable<ComparedRecord['named']> {
  const field = fieldsOf(record);
  return {
    vrf: namedPairs(vrfs, [field('ingress_vrfid'), field('egress_vrfid')]),
    'interface names': namedPairs(interfaces, [record.in_if, record.out_if], () => '-'),
  };
}

/** The first value of a field: of repeated elements the outer one. */
function fieldsOf(record: TsharkRecord): FieldOf {
  return (name) => {
    const value = record.fields?.[`cflow.${name}`];
    return typeof value === 'object' ? value[0] : value;
  };
}

function firstMac(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => mac(value) !== '-') ?? values.find((value) => value !== undefined);
}

type FieldOf = (name: string) => string | undefined;

/** type * 256 + code. */
function icmp(record: TsharkRecord, version: number | undefined, field: FieldOf): string | undefined {
  if (record.proto !== 1 && record.proto !== 58) return undefined;
  const both = firstOf(field('icmp_type_code_ipv4'), field('icmp_type_code_ipv6'));
  if (both !== undefined && Number(both) !== 0) return known(both);
  const type = firstOf(field('icmp_ipv4_type'), field('icmp_ipv6_type'));
  const code = firstOf(field('icmp_ipv4_code'), field('icmp_ipv6_code'));
  if (type !== undefined || code !== undefined) return known(Number(type ?? 0) * 256 + Number(code ?? 0));
  if (both !== undefined) return known(both);
  return ICMP_IN_PORT.includes(version ?? 0) ? single(record.dport) : undefined;
}

/** 1 in 1 is not sampled. */
function sampling(header: number | undefined, field: string | undefined): string | undefined {
  const interval = header === undefined || header === 0 ? field : header;
  return interval === undefined ? undefined : known(Number(interval) === 1 ? 0 : interval);
}
