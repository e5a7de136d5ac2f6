// The names of services by protocol and port, from pipelines/services*.csv or the user's own files, read again when they
// change. One array per protocol, indexed by port: two array reads per look-up, and 12 000 names are read in some
// milliseconds.

import { PROTOCOL_DCCP, PROTOCOL_SCTP, PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_UDPLITE } from '../flow/protocols.ts';
import { type CsvRow, readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';

const COLUMNS = ['name', 'port', 'protocols'];
/** By their names in the column protocols, which are joined by `/`. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['tcp', PROTOCOL_TCP],
  ['udp', PROTOCOL_UDP],
  ['sctp', PROTOCOL_SCTP],
  ['dccp', PROTOCOL_DCCP],
]);

/** By protocol number, then by port. */
type Names = readonly ((string | undefined)[] | undefined)[];

export class ServiceTable extends FileTable {
  /** Grows with every table taken over: texts made of an older one are no longer right. */
  version = 0;
  /** Pairs of protocol and port that have a name. */
  size = 0;
  #names = emptyNames();

  constructor(options: FileTableOptions, log: Log) {
    super(options, 'enrich.services.files', log);
  }

  /** Name of a service; undefined where the port has none in this protocol. */
  name(protocol: number, port: number): string | undefined {
    return this.#names[protocol]?.[port];
  }

  protected override take(texts: readonly FileText[]): void {
    const names = emptyNames();
    let size = 0;
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, COLUMNS)) size += addRow(names, row);
    }
    this.#names = names;
    this.size = size;
    this.version++;
  }
}

/** Returns how many pairs are new. */
function addRow(names: Names, row: CsvRow): number {
  const [name, portText, protocols] = COLUMNS.map((column) => row.cell(column));
  const port = Number(portText);
  if (!name || !protocols || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new ConfigError(
      row.place,
      [name, portText, protocols].join(),
      'name,port,protocols such as https,443,tcp/udp',
    );
  }
  let added = 0;
  for (const protocol of protocols.split('/')) {
    const number = NUMBERS.get(protocol);
    if (number === undefined) throw new ConfigError(row.place, protocol, 'tcp, udp, sctp or dccp');
    const byPort = names[number]!;
    if (byPort[port] === undefined) added++;
    byPort[port] = name;
  }
  return added;
}

/** Every protocol's ports; UDPLite shares those of UDP (RFC 3828 §6). */
function emptyNames(): Names {
  const byProtocol = new Array<(string | undefined)[] | undefined>(256).fill(undefined);
  for (const number of NUMBERS.values()) byProtocol[number] = new Array<string | undefined>(65536);
  byProtocol[PROTOCOL_UDPLITE] = byProtocol[PROTOCOL_UDP];
  return byProtocol;
}
