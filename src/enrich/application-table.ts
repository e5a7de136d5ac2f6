// The user's own applications, by the endpoint that offers them: `10.0.0.5:8443`, `[2001:db8::5]:8443`, either with
// `/tcp`, or `8443/tcp` for every address. From CSV files `endpoint,application` that are read again when they change.

import { canonicalAddress } from '../flow/address.ts';
import { PROTOCOL_DCCP, PROTOCOL_SCTP, PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_UDPLITE } from '../flow/protocols.ts';
import { type CsvRow, readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';

/** Applications of one port of one protocol. */
interface PortApplications {
  /** For all addresses that have no row of their own. */
  any: string | undefined;
  readonly byAddress: Map<string, string>;
}

/** By protocol × 65536 + port. */
type Table = Map<number, PortApplications>;

export class ApplicationTable extends FileTable {
  size = 0;
  #table: Table = new Map();

  constructor(options: FileTableOptions, log: Log) {
    super(options, 'enrich.applications.files', log);
  }

  /** False where there is nothing to look for. */
  get isEmpty(): boolean {
    return this.#table.size === 0;
  }

  /** Application of an endpoint; its own row before that of its port. */
  name(protocol: number, port: number, ip: string | undefined): string | undefined {
    const applications = this.#table.get(protocol * 65_536 + port);
    const name = (ip === undefined ? undefined : applications?.byAddress.get(ip)) ?? applications?.any;
    if (name === undefined) this.misses++;
    else this.hits++;
    return name;
  }

  /** How much the table says for an endpoint: 2 = it has a row of its own, 1 = its port has one, 0 = nothing. */
  weight(protocol: number, port: number, ip: string | undefined): number {
    const applications = this.#table.get(protocol * 65_536 + port);
    if (applications === undefined) return 0;
    if (ip !== undefined && applications.byAddress.has(ip)) return 2;
    return applications.any === undefined ? 0 : 1;
  }

  protected override take(texts: readonly FileText[]): void {
    const table: Table = new Map();
    let size = 0;
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, ['endpoint', 'application'])) {
        addRow(table, row);
        size++;
      }
    }
    this.#table = table;
    this.size = size;
  }
}

function addRow(table: Table, row: CsvRow): void {
  const name = row.cell('application');
  const { ip, port, protocols } = readEndpoint(row);
  if (name === '') throw new ConfigError(row.place, row.cell('endpoint'), 'an application for the endpoint');
  for (const protocol of protocols) {
    const key = protocol * 65_536 + port;
    let applications = table.get(key);
    if (applications === undefined) {
      applications = { any: undefined, byAddress: new Map() };
      table.set(key, applications);
    }
    if (ip === undefined) applications.any = name;
    else applications.byAddress.set(ip, name);
  }
}

const PROTOCOLS: Readonly<Record<string, readonly number[]>> = {
  tcp: [PROTOCOL_TCP],
  udp: [PROTOCOL_UDP, PROTOCOL_UDPLITE],
  sctp: [PROTOCOL_SCTP],
  dccp: [PROTOCOL_DCCP],
};
const ANY_PROTOCOL = Object.values(PROTOCOLS).flat();

/** Address in brackets or not, port, protocol; only one of address and protocol may be missing. */
const ENDPOINT = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})(?:\/([a-z]+))?$/;

function readEndpoint(row: CsvRow) {
  const text = row.cell('endpoint');
  const expected = 'an endpoint such as 10.0.0.5:8443, [2001:db8::5]:8443, 10.0.0.5:53/udp or 8443/tcp';
  const match = ENDPOINT.exec(text.toLowerCase());
  if (match === null) throw new ConfigError(row.place, text, expected);
  const [, bracketed, plain, portText, protocol] = match;
  const address = bracketed ?? plain;
  const ip = address === undefined ? undefined : canonicalAddress(address);
  const protocols = protocol === undefined ? ANY_PROTOCOL : PROTOCOLS[protocol];
  const port = Number(portText);
  const isUsable = (address === undefined) === (ip === undefined) && (ip !== undefined || protocol !== undefined);
  if (!isUsable || protocols === undefined || port < 1 || port > 65_535)
    throw new ConfigError(row.place, text, expected);
  return { ip, port, protocols };
}
