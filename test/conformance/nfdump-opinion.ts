// Records as nfdump's JSON has them. It writes 0 where an element was not sent, so a 0 of its is no statement at all:
// only what it found is compared.

import { namedPairs, type OptionNames } from './option-names.ts';
import {
  address,
  type ComparedRecord,
  type Facts,
  firstAddress,
  instant,
  known,
  labels,
  mac,
  mask,
  pair,
  times,
  tupleText,
} from './record.ts';
import { forwardingWord } from './words.ts';

type NfdumpFlow = Readonly<Record<string, string | number | undefined>>;

const FLAG_LETTERS = 'FSRPAUEC';

/** `names`: what the exporter's option records name, which nfdump does not join. */
export function nfdumpRecords(text: string, names?: OptionNames): readonly ComparedRecord[] {
  const flows = (JSON.parse(text) as { readonly flows: readonly NfdumpFlow[] }).flows;
  return flows
    .filter((flow) => flow['in_bytes'] !== undefined)
    .map((flow) => ({
      tuple: tupleText({
        protocol: flow['proto'],
        source: (flow['src4_addr'] ?? flow['src6_addr']) as string | undefined,
        sourcePort: flow['src_port'],
        destination: (flow['dst4_addr'] ?? flow['dst6_addr']) as string | undefined,
        destinationPort: flow['dst_port'],
      }),
      bytes: flow['in_bytes'] as number | undefined,
      packets: flow['in_packets'] as number | undefined,
      facts: facts(flow),
      named: { vrf: names && namedPairs(names.vrfs, [flow['ingress_vrf'], flow['egress_vrf']]) },
    }));
}

function facts(flow: NfdumpFlow): Facts {
  const text = (name: string): string | undefined => (flow[name] === undefined ? undefined : String(flow[name]));
  const isIcmp = flow['proto'] === 1 || flow['proto'] === 58;
  const stack = Array.from({ length: 10 }, (_, index) => text(`mpls_${index + 1}`)?.split('-')[0] ?? 0);
  const natAddresses = pair(text('src4_xlt_ip'), text('dst4_xlt_ip'), address);
  const hops = {
    ip: firstAddress(text('ip4_next_hop'), text('ip6_next_hop')),
    bgp: firstAddress(text('bgp4_next_hop'), text('bgp6_next_hop')),
  };
  return stated({
    ...nfdumpTimes(String(flow['first']), String(flow['last'])),
    interfaces: pair(flow['input_snmp'], flow['output_snmp']),
    as: pair(flow['src_as'], flow['dst_as']),
    masks: pair(flow['src_mask'], flow['dst_mask'], mask),
    'next hop': address(hops.ip),
    'bgp hop': address(hops.bgp),
    tos: known(flow['src_tos']),
    'tcp flags': flow['proto'] === 6 ? flags(text('tcp_flags')) : undefined,
    icmp: isIcmp ? known(Number(flow['icmp_type'] ?? 0) * 256 + Number(flow['icmp_code'] ?? 0)) : undefined,
    vlan: known(flow['src_vlan']),
    mac: pair(either(text('in_src_mac'), text('out_src_mac')), either(text('out_dst_mac'), text('in_dst_mac')), mac),
    mpls: labels(stack),
    vrf: pair(flow['ingress_vrf'], flow['egress_vrf']),
    // 64 and above is the whole octet (NetFlow v9 and IPFIX); nfdump writes 0 for "unknown".
    forwarding: known(flow['fwd_status']) === '-' ? undefined : forwardingWord(Number(flow['fwd_status']) >> 6),
    user: flow['user_name'] === undefined ? undefined : (text('user_name') ?? '').replace(/^<empty>$/, '-'),
    nat: natAddresses && `${natAddresses} ${pair(flow['src_xlt_port'], flow['dst_xlt_port']) ?? '-/-'}`,
  });
}

/** nfdump 1.7.1 swaps start and end of IPFIX records that count from the exporter's boot. */
function nfdumpTimes(first: string, last: string): Facts {
  return first > last && instant(last) !== '-' ? times(last, first) : times(first, last);
}

function either(first: string | undefined, second: string | undefined): string | undefined {
  return mac(first) === '-' ? second : first;
}

/** The files it was fed with, in order: the last file of a feed has the records of them all beside it. */
export function nfdumpFiles(text: string): readonly string[] {
  return (JSON.parse(text) as { readonly files: readonly string[] }).files;
}

/** Without the groups in which nothing was found. */
function stated(facts: Record<string, string | undefined>): Facts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && !/^[-/ ]+$/.test(value)),
  );
}

/** "...AP.SF" */
function flags(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return known(
    [...FLAG_LETTERS].reduce((bits, letter, index) => (text.includes(letter) ? bits | (1 << index) : bits), 0),
  );
}
