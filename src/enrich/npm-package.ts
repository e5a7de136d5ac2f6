// The newest version of an npm package, as an archive: by the user's npm, which knows his registry, proxy and credentials;
// where there is none, or it fails, straight from the registry over HTTP. No scripts run and nothing is installed.
// Interface: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md, GET /{package}/{version}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';

export const PUBLIC_REGISTRY = 'https://registry.npmjs.org';
const HTTP_TIMEOUT_MS = 600_000;
const MAX_OUTPUT = 1 << 20;

interface Manifest {
  readonly version: string;
  readonly tarball: string;
  /** `sha512-…` in base64. */
  readonly integrity: string;
}

export class NpmPackage {
  readonly #name: string;
  readonly #registry: string | undefined;

  /** @param registry address of a registry that is asked without npm; undefined leaves the choice to npm */
  constructor(name: string, registry: string | undefined) {
    this.#name = name;
    this.#registry = registry?.replace(/\/+$/, '');
  }

  /** The newest version. Rejects with a reason for the user. */
  version(signal: AbortSignal): Promise<string> {
    return this.#either(
      async () => (await npm(['view', this.#name, 'version'], signal)).trim(),
      async (registry) => (await this.#manifest(registry, 'latest', signal)).version,
    );
  }

  /** Puts the archive of a version into a folder. Resolves to its path. Rejects with a reason for the user. */
  download(folder: string, version: string, signal: AbortSignal): Promise<string> {
    return this.#either(
      async () => {
        await npm(['pack', `${this.#name}@${version}`, '--pack-destination', folder], signal);
        const archive = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
        if (archive === undefined) throw new Error('npm pack left no file');
        return join(folder, archive);
      },
      async (registry) => this.#fetch(folder, await this.#manifest(registry, version, signal), signal),
    );
  }

  async #either<T>(byNpm: () => Promise<T>, byHttp: (registry: string) => Promise<T>): Promise<T> {
    if (this.#registry !== undefined) return byHttp(this.#registry);
    try {
      return await byNpm();
    } catch (error) {
      const { npm_config_registry: configured = PUBLIC_REGISTRY } = process.env;
      try {
        return await byHttp(configured.replace(/\/+$/, ''));
      } catch (cause) {
        // npm's word counts: it knows why better, e.g. that the proxy refuses.
        throw error instanceof NoNpm ? cause : error;
      }
    }
  }

  async #manifest(registry: string, version: string, signal: AbortSignal): Promise<Manifest> {
    const address = `${registry}/${this.#name.replace('/', '%2f')}/${version}`;
    const response = await get(address, signal);
    // The cast: what is missing or of another type is found out below.
    const { version: found, dist } = (await response.json()) as { version?: unknown; dist?: Record<string, unknown> };
    const { tarball, integrity } = dist ?? {};
    if (typeof found !== 'string' || typeof tarball !== 'string' || typeof integrity !== 'string') {
      throw new Error('the registry answered something else than a package');
    }
    // As npm does: a mirror may hand out addresses of the registry that it mirrors.
    const own = tarball.startsWith(`${PUBLIC_REGISTRY}/`) ? registry + tarball.slice(PUBLIC_REGISTRY.length) : tarball;
    return { version: found, tarball: own, integrity };
  }

  async #fetch(folder: string, { tarball, integrity }: Manifest, signal: AbortSignal): Promise<string> {
    const path = join(folder, 'package.tgz');
    const hash = createHash('sha512');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const { body } = await get(tarball, signal);
    if (body === null) throw new Error('the registry sent nothing');
    // The cast: the global type and that of node:stream/web are the same class.
    await pipeline(Readable.fromWeb(body as ReadableStream), hashing, createWriteStream(path));
    if (!integrity.split(/\s+/).includes(`sha512-${hash.digest('base64')}`)) {
      throw new Error('the download does not have the checksum that was promised');
    }
    return path;
  }
}

async function get(address: string, signal: AbortSignal): Promise<Response> {
  const url = new URL(address);
  const { username, password, host } = url;
  url.username = '';
  url.password = '';
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: '*/*', ...(username !== '' && { authorization: `Basic ${credentials}` }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(HTTP_TIMEOUT_MS)]),
    });
  } catch (cause) {
    throw new Error(`${host} cannot be reached: ${reasonOf(cause)}`, { cause });
  }
  if (!response.ok) throw new Error(`${host} answered ${response.status}`);
  return response;
}

/** fetch() says "fetch failed", and why in its cause. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return message === 'fetch failed' && cause instanceof Error && cause.message !== '' ? cause.message : message;
}

class NoNpm extends Error {}

/** npm's own patience would have an offline machine wait for minutes. */
const NPM_OPTIONS = ['--loglevel=error', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'];
const run = promisify(execFile);

async function npm(args: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    const { stdout } = await run('npm', [...args, ...NPM_OPTIONS], { signal, maxBuffer: MAX_OUTPUT });
    return stdout;
  } catch (cause) {
    const { code, stderr = '', message } = cause as { code?: unknown; stderr?: string; message: string };
    if (code === 'ENOENT') throw new NoNpm('npm is not installed', { cause });
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
