// One request to Kibana: base path, space, credentials, CA, and errors in words that say what to do. node:https and not
// fetch, because fetch takes no CA of its own without another package.

import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { urlWithoutCredentials } from '../lib/url.ts';
import { OutputError } from './output.ts';

/** Where Kibana is and as whom to speak to it. */
export interface KibanaConnection {
  /** http:// or https://, with Kibana's base path if it has one. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Base64, as Elasticsearch hands it out; goes before username and password. */
  readonly apiKey?: string | undefined;
  /** PEM file with the CA that signed Kibana's certificate. */
  readonly ca?: string | undefined;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

export interface KibanaAnswer {
  readonly status: number;
  readonly text: string;
  /** Where a redirect leads. */
  readonly location?: string;
}

export interface KibanaRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below Kibana's root, with the space: `/s/ops/api/…`. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An import of many dashboards takes some seconds; a minute without a byte is a Kibana that hangs. */
const SILENCE_MS = 60_000;

/** Sends a request and reads the whole answer. Throws OutputError when none comes, or for 401, 403, 502 to 504. */
export async function askKibana(connection: KibanaConnection, asked: KibanaRequest): Promise<KibanaAnswer> {
  const answer = await exchange(connection, asked);
  const { status } = answer;
  const where = `Kibana at ${urlWithoutCredentials(connection.url)}`;
  if (status === 401) {
    throw new OutputError(
      hasCredentials(connection)
        ? `${where} refuses the credentials (401): check kibana.username and kibana.password, or kibana.apiKey`
        : `${where} asks for credentials (401): set kibana.username and kibana.password, or kibana.apiKey`,
      false,
    );
  }
  if (status === 403) {
    throw new OutputError(
      `${where} forbids ${asked.method} ${asked.path} (403): ${reasonOf(answer)}; the user needs the Kibana privileges Dashboard, Saved Objects Management and Tag Management: All (with --alerts also Stack Rules) in this space`,
      false,
    );
  }
  if (status >= 502 && status <= 504) {
    throw new OutputError(`${where} is not ready (${status}): ${reasonOf(answer)}`, true);
  }
  return answer;
}

/** The message of an error answer: Kibana's own, or the beginning of whatever else came. */
export function reasonOf(answer: KibanaAnswer): string {
  try {
    const { message } = JSON.parse(answer.text) as { readonly message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Not JSON: a proxy's page, or "Kibana server is not ready yet".
  }
  return answer.text.replace(/\s+/g, ' ').trim().slice(0, 200) || 'no message';
}

function exchange(connection: KibanaConnection, asked: KibanaRequest): Promise<KibanaAnswer> {
  const url = new URL(connection.url);
  const isTls = url.protocol === 'https:';
  const options: RequestOptions = {
    method: asked.method,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (isTls ? 443 : 80),
    path: `${url.pathname.replace(/\/$/, '')}${asked.path}`,
    headers: headers(connection, asked),
    timeout: SILENCE_MS,
    ...(isTls ? tls(connection) : {}),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(unreachable(connection, error));
    const request = (isTls ? httpsRequest : httpRequest)(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      const { statusCode: status = 0, headers: answered } = response;
      response.on('end', () => resolve({ status, text: textOf(chunks), ...locationOf(answered) }));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
    request.on('error', fail);
    request.end(asked.body);
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function locationOf({ location }: IncomingHttpHeaders): Pick<KibanaAnswer, 'location'> {
  return location === undefined ? {} : { location };
}

function headers(connection: KibanaConnection, asked: KibanaRequest): Record<string, string> {
  return {
    // Kibana takes no writing request without it (its guard against forged requests).
    'kbn-xsrf': 'weir',
    accept: 'application/json',
    ...authorization(connection),
    ...(asked.contentType === undefined ? {} : { 'content-type': asked.contentType }),
    ...(asked.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(asked.body)) }),
    ...asked.headers,
  };
}

function authorization({ apiKey, username, password }: KibanaConnection): Record<string, string> {
  if (apiKey !== undefined) return { authorization: `ApiKey ${apiKey}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}

function hasCredentials({ apiKey, username }: KibanaConnection): boolean {
  return apiKey !== undefined || username !== undefined;
}

function tls({ ca, insecure }: KibanaConnection): { ca?: Buffer; rejectUnauthorized: boolean } {
  return { ...(ca === undefined ? {} : { ca: readCa(ca) }), rejectUnauthorized: !insecure };
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new OutputError(`cannot read kibana.ca: ${(error as Error).message}`, false, { cause: error });
  }
}

function unreachable({ url }: KibanaConnection, error: NodeJS.ErrnoException): OutputError {
  const isCertificate = /CERT|SIGNATURE|SELF_SIGNED|ALTNAME/.test(error.code ?? '');
  // An aggregate of both address families has no message of its own; OpenSSL's ends with a line break.
  const why = (error.message || error.code || 'no connection').trim();
  const hint = isCertificate ? 'kibana.ca names the CA that signed its certificate' : hintOf(url, error.code ?? '');
  const message = `cannot reach Kibana at ${urlWithoutCredentials(url)}: ${why}${hint === '' ? '' : `; ${hint}`}`;
  return new OutputError(message, !isCertificate, { cause: error });
}

/** What to look at, by the code of the error. */
function hintOf(url: string, code: string): string {
  const isTls = url.startsWith('https:');
  if (isTls && (code === 'EPROTO' || code.startsWith('ERR_SSL')))
    return 'it seems to speak http:// there, not https://';
  if (!isTls && (code === 'ECONNRESET' || code.startsWith('HPE_'))) return 'perhaps it speaks https:// there';
  if (code === 'ECONNREFUSED') return 'does it run, and does it listen on this address (server.host in kibana.yml)?';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'is the name in kibana.url right?';
  return '';
}
