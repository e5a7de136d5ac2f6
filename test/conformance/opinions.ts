// What other tools say a feed holds. tshark counts as the exporter did; sflowtool's records, and some of nfdump's, are scaled
// by the sampling that the exporter announced. None is always right: the captures' README says how far each can be trusted.

import { type Feed, readSideFile } from './feeds.ts';
import { type ComparedRecord, tupleText } from './record.ts';
import { sflowtoolRecords } from './sflowtool-opinion.ts';

export interface Opinion {
  readonly by: 'tshark' | 'nfdump' | 'sflowtool';
  /** By the sampling that the exporter announced; undefined: nfdump does so only where it understood the announcement. */
  readonly isScaled: boolean | undefined;
  readonly records: readonly ComparedRecord[];
}

interface TsharkFile {
  readonly msgs: readonly {
    readonly proto: string;
    readonly records?: readonly {
      readonly kind: string;
      readonly src?: string;
      readonly dst?: string;
      readonly sport?: number;
      readonly dport?: number;
      readonly proto?: number;
      readonly bytes?: number;
      readonly packets?: number;
    }[];
  }[];
}

interface NfdumpFile {
  readonly flows: readonly {
    readonly src4_addr?: string;
    readonly dst4_addr?: string;
    readonly src6_addr?: string;
    readonly dst6_addr?: string;
    readonly src_port?: number;
    readonly dst_port?: number;
    readonly proto?: number;
    readonly in_bytes?: number;
    readonly in_packets?: number;
  }[];
}

/** The opinions on NetFlow and IPFIX feeds: tshark first, as it shows what was on the wire. */
export function netflowOpinions(feed: Feed): readonly Opinion[] {
  return present([
    { by: 'tshark', isScaled: false, records: gather(feed, 'tshark.json', tsharkRecords) },
    { by: 'nfdump', isScaled: undefined, records: gather(feed, 'nfdump.json', nfdumpRecords) },
  ]);
}

/** The opinions on sFlow feeds: sflowtool is the reference. */
export function sflowOpinions(feed: Feed): readonly Opinion[] {
  return present([
    { by: 'sflowtool', isScaled: true, records: gather(feed, 'sflowtool.jsonl', sflowtoolRecords) },
    { by: 'nfdump', isScaled: undefined, records: gather(feed, 'nfdump.json', nfdumpRecords) },
  ]);
}

type MaybeOpinion = Omit<Opinion, 'records'> & { readonly records: readonly ComparedRecord[] | undefined };

function present(opinions: readonly MaybeOpinion[]): readonly Opinion[] {
  return opinions.filter((opinion): opinion is Opinion => opinion.records !== undefined);
}

/** Records of all files of a feed; undefined when no file has this side file or one of them cannot be read. */
function gather(
  feed: Feed,
  suffix: string,
  read: (text: string) => readonly ComparedRecord[] | undefined,
): readonly ComparedRecord[] | undefined {
  let found: ComparedRecord[] | undefined;
  for (const file of feed.files) {
    const text = readSideFile(file, suffix);
    if (text === undefined) continue;
    const records = read(text);
    if (records === undefined) return undefined;
    found = [...(found ?? []), ...records];
  }
  return found;
}

function tsharkRecords(text: string): readonly ComparedRecord[] {
  const records: ComparedRecord[] = [];
  for (const message of (JSON.parse(text) as TsharkFile).msgs) {
    for (const record of message.records ?? []) {
      if (record.kind !== 'data') continue;
      const tuple = tupleText({
        protocol: record.proto,
        source: record.src,
        sourcePort: record.sport,
        destination: record.dst,
        destinationPort: record.dport,
      });
      records.push({ tuple, bytes: record.bytes, packets: record.packets });
    }
  }
  return records;
}

function nfdumpRecords(text: string): readonly ComparedRecord[] {
  return (JSON.parse(text) as NfdumpFile).flows
    .filter((flow) => flow.in_bytes !== undefined)
    .map((flow) => ({
      tuple: tupleText({
        protocol: flow.proto,
        source: flow.src4_addr ?? flow.src6_addr,
        sourcePort: flow.src_port,
        destination: flow.dst4_addr ?? flow.dst6_addr,
        destinationPort: flow.dst_port,
      }),
      bytes: flow.in_bytes,
      packets: flow.in_packets,
    }));
}
