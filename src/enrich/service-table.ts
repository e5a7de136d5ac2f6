// The names of services by protocol and port, from pipelines/services*.csv. One array per protocol, indexed by port:
// two array reads per look-up, and 12 000 names are read in some milliseconds.

import { readFileSync } from 'node:fs';
import { PROTOCOL_DCCP, PROTOCOL_SCTP, PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_UDPLITE } from '../flow/protocols.ts';
import { ConfigError } from '../lib/errors.ts';

const HEADER = 'name,port,protocols';
const NUMBERS: Readonly<Record<string, number>> = {
  tcp: PROTOCOL_TCP,
  udp: PROTOCOL_UDP,
  sctp: PROTOCOL_SCTP,
  dccp: PROTOCOL_DCCP,
};

export class ServiceTable {
  /** By protocol number, then by port. */
  readonly #names = emptyNames();
  #size = 0;

  /** Number of (protocol, port) pairs that have a name. */
  get size(): number {
    return this.#size;
  }

  /** Reads CSV files in their order; a later name wins. Throws ConfigError that names file and line. */
  load(files: readonly string[]): void {
    files.forEach((file, i) => {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (cause) {
        throw new ConfigError(`enrich.services.files[${i}]`, file, 'a readable file', { cause });
      }
      this.add(text, file);
    });
  }

  /** Adds rows `name,port,protocols` with protocols joined by `/`; `#` starts a comment line. */
  add(csv: string, file: string): void {
    const lines = csv.split('\n');
    let headerSeen = false;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!.trimEnd();
      if (line === '' || line.startsWith('#')) continue;
      if (!headerSeen) {
        if (line !== HEADER) throw new ConfigError(`${file}:${i + 1}`, line, `the header ${HEADER}`);
        headerSeen = true;
        continue;
      }
      this.#addRow(line, `${file}:${i + 1}`);
    }
  }

  /** Name of a service; undefined where the port has none in this protocol. */
  name(protocol: number, port: number): string | undefined {
    return this.#names[protocol]?.[port];
  }

  #addRow(line: string, place: string): void {
    const [name, portText, protocols, ...rest] = line.split(',');
    const port = Number(portText);
    if (!name || !protocols || rest.length > 0 || !Number.isInteger(port) || port < 1 || port > 65535) {
      throw new ConfigError(place, line, 'name,port,protocols such as https,443,tcp/udp');
    }
    for (const protocol of protocols.split('/')) {
      const number = NUMBERS[protocol];
      if (number === undefined) throw new ConfigError(place, protocol, 'tcp, udp, sctp or dccp');
      this.#set(number, port, name);
    }
  }

  #set(protocol: number, port: number, name: string): void {
    const names = this.#names[protocol]!;
    if (names[port] === undefined) this.#size++;
    names[port] = name;
  }
}

/** Every protocol's ports; UDPLite shares those of UDP (RFC 3828 §6). */
function emptyNames(): readonly ((string | undefined)[] | undefined)[] {
  const byProtocol = new Array<(string | undefined)[] | undefined>(256).fill(undefined);
  for (const number of Object.values(NUMBERS)) byProtocol[number] = new Array<string | undefined>(65536);
  byProtocol[PROTOCOL_UDPLITE] = byProtocol[PROTOCOL_UDP];
  return byProtocol;
}
