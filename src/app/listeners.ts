// Where flows come in, read out of the configuration, for the inputs of `weir run` and for `weir check`.

import type { Config } from '../config.ts';
import { Admission } from '../input/admission.ts';
import { type ListenAddress, parseListen } from '../input/listen-address.ts';
import type { TcpListener } from '../input/tcp.ts';
import { readTlsFiles } from '../input/tcp-tls.ts';
import type { BoundAddress } from '../input/udp.ts';
import type { Log } from '../lib/log.ts';

/** UDP addresses. Throws ConfigError. */
export function udpListeners(config: Config): ListenAddress[] {
  return config.input.listen.map((text, i) => parseListen(text, `input.listen[${i}]`));
}

/** TCP addresses, then TLS ones with their certificates read. Throws ConfigError, also for files that do not fit. */
export function tcpListeners(config: Config): TcpListener[] {
  const { tcp, tls } = config.input;
  const plain = tcp.map((text, i) => {
    const path = `input.tcp[${i}]`;
    return { address: parseListen(text, path), path, tls: undefined };
  });
  if (tls.listen.length === 0) return plain;
  const options = readTlsFiles({ ...tls, certificate: tls.certificate, key: tls.key, ca: tls.ca }, 'input.tls');
  const secured = tls.listen.map((text, i) => {
    const path = `input.tls.listen[${i}]`;
    return { address: parseListen(text, path), path, tls: options };
  });
  return [...plain, ...secured];
}

/** Who may send. Throws ConfigError. */
export function createAdmission(config: Config, log: Log): Admission {
  const { allow, maxRate } = config.input;
  return new Admission({ allow, maxRate }, 'input.allow', log);
}

/** Where a socket listens, for the log: the port alone where it is all addresses. */
export function addressText({ address, port }: BoundAddress): string {
  return address === '::' || address === '0.0.0.0' ? `${port}` : `${address}:${port}`;
}

/** All of it in one line, e.g. `UDP 2055, 4739; TLS 4740`. */
export function listenSummary(config: Config): string {
  const { listen, tcp, tls } = config.input;
  const lists = [
    ['UDP', listen],
    ['TCP', tcp],
    ['TLS', tls.listen],
  ] as const;
  return lists
    .filter(([, addresses]) => addresses.length > 0)
    .map(([transport, addresses]) => `${transport} ${addresses.join(', ')}`)
    .join('; ');
}
