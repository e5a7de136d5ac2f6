// The official client, made from weir's options. Loaded when first needed: importing it takes 85 ms, which a start on
// the embedded store need not spend.

import { readFileSync } from 'node:fs';
import type { Client, ClientOptions } from '@elastic/elasticsearch';
import { ConfigError } from '../lib/errors.ts';
import { describeFailure } from './bulk-response.ts';

export interface ElasticsearchOptions {
  /** Node URLs; empty when `cloudId` is set. */
  readonly url: readonly string[];
  readonly cloudId: string | undefined;
  /** Basic authentication; or `apiKey` (base64), or `bearer`. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly apiKey: string | undefined;
  readonly bearer: string | undefined;
  /** PEM files: the authority of the server's certificate, and the client's certificate and key. */
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** SHA-256 of the authority's certificate, hex with or without colons: an alternative to `ca`. */
  readonly fingerprint: string | undefined;
  /** Accept any server certificate. */
  readonly insecure: boolean;
  /** Longest wait for an answer, ms. */
  readonly requestTimeoutMs: number;
}

/** Opens no connection. Throws ConfigError for files that cannot be read or options that contradict. */
export async function createClient(options: ElasticsearchOptions): Promise<Client> {
  const clientOptions = toClientOptions(options);
  const { Client } = await import('@elastic/elasticsearch');
  return new Client(clientOptions);
}

export interface Probe {
  /** e.g. 8.19.13; undefined when it does not answer. */
  readonly version: string | undefined;
  readonly problem: string | undefined;
}

/** Asks whether Elasticsearch answers, for `weir doctor` and `weir check`. Never throws. */
export async function probe(client: Client): Promise<Probe> {
  try {
    const { version } = await client.info();
    return { version: version.number, problem: undefined };
  } catch (error) {
    const { status, type, reason } = describeFailure(error);
    return { version: undefined, problem: `${status === 0 ? '' : `HTTP ${status}, `}${type}: ${reason}` };
  }
}

function toClientOptions(options: ElasticsearchOptions): ClientOptions {
  const auth = authentication(options);
  const { fingerprint } = options;
  return {
    ...(options.cloudId === undefined ? { nodes: [...options.url] } : { cloud: { id: options.cloudId } }),
    ...(auth === undefined ? {} : { auth }),
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
    tls: {
      ...pem('ca', options.ca),
      ...pem('cert', options.certificate, 'certificate'),
      ...pem('key', options.key),
      ...(options.insecure || fingerprint !== undefined ? { rejectUnauthorized: false } : {}),
    },
    requestTimeout: options.requestTimeoutMs,
    // A dead node is answered for by the next one; beyond that the bulk writer retries in its own way.
    maxRetries: Math.max(0, options.url.length - 1),
    compression: false,
    name: 'weir',
  };
}

function authentication(options: ElasticsearchOptions): NonNullable<ClientOptions['auth']> | undefined {
  const { apiKey, bearer, username, password } = options;
  const given = [apiKey, bearer, username].filter((value) => value !== undefined).length;
  if (given > 1) throw new ConfigError('elasticsearch', 'several', 'one of username, apiKey and bearer');
  if (apiKey !== undefined) return { apiKey };
  if (bearer !== undefined) return { bearer };
  if (username === undefined) return undefined;
  if (password === undefined) throw new ConfigError('elasticsearch.password', undefined, 'a password for the username');
  return { username, password };
}

function pem(name: string, file: string | undefined, key = name): Record<string, Buffer> {
  if (file === undefined) return {};
  try {
    return { [name]: readFileSync(file) };
  } catch (cause) {
    throw new ConfigError(`elasticsearch.${key}`, file, `a readable PEM file (${(cause as Error).message})`, { cause });
  }
}
