// Turns a table of autonomous systems by address range into a database that GeoIP reads like MaxMind's. Rows as the npm
// package @ip-location-db/asn has them: first address, last address, number, organization (quoted where it has a comma).

import { parseAddress } from '../flow/address.ts';
import { MmdbWriter } from './mmdb-writer.ts';

/** More unusable rows than one in so many: the file is not what it should be. */
const TOLERATED = 1000;

export interface AsnTableSource {
  /** Texts of CSV files, any family. */
  readonly tables: readonly string[];
  /** Who made the data, kept in the file. */
  readonly description: string;
  readonly buildEpochMs: number;
}

/** The bytes of an `.mmdb` file. Throws RangeError where the tables hold next to nothing usable. */
export function asnDatabase({ tables, description, buildEpochMs }: AsnTableSource): Buffer {
  const writer = new MmdbWriter();
  let good = 0;
  let bad = 0;
  for (const table of tables) {
    for (let start = 0; start < table.length; ) {
      const newline = table.indexOf('\n', start);
      const end = newline < 0 ? table.length : newline;
      if (addRow(writer, table.slice(start, end).trimEnd())) good++;
      else if (end > start) bad++;
      start = end + 1;
    }
  }
  if (good === 0 || bad * TOLERATED > good)
    throw new RangeError(`table of AS numbers: ${bad} bad rows, ${good} good ones`);
  return writer.build({ databaseType: 'weir-ASN', description, buildEpochMs });
}

function addRow(writer: MmdbWriter, row: string): boolean {
  const first = row.indexOf(',');
  const second = row.indexOf(',', first + 1);
  const third = row.indexOf(',', second + 1);
  if (first < 0 || second < 0 || third < 0) return false;
  const low = parseAddress(row.slice(0, first));
  const high = parseAddress(row.slice(first + 1, second));
  const number = Number(row.slice(second + 1, third));
  if (low === undefined || high === undefined || !(number > 0 && number < 2 ** 32)) return false;
  const organization = unquote(row.slice(third + 1));
  return writer.add(low, high, {
    autonomous_system_number: number,
    ...(organization === '' ? {} : { autonomous_system_organization: organization }),
  });
}

function unquote(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1).replaceAll('""', '"') : text;
}
