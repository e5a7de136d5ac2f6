// Flow samples as sflowtool prints them (`-J`, one datagram per line): one record per flow sample, bytes = length of the
// sampled frame times the sampling rate. Where it had to give up a sample its line is no JSON: then it has no opinion.

import { type ComparedRecord, tupleText } from './record.ts';

interface Datagram {
  readonly samples?: readonly {
    readonly sampleType: string;
    readonly meanSkipCount?: string;
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
        records.push(sampleRecord(sample.elements ?? [], Number(sample.meanSkipCount ?? 1)));
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
  };
}
