// Names of application ids (element 95, RFC 6759) that neither the record nor the exporter's option data names: from the
// user's tables, CSV `id,application`, read again when they change; else, for the engines whose ids are IANA's numbers, from
// the names of protocols and services. Vendors' own lists of ids do not ship, for want of a licence.

import { hasPorts, PROTOCOL_TCP, PROTOCOL_UDP, protocolName } from '../flow/protocols.ts';
import { readCsv } from '../lib/csv.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FileText } from '../lib/watched-files.ts';
import { FileTable, type FileTableOptions } from './file-table.ts';
import type { ServiceTable } from './service-table.ts';

/** Engines (RFC 6759 §4.1) whose selectors are protocol numbers, and ports. */
const IANA_PROTOCOLS = '1:';
const IANA_PORTS = '3:';

/** As documents show it: engine and selector, with an enterprise number between them where there is one. */
const ID = /^\d{1,3}(:\d{1,10}){1,2}$/;

export class ApplicationIds extends FileTable {
  readonly #services: ServiceTable;
  #names: ReadonlyMap<string, string> = new Map();

  constructor(options: FileTableOptions, services: ServiceTable, log: Log) {
    super(options, 'enrich.applications.ids', log);
    this.#services = services;
  }

  get size(): number {
    return this.#names.size;
  }

  /** Name of an id as `flow.application.id` has it; undefined where nobody knows. */
  name(id: string, protocol: number | undefined): string | undefined {
    const name = this.#names.get(id) ?? this.#registeredName(id, protocol);
    if (name === undefined) this.misses++;
    else this.hits++;
    return name;
  }

  #registeredName(id: string, protocol: number | undefined): string | undefined {
    if (id.startsWith(IANA_PROTOCOLS)) return protocolName(Number(id.slice(IANA_PROTOCOLS.length)));
    if (!id.startsWith(IANA_PORTS)) return undefined;
    // The id names what was recognised, also over a transport that it is not registered for.
    const port = Number(id.slice(IANA_PORTS.length));
    const transport = protocol !== undefined && hasPorts(protocol) ? protocol : PROTOCOL_TCP;
    const services = this.#services;
    return services.name(transport, port) ?? services.name(PROTOCOL_TCP, port) ?? services.name(PROTOCOL_UDP, port);
  }

  protected override take(texts: readonly FileText[]): void {
    const names = new Map<string, string>();
    for (const { file, text } of texts) {
      for (const row of readCsv(text, file, ['id', 'application'])) {
        const id = row.cell('id');
        const name = row.cell('application');
        if (!ID.test(id)) throw new ConfigError(row.place, id, 'an id such as 13:82 or 20:12356:15832');
        if (name === '') throw new ConfigError(row.place, id, 'an application for the id');
        names.set(id, name);
      }
    }
    this.#names = names;
  }
}
