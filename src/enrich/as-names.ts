// Names of autonomous systems by number. Databases know them only by address, so the names that they give to hosts are
// learnt here, for the numbers that exporters state. The user's own names, CSV `number,name`, win over all others. Numbers
// that belong to nobody are named by their use:
//
//   23456                    AS_TRANS: a 32-bit number that an old router cannot write (RFC 6793)
//   64496–64511              documentation (RFC 5398)
//   64512–65534              private (RFC 6996)
//   65535                    reserved (RFC 7300)
//   65536–65551              documentation (RFC 5398)
//   65552–131071             reserved (IANA registry of special-purpose AS numbers)
//   4200000000–4294967294    private (RFC 6996)
//   4294967295               reserved (RFC 7300)

import type { Host } from '../flow/host.ts';
import { readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';

/** More than there are numbers in use (80 000 in 2026): full, it learns no more. 10 MB at the most. */
const LEARNT_LIMIT = 131_072;
/** Texts kept of numbers that belong to nobody; full, they are made anew. */
const SPECIAL_LIMIT = 4096;
/** What an exporter of 16-bit numbers writes for those of 32 bits (RFC 6793). */
export const AS_TRANS = 23_456;
const FIRST_SPECIAL = 64_496;
const LAST_SPECIAL_16 = 131_071;
const FIRST_PRIVATE_32 = 4_200_000_000;
const LAST_NUMBER = 4_294_967_295;

export class AsNames extends FileTable {
  readonly #onChange: () => void;
  readonly #learnt = new Map<number, string>();
  readonly #special = new Map<number, string>();
  #named: ReadonlyMap<number, string> = new Map();

  /** @param onChange called when other files are in use than before */
  constructor(options: FileTableOptions, onChange: () => void, log: Log) {
    super(options, 'enrich.as.files', log);
    this.#onChange = onChange;
  }

  /** Names of the user. */
  get size(): number {
    return this.#named.size;
  }

  /** Name of a number that an exporter states; undefined where nobody has told it yet. */
  name(number: number): string | undefined {
    const name = this.#find(number);
    if (name === undefined) this.misses++;
    else this.hits++;
    return name;
  }

  #find(number: number): string | undefined {
    if (this.#named.size > 0) {
      const name = this.#named.get(number);
      if (name !== undefined) return name;
    }
    if (number >= FIRST_SPECIAL || number === AS_TRANS) {
      const name = this.#specialName(number);
      if (name !== undefined) return name;
    }
    return this.#learnt.get(number);
  }

  /** Learns from a host that a database has told of, and names its number where the database did not. */
  complete(host: Host): void {
    const { asNumber, asOrganization } = host;
    if (asNumber === undefined) return;
    if (asOrganization !== undefined && this.#learnt.size < LEARNT_LIMIT) this.#learnt.set(asNumber, asOrganization);
    host.asOrganization = this.#named.get(asNumber) ?? asOrganization ?? this.#find(asNumber);
  }

  #specialName(number: number): string | undefined {
    let name = this.#special.get(number);
    if (name === undefined) {
      const use = useOf(number);
      if (use === undefined) return undefined;
      name = number === AS_TRANS ? use : `${use} AS ${number}`;
      if (this.#special.size >= SPECIAL_LIMIT) this.#special.clear();
      this.#special.set(number, name);
    }
    return name;
  }

  protected override take(texts: readonly FileText[]): void {
    const named = new Map<number, string>();
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, ['number', 'name'])) {
        const number = Number(row.cell('number').replace(/^AS/i, ''));
        const name = row.cell('name');
        if (!Number.isInteger(number) || number < 1 || number > LAST_NUMBER) {
          throw new ConfigError(row.place, row.cell('number'), 'an AS number from 1 to 4294967295');
        }
        if (name === '') throw new ConfigError(row.place, row.cell('number'), 'a name for the AS');
        named.set(number, name);
      }
    }
    this.#named = named;
    this.#onChange();
  }
}

/** What a number is for that no registry gives to anybody. */
function useOf(number: number): string | undefined {
  if (number === AS_TRANS) return 'AS_TRANS';
  if (number < FIRST_SPECIAL || number > LAST_NUMBER) return undefined;
  if (number > LAST_SPECIAL_16) {
    if (number === LAST_NUMBER) return 'reserved';
    return number >= FIRST_PRIVATE_32 ? 'private' : undefined;
  }
  if (number <= 64_511) return 'documentation';
  if (number <= 65_534) return 'private';
  if (number === 65_535) return 'reserved';
  return number <= 65_551 ? 'documentation' : 'reserved';
}
