// The TLS half of the TCP input (RFC 7011 §11): certificates read from files and checked, before anything listens.

import { readFileSync } from 'node:fs';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { ConfigError } from '../lib/errors.ts';

export interface TlsFiles {
  /** PEM: weir's certificate, with those between it and its authority. */
  readonly certificate: string | undefined;
  /** PEM: its private key. */
  readonly key: string | undefined;
  /** PEM: authorities of exporters' certificates; with it, exporters are asked for theirs. */
  readonly ca: string | undefined;
  /** Refuse exporters that show no certificate; those with a wrong one are always refused. */
  readonly requireClientCertificate: boolean;
}

/** A client that has not finished its handshake by then is let go; ms. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Reads the files. Throws ConfigError where one is missing, unreadable or does not fit. @param path `input.tls` */
export function readTlsFiles(files: TlsFiles, path: string): TlsOptions {
  if (files.requireClientCertificate && files.ca === undefined) {
    throw new ConfigError(`${path}.ca`, undefined, 'a PEM file of the authorities that client certificates are from');
  }
  const cert = readPem(files.certificate, `${path}.certificate`);
  const key = readPem(files.key, `${path}.key`);
  const authorities = files.ca === undefined ? {} : { ca: readPem(files.ca, `${path}.ca`) };
  const minVersion = 'TLSv1.2';
  check({ cert }, `${path}.certificate`, files.certificate, 'a PEM certificate');
  check({ cert, key }, `${path}.key`, files.key, 'the PEM key of the certificate');
  check(authorities, `${path}.ca`, files.ca, 'PEM certificates');
  return {
    cert,
    key,
    ...authorities,
    minVersion,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    requestCert: files.ca !== undefined,
    rejectUnauthorized: files.requireClientCertificate,
  };
}

function readPem(file: string | undefined, path: string): Buffer {
  if (file === undefined) throw new ConfigError(path, undefined, 'a PEM file, as TLS needs one');
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigError(path, file, `a readable PEM file (${(cause as Error).message})`, { cause });
  }
}

function check(parts: TlsOptions, path: string, found: string | undefined, expected: string): void {
  try {
    createSecureContext(parts);
  } catch (cause) {
    throw new ConfigError(path, found, `${expected} (${(cause as Error).message})`, { cause });
  }
}
