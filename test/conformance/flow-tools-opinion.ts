// Records as flow-tools' flow-export wrote them (CSV beside the captures, in golden/): the very flows that flowgen sent, of
// NetFlow v1, v5, v6 and v8, of which v6 has no other tool. Times are left out: the generator's clock is of 1970.

import { address, type ComparedRecord, known, mask, pair, single, tupleText } from './record.ts';

export function flowToolsRecords(text: string): readonly ComparedRecord[] {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const names = head.replace(/^#:/, '').split(',');
  return lines.map((line) => {
    const values = line.split(',');
    // v6 names its second next hop as the first one; that one is the router's own.
    return recordOf((name) => values[names.indexOf(name)]);
  });
}

function recordOf(value: (name: string) => string | undefined): ComparedRecord {
  const protocol = value('prot');
  const isTcp = Number(protocol) === 6;
  return {
    tuple: tupleText({
      protocol,
      source: value('srcaddr'),
      sourcePort: value('srcport'),
      destination: value('dstaddr'),
      destinationPort: value('dstport'),
    }),
    bytes: Number(value('doctets')),
    packets: Number(value('dpkts')),
    facts: {
      interfaces: pair(value('input'), value('output')),
      as: pair(value('src_as'), value('dst_as')),
      masks: pair(value('src_mask'), value('dst_mask'), mask),
      'next hop': single(value('nexthop'), address),
      tos: single(value('tos')),
      'tcp flags': isTcp ? single(value('tcp_flags')) : undefined,
      count: single(value('dflows'), (count) => (Number(count) > 1 ? known(count) : '-')),
    },
  };
}
