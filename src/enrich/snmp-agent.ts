// Asks one device by SNMP what it is called and what its interfaces are: sysName (RFC 3418), and of each interface ifName,
// ifAlias and ifHighSpeed (RFC 2863), or ifDescr and ifSpeed where a device has no more than RFC 1213. The package net-snmp
// speaks the protocol; here is what to ask, and the bounds: an agent may answer slowly, for ever, or nonsense.

import type * as NetSnmp from 'net-snmp';
import type { InterfaceFacts, PolledFacts } from '../flow/exporter.ts';

export interface SnmpCredentials {
  readonly version: '2c' | '3';
  /** Version 2c. */
  readonly community: string | undefined;
  /** Version 3; passwords of at least 8 characters (RFC 3414 §11.2). */
  readonly user: string | undefined;
  readonly authProtocol: 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
  /** Undefined: answers are not authenticated. */
  readonly authPassword: string | undefined;
  readonly privacyProtocol: 'des' | 'aes' | 'aes256b' | 'aes256r';
  /** Undefined: questions and answers are not encrypted. */
  readonly privacyPassword: string | undefined;
}

export interface SnmpAgentOptions extends SnmpCredentials {
  /** UDP port of agents. */
  readonly port: number;
  /** How long an agent has for an answer, ms. */
  readonly timeoutMs: number;
  /** How often a question is asked again. */
  readonly retries: number;
}

const SYS_NAME = '1.3.6.1.2.1.1.5.0';
const COLUMNS = {
  name: '1.3.6.1.2.1.31.1.1.1.1',
  alias: '1.3.6.1.2.1.31.1.1.1.18',
  highSpeed: '1.3.6.1.2.1.31.1.1.1.15',
} as const;
const OLD_COLUMNS = { description: '1.3.6.1.2.1.2.2.1.2', speed: '1.3.6.1.2.1.2.2.1.5' } as const;
/** Of one device; large routers have some thousands. */
const MAX_INTERFACES = 65_536;
const MAX_REPETITIONS = 25;
/** Of one poll, whatever the number of interfaces. */
const MAX_POLL_MS = 120_000;
/** ifSpeed of everything faster than it can say. */
const MAX_OLD_SPEED = 4_294_967_295;

/** What the agent at an address says. Rejects when it does not answer, refuses, or is no longer waited for. */
export async function pollAgent(
  snmp: typeof NetSnmp,
  address: string,
  options: SnmpAgentOptions,
  signal: AbortSignal,
): Promise<PolledFacts> {
  const session = openSession(snmp, address, options);
  let expire = (_error: Error): void => {};
  const expired = new Promise<never>((_resolve, reject) => {
    expire = reject;
  });
  const timer = setTimeout(() => expire(new Error(`it took longer than ${MAX_POLL_MS / 1000} s`)), MAX_POLL_MS);
  const stop = (): void => expire(new Error('weir is stopping'));
  session.on('error', expire);
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([ask(snmp, session), expired]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // What is still asked is answered with an error, which nobody waits for any more.
    session.close();
  }
}

function openSession(snmp: typeof NetSnmp, address: string, options: SnmpAgentOptions): NetSnmp.Session {
  const { port, timeoutMs, retries, version, community = '', user = '', authPassword, privacyPassword } = options;
  const common = {
    port,
    timeout: timeoutMs,
    retries,
    transport: address.includes(':') ? ('udp6' as const) : ('udp4' as const),
    idBitsSize: 32,
  };
  if (version === '2c') return snmp.createSession(address, community, { ...common, version: snmp.Version2c });
  const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp;
  const level =
    authPassword === undefined
      ? SecurityLevel.noAuthNoPriv
      : privacyPassword === undefined
        ? SecurityLevel.authNoPriv
        : SecurityLevel.authPriv;
  const account = {
    name: user,
    level,
    ...(authPassword !== undefined && { authProtocol: AuthProtocols[options.authProtocol], authKey: authPassword }),
    ...(privacyPassword !== undefined && {
      privProtocol: PrivProtocols[options.privacyProtocol],
      privKey: privacyPassword,
    }),
  };
  // The cast: the package's types want all members of an account, and take those of its level.
  return snmp.createV3Session(address, account as NetSnmp.User, { ...common, version: snmp.Version3 });
}

async function ask(snmp: typeof NetSnmp, session: NetSnmp.Session): Promise<PolledFacts> {
  const name = await getText(snmp, session, SYS_NAME);
  const names = await walk(snmp, session, COLUMNS.name);
  const aliases = await walk(snmp, session, COLUMNS.alias);
  const highSpeeds = await walk(snmp, session, COLUMNS.highSpeed);
  const descriptions = names.size > 0 ? new Map<number, unknown>() : await walk(snmp, session, OLD_COLUMNS.description);
  const isSlow = [...highSpeeds.values()].some((speed) => speed === 0) || highSpeeds.size === 0;
  const speeds = isSlow ? await walk(snmp, session, OLD_COLUMNS.speed) : new Map<number, unknown>();

  const interfaces = new Map<number, InterfaceFacts>();
  for (const index of new Set([...names.keys(), ...descriptions.keys(), ...highSpeeds.keys(), ...speeds.keys()])) {
    interfaces.set(index, {
      name: text(names.get(index) ?? descriptions.get(index)),
      alias: text(aliases.get(index)),
      speed: speedOf(highSpeeds.get(index), speeds.get(index)),
    });
  }
  return { name, interfaces };
}

function getText(snmp: typeof NetSnmp, session: NetSnmp.Session, oid: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    session.get([oid], (error, varbinds) => {
      const varbind = varbinds?.[0];
      if (error !== null) reject(error);
      else resolve(varbind === undefined || snmp.isVarbindError(varbind) ? undefined : text(varbind.value));
    });
  });
}

/** Values of a column by interface index; empty where the device does not have it. */
function walk(snmp: typeof NetSnmp, session: NetSnmp.Session, column: string): Promise<Map<number, unknown>> {
  return new Promise((resolve, reject) => {
    const values = new Map<number, unknown>();
    let last = -1;
    session.subtree(
      column,
      MAX_REPETITIONS,
      (varbinds) => {
        for (const varbind of varbinds) {
          if (snmp.isVarbindError(varbind)) continue;
          const index = Number(varbind.oid.slice(column.length + 1));
          // Agents must answer in order (RFC 3416 §4.2.3): one that does not would be walked for ever.
          if (!Number.isInteger(index) || index <= last || values.size >= MAX_INTERFACES) return true;
          last = index;
          values.set(index, varbind.value);
        }
        return false;
      },
      (error) => {
        if (error === null || error === undefined) resolve(values);
        else reject(error);
      },
    );
  });
}

function text(value: unknown): string | undefined {
  const words = Buffer.isBuffer(value) ? value.toString('utf8') : typeof value === 'string' ? value : '';
  // Some agents send C strings with their end.
  return words.replaceAll('\0', '').trim() || undefined;
}

/** bit/s; undefined where the device does not know. */
function speedOf(high: unknown, low: unknown): number | undefined {
  if (typeof high === 'number' && high > 0) return high * 1_000_000;
  return typeof low === 'number' && low > 0 && low < MAX_OLD_SPEED ? low : undefined;
}
