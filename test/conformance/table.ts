// The table of the conformance test: a line per feed or single capture, a column per group of fields.

import { type Agreement, type GroupAgreement, isComplete } from './compare.ts';
import { GROUPS, type Group } from './record.ts';

/** Octets at an offset of a capture file, as hexadecimal digits. */
export interface Octets {
  readonly file: string;
  readonly at: number;
  readonly hex: string;
  /** What stands there. */
  readonly is: string;
}

export interface Known {
  /** Name of the feed, or path of a single capture. */
  readonly feed: string;
  /** Records that are right here, where no tool has the right number. */
  readonly records?: number;
  /** Groups in which the side file is wrong; without them, the records themselves rightly are others. */
  readonly groups?: readonly Group[];
  readonly why: string;
  /** What in the captures shows it. */
  readonly octets: readonly Octets[];
}

export interface Row {
  readonly name: string;
  readonly protocol: string;
  /** The tool whose records agree best. */
  readonly by: string;
  readonly agreement: Agreement | undefined;
  /** By group, the best of all tools. */
  readonly groups: ReadonlyMap<Group, GroupAgreement>;
  readonly known: readonly Known[];
  /** Number of documents. */
  readonly got: number;
}

const HEAD = ['feed', 'protocol', 'by', 'records', '5-tuples', 'bytes', 'packets', ...GROUPS, 'note'];
const NAME_WIDTH = 60;

export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line.map((cell, column) => (column === HEAD.length - 1 ? cell : cell.padEnd(widths[column]!))).join('  '),
  );
  return `${text.join('\n')}\n${closing(rows)}`;
}

function cells(row: Row): string[] {
  const { expected, got, tuples, bytes, packets } = row.agreement!;
  return [
    row.name.slice(0, NAME_WIDTH),
    row.protocol,
    row.by,
    ratio(got, expected),
    ratio(tuples, expected),
    ratio(bytes, expected),
    ratio(packets, expected),
    ...GROUPS.map((group) => {
      const found = row.groups.get(group);
      return found === undefined ? '' : ratio(found.agree, found.compared);
    }),
    row.known.map(({ why }) => why).join('; '),
  ];
}

/** "12", or "11/12" where not all agree. */
function ratio(agree: number, of: number): string {
  return agree === of ? String(of) : `${agree}/${of}`;
}

function closing(rows: readonly Row[]): string {
  const exact = rows.filter((row) => isExact(row)).length;
  const known = rows.filter((row) => !isExact(row) && row.known.length > 0).length;
  const counts = rows.filter((row) => isComplete(row.agreement!)).length;
  return (
    `${rows.length} feeds and single captures: ${exact} agree in everything that a tool states, ` +
    `${known} deviate as known.yml says, ${rows.length - exact - known} otherwise; counts agree in ${counts}`
  );
}

export function isExact(row: Row): boolean {
  return isComplete(row.agreement!) && [...row.groups.values()].every(({ agree, compared }) => agree === compared);
}
