// The names of services by protocol and port, from pipelines/services*.csv or the user's own files, read again when they
// change. One array per protocol, indexed by port: two array reads per look-up, and 12 000 names are read in some
// milliseconds.

import {
  hasPorts,
  PROTOCOL_DCCP,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  PROTOCOL_UDPLITE,
  protocolName,
} from '../flow/protocols.ts';
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

/** What documents call the services of a protocol. */
interface ProtocolTexts {
  /** "TCP" */
  readonly protocol: string;
  /** "https (TCP/443)" by port, filled on demand: 65 536 at most. */
  readonly byPort: (string | undefined)[];
}

export class ServiceTable extends FileTable {
  /** Pairs of protocol and port that have a name. */
  size = 0;
  #names = emptyNames();
  #texts = emptyTexts();

  constructor(options: FileTableOptions, log: Log) {
    super(options, 'enrich.services.files', log);
  }

  /** Name of a service; undefined where the port has none in this protocol. */
  name(protocol: number, port: number): string | undefined {
    return this.#names[protocol]?.[port];
  }

  /** "https (TCP/443)", "TCP/12345" where the port has no name, whoever offers it. Ports from 0 to 65535. */
  text(protocol: number, port: number): string {
    const { protocol: protocolText, byPort } = this.#textsOf(protocol);
    let text = byPort[port];
    if (text === undefined) {
      const name = this.name(protocol, port);
      text = name === undefined ? `${protocolText}/${port}` : `${name} (${protocolText}/${port})`;
      byPort[port] = text;
    }
    return text;
  }

  /** "TCP", "ICMP", "IP/253" */
  protocolText(protocol: number): string {
    return this.#textsOf(protocol).protocol;
  }

  #textsOf(protocol: number): ProtocolTexts {
    let texts = this.#texts[protocol];
    if (texts === undefined) {
      const name = protocolName(protocol)?.toUpperCase() ?? `IP/${protocol}`;
      // Full length at once: an array that grows by a jump to 50 000 becomes a hash table, four times as slow.
      texts = { protocol: name, byPort: hasPorts(protocol) ? new Array<string | undefined>(65536) : [] };
      this.#texts[protocol] = texts;
    }
    return texts;
  }

  protected override take(texts: readonly FileText[]): void {
    const names = emptyNames();
    let size = 0;
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, COLUMNS)) size += addRow(names, row);
    }
    this.#names = names;
    this.#texts = emptyTexts();
    this.size = size;
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

function emptyTexts(): (ProtocolTexts | undefined)[] {
  return new Array<ProtocolTexts | undefined>(256).fill(undefined);
}
