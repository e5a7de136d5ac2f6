// Compares two lists of records without regard to order: how many there are, whose 5-tuples agree, and with them whose
// bytes and packets. What the other tool does not know cannot disagree; what weir does not know can.

import { type ComparedRecord, GROUPS, type Group } from './record.ts';

export interface Agreement {
  readonly expected: number;
  readonly got: number;
  /** Records of the expectation that were found, by 5-tuple; then also by bytes, by packets. */
  readonly tuples: number;
  readonly bytes: number;
  readonly packets: number;
  /** Per group of fields that the other tool states at all. */
  readonly groups: ReadonlyMap<Group, GroupAgreement>;
  /** The first few expectations without a counterpart, for the report. */
  readonly missing: readonly string[];
}

export interface GroupAgreement {
  /** Records in which the other tool states the group, and those of them found with 5-tuple and the same values. */
  readonly compared: number;
  readonly agree: number;
  readonly missing: readonly string[];
}

export function compareRecords(expected: readonly ComparedRecord[], got: readonly ComparedRecord[]): Agreement {
  const missing: string[] = [];
  return {
    expected: expected.length,
    got: got.length,
    tuples: matches(expected, got, () => [''], missing),
    bytes: matchesWith(expected, got, 'bytes', missing),
    packets: matchesWith(expected, got, 'packets', missing),
    groups: new Map(GROUPS.map((group) => [group, groupAgreement(expected, got, group)])),
    missing: missing.slice(0, 3),
  };
}

/** How a record without any value of a group reads where the group is a pair. */
const NOTHING: Partial<Record<Group, string>> = {
  interfaces: '-/-',
  as: '-/-',
  masks: '-/-',
  mac: '-/-',
  vrf: '-/-',
  'interface names': '-/-',
  reverse: '-/-',
  bgp: '-/-',
};

function groupAgreement(
  expected: readonly ComparedRecord[],
  got: readonly ComparedRecord[],
  group: Group,
): GroupAgreement {
  const stated = expected.filter((record) => record.facts[group] !== undefined || record.named?.[group] !== undefined);
  const missing: string[] = [];
  const suffix: Suffixes = ({ facts, named }) =>
    [facts[group], ...(named?.[group] ?? [])]
      .filter((value, index, all) => value !== undefined || all.length === 1 || index > 0)
      .map((value) => ` ${group} ${value ?? NOTHING[group] ?? '-'}`);
  const agree = stated.length === 0 ? 0 : matches(stated, got, suffix, missing);
  return { compared: stated.length, agree, missing: missing.slice(0, 2).map((text) => text + found(text, got, group)) };
}

/** What stands there instead, for the report. */
function found(missing: string, got: readonly ComparedRecord[], group: Group): string {
  const same = got.filter(({ tuple }) => missing.startsWith(`${tuple} `)).slice(0, 3);
  return ` (found ${same.map(({ facts }) => facts[group] ?? '-').join(', ') || 'no such 5-tuple'})`;
}

/** Counts agree, and 5-tuples, bytes and packets of every record. */
export function isComplete(agreement: Agreement): boolean {
  return hasAllTuples(agreement) && agreement.bytes === agreement.expected && agreement.packets === agreement.expected;
}

/** Counts and 5-tuples agree. */
export function hasAllTuples(agreement: Agreement): boolean {
  return agreement.got === agreement.expected && agreement.tuples === agreement.expected;
}

/** Which of two agreements says more: the one about all records, else the one that found more and missed less. */
export function score(agreement: Agreement): number {
  const surplus = Math.abs(agreement.got - agreement.expected);
  const found = agreement.tuples + (agreement.bytes + agreement.packets) / 10 - surplus;
  return (hasAllTuples(agreement) ? 10 : 0) + found / (agreement.expected || 1);
}

/** Records whose counter the other tool does not know count as found. */
function matchesWith(
  expected: readonly ComparedRecord[],
  got: readonly ComparedRecord[],
  counter: 'bytes' | 'packets',
  missing: string[],
): number {
  const comparable = expected.filter((record) => record[counter] !== undefined);
  const unknown = expected.length - comparable.length;
  return unknown + matches(comparable, got, (record) => [` ${record[counter] ?? 0} ${counter}`], missing);
}

/** Ways to say a value; a record of ours has one. */
type Suffixes = (record: ComparedRecord) => readonly string[];

/** First equal ones are paired; then those whose expectation has gaps, with what is left and equal but for the gaps. */
function matches(
  expected: readonly ComparedRecord[],
  got: readonly ComparedRecord[],
  suffixesOf: Suffixes,
  missing: string[],
): number {
  const open = new Map<string, number>();
  for (const record of got) {
    const key = record.tuple + suffixesOf(record)[0]!;
    open.set(key, (open.get(key) ?? 0) + 1);
  }
  const isOpen = (record: ComparedRecord): boolean =>
    !suffixesOf(record).some((suffix) => take(open, record.tuple + suffix));
  const isStillOpen = (record: ComparedRecord): boolean =>
    !suffixesOf(record).some((suffix) => takeWithGaps(open, record.tuple, suffix));
  const unmatched = expected.filter(isOpen).filter(isStillOpen);
  for (const record of unmatched) missing.push(record.tuple + suffixesOf(record)[0]!);
  return expected.length - unmatched.length;
}

function take(open: Map<string, number>, key: string): boolean {
  const left = open.get(key) ?? 0;
  if (left > 0) open.set(key, left - 1);
  return left > 0;
}

/** "-" is what the other tool did not look for: inside a packet section, behind a tag, in an element it does not know. */
function takeWithGaps(open: Map<string, number>, tuple: string, suffix: string): boolean {
  const wanted = tuple.split(' ');
  if (!wanted.includes('-')) return false;
  for (const [key, left] of open) {
    if (left === 0 || !key.endsWith(suffix)) continue;
    const found = key.slice(0, key.length - suffix.length).split(' ');
    if (found.length === 5 && wanted.every((part, index) => part === '-' || part === found[index]))
      return take(open, key);
  }
  return false;
}
