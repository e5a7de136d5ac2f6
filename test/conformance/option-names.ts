// What the option records of a capture call interfaces and VRFs, by tshark's dissection. An exporter may rename them, and
// flows that came before the option data have the numbers alone: so there are several words for one thing.

import { known } from './record.ts';

export interface OptionRecord {
  readonly kind: string;
  readonly in_if?: number;
  readonly fields?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

type Names = ReadonlyMap<string, readonly string[]>;

export interface OptionNames {
  readonly interfaces: Names;
  readonly vrfs: Names;
}

export function optionNames(records: readonly OptionRecord[]): OptionNames {
  const interfaces = new Map<string, string[]>();
  const vrfs = new Map<string, string[]>();
  for (const { in_if, fields } of records.filter(({ kind }) => kind === 'option')) {
    add(interfaces, in_if === undefined ? undefined : String(in_if), fields?.['cflow.if_name']);
    add(vrfs, first(fields?.['cflow.ingress_vrfid']), fields?.['cflow.vrfname']);
  }
  return { interfaces, vrfs };
}

function add(names: Map<string, string[]>, id: string | undefined, name: string | readonly string[] | undefined): void {
  const word = first(name);
  if (id === undefined || word === undefined) return;
  const known = names.get(id) ?? [];
  if (!known.includes(word)) names.set(id, [...known, word]);
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

/** All ways to call a pair of VRFs or of interfaces; undefined where the exporter names none of their kind. */
export function namedPairs(
  names: Names,
  ids: readonly [Id, Id],
  unnamed: (id: Id) => string = known,
): readonly string[] | undefined {
  if (names.size === 0 || ids.every((id) => id === undefined)) return undefined;
  const words = ids.map((id) => [...(names.get(String(id ?? '')) ?? []), unnamed(id)]);
  return words[0]!.flatMap((ingress) => words[1]!.map((egress) => `${ingress}/${egress}`));
}

type Id = string | number | undefined;
