// HOST:PORT on the command line.

import { ConfigError } from '../lib/errors.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Reads HOST:PORT or [IPV6]:PORT. Throws ConfigError. */
export function parseTarget(option: string, text: string | undefined): Target {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text ?? '');
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) {
    throw new ConfigError(option, text, 'HOST:PORT, e.g. 127.0.0.1:2055 or [::1]:2055');
  }
  return { host: match[1] ?? match[2]!, port };
}

/** Ends on Ctrl-C and on SIGTERM. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  return controller.signal;
}
