// What other tools say a feed holds. tshark counts as the exporter did; sflowtool's records, and some of nfdump's, are scaled
// by the sampling that the exporter announced. None is always right: the captures' README says how far each can be trusted.

import { basename, dirname } from 'node:path';
import { readSideFile } from './feeds.ts';
import { flowToolsRecords } from './flow-tools-opinion.ts';
import { nfdumpFiles, nfdumpRecords } from './nfdump-opinion.ts';
import type { ComparedRecord } from './record.ts';
import { sflowtoolRecords } from './sflowtool-opinion.ts';
import { tsharkOptionNames, tsharkRecords } from './tshark-opinion.ts';

export interface Opinion {
  readonly by: 'tshark' | 'nfdump' | 'sflowtool' | 'flow-tools';
  /** By the sampling that the exporter announced; undefined: nfdump does so only where it understood the announcement. */
  readonly isScaled: boolean | undefined;
  readonly records: readonly ComparedRecord[];
}

/** The opinions on NetFlow and IPFIX feeds: tshark first, as it shows what was on the wire. */
export function netflowOpinions(files: readonly string[]): readonly Opinion[] {
  const names = tsharkOptionNames(readSideFile(files.at(-1)!, 'tshark.json') ?? '{"msgs":[]}');
  return present([
    { by: 'tshark', isScaled: false, records: gather(files, 'tshark.json', tsharkRecords) },
    { by: 'nfdump', isScaled: undefined, records: ofLast(files, (text) => nfdumpRecords(text, names)) },
    { by: 'flow-tools', isScaled: false, records: files.length === 1 ? flowTools(files[0]!) : undefined },
  ]);
}

/** The opinions on sFlow feeds: sflowtool is the reference. */
export function sflowOpinions(files: readonly string[]): readonly Opinion[] {
  return present([
    { by: 'sflowtool', isScaled: true, records: gather(files, 'sflowtool.jsonl', sflowtoolRecords) },
    { by: 'nfdump', isScaled: undefined, records: ofLast(files, withoutTimes) },
  ]);
}

/** sFlow has no times; nfdump puts its own clock there. */
function withoutTimes(text: string): readonly ComparedRecord[] {
  return nfdumpRecords(text).map((record) => ({
    ...record,
    facts: { ...record.facts, start: undefined, end: undefined },
  }));
}

/** What was sent, where flow-tools' generator made the capture. */
function flowTools(file: string): readonly ComparedRecord[] | undefined {
  const text = readSideFile(`${dirname(file)}/golden/${basename(file, '.pcap')}`, 'csv');
  return text === undefined ? undefined : flowToolsRecords(text);
}

type MaybeOpinion = Omit<Opinion, 'records'> & { readonly records: readonly ComparedRecord[] | undefined };

function present(opinions: readonly MaybeOpinion[]): readonly Opinion[] {
  return opinions.filter((opinion): opinion is Opinion => opinion.records !== undefined);
}

/** Records of all files of a feed; undefined when no file has this side file or one of them cannot be read. */
function gather(
  files: readonly string[],
  suffix: string,
  read: (text: string) => readonly ComparedRecord[] | undefined,
): readonly ComparedRecord[] | undefined {
  let found: ComparedRecord[] | undefined;
  for (const file of files) {
    const text = readSideFile(file, suffix);
    if (text === undefined) continue;
    const records = read(text);
    if (records === undefined) return undefined;
    found = [...(found ?? []), ...records];
  }
  return found;
}

/** nfdump's records of all files; undefined when it was fed with others. */
function ofLast(
  files: readonly string[],
  read: (text: string) => readonly ComparedRecord[],
): readonly ComparedRecord[] | undefined {
  const text = readSideFile(files.at(-1)!, 'nfdump.json');
  return text !== undefined && nfdumpFiles(text).join() === files.join() ? read(text) : undefined;
}
