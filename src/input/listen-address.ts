// Where to listen, as users write it in `input.listen`, `input.tcp`, `input.tls.listen`: "2055", "0.0.0.0:2055",
// "[::]:2055", "*:2055".

import { isIPv4, isIPv6 } from 'node:net';
import { ConfigError } from '../lib/errors.ts';

export interface ListenAddress {
  /** Address to bind; undefined listens on all addresses, IPv6 and IPv4 on one socket where the system has IPv6. */
  readonly host: string | undefined;
  /** Port, 0–65535; 0 takes a free one (tests). */
  readonly port: number;
}

const EXPECTED = 'PORT, IPV4:PORT, [IPV6]:PORT or *:PORT with a port of 0 to 65535';

/** @param path the configuration key, for the message of the ConfigError */
export function parseListen(text: string | number, path: string): ListenAddress {
  const match = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(String(text).trim());
  if (match === null || Number(match[3]) > 65535) throw new ConfigError(path, text, EXPECTED);
  const port = Number(match[3]);
  const [, bracketed, plain] = match;
  if (bracketed !== undefined) {
    if (!isIPv6(bracketed)) throw new ConfigError(path, text, EXPECTED);
    return { host: bracketed, port };
  }
  if (plain === undefined || plain === '*') return { host: undefined, port };
  if (!isIPv4(plain)) throw new ConfigError(path, text, EXPECTED);
  return { host: plain, port };
}

/** The address as users write it. */
export function listenText(address: ListenAddress): string {
  if (address.host === undefined) return String(address.port);
  return isIPv6(address.host) ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
