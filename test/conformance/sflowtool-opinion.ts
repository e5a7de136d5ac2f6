// Flow samples as sflowtool prints them (`-J`, one datagram per line): one record per flow sample, bytes = length of the
// sampled frame times the sampling rate. Where it had to give up a sample its line is no JSON: then it has no opinion.

import {
  address,
  type ComparedRecord,
  type Facts,
  firstOf,
  known,
  mac,
  mask,
  pair,
  single,
  tupleText,
} from './record.ts';

interface Datagram {
  readonly samples?: readonly {
    readonly sampleType: string;
    readonly meanSkipCount?: string;
    readonly inputPort?: string;
    readonly outputPort?: string;
    readonly elements?: readonly Readonly<Record<string, string>>[];
  }[];
}

/** undefined when a line cannot be read. */
export function sflowtoolRecords(text: string): readonly ComparedRecord[] | undefined {
  const records: ComparedRecord[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const datagram = parsed(line);
    if (datagram === undefined) return undefined;
    for (const sample of datagram.samples ?? []) {
      if (sample.sampleType === 'FLOWSAMPLE') {
        const record = sampleRecord(sample.elements ?? [], Number(sample.meanSkipCount ?? 1));
        records.push({ ...record, facts: { ...record.facts, interfaces: ports(sample.inputPort, sample.outputPort) } });
      }
    }
  }
  return records;
}

function parsed(line: string): Datagram | undefined {
  try {
    return JSON.parse(line) as Datagram;
  } catch {
    return undefined;
  }
}

/** A sampled header says more than the records of switches that parse it themselves (IPV4, IPV6, ETHERNET). */
function sampleRecord(elements: readonly Readonly<Record<string, string>>[], rate: number): ComparedRecord {
  const packet = ['HEADER', 'IPV4', 'IPV6', 'ETHERNET']
    .map((type) => elements.find((element) => element['flowSampleType'] === type))
    .find((element) => element !== undefined);
  const length = packet?.['sampledPacketSize'] ?? packet?.['ethernet_len'];
  return {
    tuple: tupleText({
      protocol: packet?.['IPProtocol'],
      source: packet?.['srcIP'] ?? packet?.['srcIP6'],
      sourcePort: packet?.['TCPSrcPort'] ?? packet?.['UDPSrcPort'],
      destination: packet?.['dstIP'] ?? packet?.['dstIP6'],
      destinationPort: packet?.['TCPDstPort'] ?? packet?.['UDPDstPort'],
    }),
    bytes: length === undefined ? undefined : Number(length) * rate,
    packets: rate,
    facts: facts(Object.assign({}, ...elements, packet) as Element, rate),
  };
}

type Element = Readonly<Record<string, string>>;

function facts(all: Element, rate: number): Facts {
  const protocol = all['IPProtocol'];
  const isIcmp = protocol === '1' || protocol === '58';
  return {
    as: pair(all['src_as'], all['dst_as']),
    masks: pair(all['srcSubnetMask'], all['dstSubnetMask'], mask),
    'next hop': single(all['nextHop'], address),
    'bgp hop': single(all['bgp_nexthop'], address),
    tos: single(all['IPTOS']),
    'tcp flags': protocol === '6' ? single(all['TCPFlags']) : undefined,
    icmp:
      isIcmp && all['ICMPType'] !== undefined
        ? known(Number(all['ICMPType']) * 256 + Number(all['ICMPCode'] ?? 0))
        : undefined,
    vlan: single(firstOf(all['decodedVLAN'], all['in_vlan'], all['out_vlan'])),
    mac: pair(all['srcMAC'] ?? all['ethernet_src'], all['dstMAC'] ?? all['ethernet_dst'], mac),
    sampling: known(rate === 1 ? 0 : rate),
    ttl: single(all['IPTTL']),
    'inner vlan': single(all['decodedVLAN.1']),
    fragment: single(all['IPFragmentOffset']),
    bgp: pair(all['src_peer_as'], all['dst_peer_as']),
    user: all['src_user'],
    hosts: all['host'],
  };
}

/** Words for the local device, for several ports and for drops are no interface numbers. */
function ports(input: string | undefined, output: string | undefined): string | undefined {
  const number = (port: string | undefined): string | undefined =>
    port !== undefined && /^\d+$/.test(port) && Number(port) !== LOCAL ? port : '0';
  return pair(number(input), number(output));
}

/** sFlow v5: an interface of the device itself. */
const LOCAL = 0x3fffffff;
