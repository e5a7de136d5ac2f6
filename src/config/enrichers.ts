// The `enrich:` list: which enrichers run, in which order, with which options. `networks`, `names`, `dns`, `geoip` and
// `threat` are no steps of their own (they tell of hosts and are asked once per address), but stand in the list, because users look
// for them there.

import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../lib/errors.ts';
import { packageRoot } from '../lib/package-root.ts';
import { suggest } from '../lib/suggest.ts';
import { duration, integer, list, yesNo } from './values.ts';

const rates = z.record(z.string(), z.number().min(1)).prefault({});

const OPTIONS = {
  sampling: z.strictObject({
    /** Interval (1 in N) by exporter network, whatever the exporter says. */
    override: rates,
    /** Interval for exporters that state none. */
    default: rates,
  }),
  hosts: z.strictObject({
    /** The user's networks: they decide network.direction. */
    internal: list(z.string()).prefault([
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      '169.254.0.0/16',
      '127.0.0.0/8',
      'fc00::/7',
      'fe80::/10',
      '::1/128',
    ]),
    cache: integer(2, 10_000_000).prefault(100_000),
  }),
  networks: z.strictObject({
    list: z
      .array(
        z.strictObject({
          prefix: z.string(),
          name: z.string().min(1),
          tags: list(z.string()).optional(),
          site: z.string().optional(),
          internal: yesNo().optional(),
        }),
      )
      .prefault([]),
    /** CSV or YAML files with the same columns; a later one wins. */
    files: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  names: z.strictObject({
    /** Hosts files, or CSV with address,name; a later one wins. */
    files: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  dns: z.strictObject({
    /** IP, IP:PORT or [IP]:PORT; none: the system's. */
    servers: list(
      z.string().refine(isNameServer, 'an address such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::1]:53'),
    ).prefault([]),
    include: list(z.string()).prefault([]),
    exclude: list(z.string()).prefault([]),
    ttl: duration().prefault('1h'),
    negativeTtl: duration().prefault('10m'),
    cache: integer(1, 10_000_000).prefault(100_000),
    concurrency: integer(1, 1000).prefault(32),
    queue: integer(1, 1_000_000).prefault(10_000),
    timeout: duration().prefault('2s'),
    /** Longest time that flows wait for names; 0s: no flow waits. */
    holdBack: duration()
      .refine((value) => value <= 60_000, 'at most 60s')
      .prefault('0s'),
    /** Flows that wait at most. */
    holdBackFlows: integer(1, 1_000_000).prefault(20_000),
  }),
  geoip: z.strictObject({
    /** Folder with .mmdb files. */
    folder: z.string().prefault('geoip'),
    reload: duration().prefault('60s'),
  }),
  as: z.strictObject({
    /** Who is asked first for the number; who is left out is not asked. */
    order: list(z.enum(['database', 'exporter'])).prefault(['database', 'exporter']),
    /** CSV files with number,name. */
    files: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  threat: z.strictObject({
    lists: z
      .array(
        z
          .strictObject({
            /** Also the name of the file that a download is kept in. */
            name: z.string().regex(/^\w[\w.-]{0,63}$/, 'a name of letters, digits, - _ .'),
            kind: z.string().min(1).optional(),
            file: z.string().optional(),
            url: z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL' }).optional(),
            column: integer(1, 1000).optional(),
            refresh: duration().optional(),
          })
          .refine(({ file, url }) => (file === undefined) !== (url === undefined), 'either a file or a url'),
      )
      .prefault([]),
    /** Never named, whatever a list says. */
    allow: list(z.string()).prefault([]),
    allowFiles: list(z.string()).prefault([]),
    /** How often lists with a URL are fetched. */
    refresh: duration().prefault('6h'),
    reload: duration().prefault('60s'),
    /** Where downloads are kept. */
    directory: z.string().prefault('data/threat'),
  }),
  'client-server': z.strictObject({
    /** Remember servers on ports without a name, by the number of addresses that talk to them. */
    learn: z.boolean().prefault(true),
    peers: integer(2, 24).prefault(8),
    expire: duration().prefault('1h'),
  }),
  applications: z.strictObject({
    /** CSV files with endpoint,application. */
    files: list(z.string()).prefault([]),
    /** CSV files with id,application, for ids that exporters do not name. */
    ids: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  services: z.strictObject({
    /** CSV files with name,port,protocols; a later one wins. */
    files: list(z.string()).prefault(['pipelines/services.csv', 'pipelines/services-common.csv']),
    reload: duration().prefault('60s'),
  }),
  locality: z.strictObject({}),
  exporters: z.strictObject({
    /** CSV files with exporter,name,site,tags; a later one wins. */
    files: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  interfaces: z.strictObject({
    /** CSV files with exporter,interface,name,alias,speed,boundary; a later one wins. */
    files: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  snmp: z.strictObject({
    /** Exporters that are asked. Others would be told the community by a datagram that bears their address. */
    include: list(z.string()).prefault(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']),
    exclude: list(z.string()).prefault([]),
    port: integer(1, 65_535).prefault(161),
    concurrency: integer(1, 1000).prefault(8),
    timeout: duration().prefault('5s'),
    retries: integer(0, 10).prefault(1),
    refresh: duration().prefault('1h'),
  }),
  duplicates: z.strictObject({
    /** How long an interface counts as metered at ingress after its last ingress record. */
    window: duration().prefault('15m'),
    /** CSV files with exporter,interface,boundary. */
    files: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  'mac-vendor': z.strictObject({
    /** CSV files with vendor,prefixes; a later one wins. */
    files: list(z.string()).prefault(['pipelines/mac-vendors.csv']),
    reload: duration().prefault('60s'),
  }),
  rules: z.strictObject({
    /** Rules with when, and drop, tags, set or rename; checked where they are compiled. */
    list: z.array(z.unknown()).prefault([]),
    /** YAML files with such lists. */
    files: list(z.string()).prefault([]),
    reload: duration().prefault('60s'),
  }),
  'community-id': z.strictObject({ seed: integer(0, 65_535).prefault(0) }),
} as const;

export type EnricherName = keyof typeof OPTIONS;
/** Options of an enricher, with all defaults. */
export type Options<N extends EnricherName> = z.output<(typeof OPTIONS)[N]>;

export interface EnricherList {
  /** In the order of the list. */
  readonly names: readonly EnricherName[];
  /** Options of an enricher, with defaults where the list does not name it. */
  options<N extends EnricherName>(name: N): Options<N>;
}

/** Reads the list. Throws ConfigError for an unknown enricher, one named twice, or bad options. */
export function readEnrichers(items: readonly (string | Readonly<Record<string, unknown>>)[]): EnricherList {
  const given = new Map<EnricherName, unknown>();
  items.forEach((item, i) => {
    const path = `enrich[${i}]`;
    const entries = typeof item === 'string' ? [[item, {}] as const] : Object.entries(item);
    if (entries.length !== 1) throw new ConfigError(path, item, 'the name of one enricher, or its name with options');
    const [name, options] = entries[0]!;
    if (!isEnricher(name)) throw new ConfigError(path, name, expectation(name));
    if (given.has(name)) throw new ConfigError(path, name, 'every enricher once');
    given.set(name, parseOptions(name, options ?? {}, `${path}.${name}`));
  });
  return {
    names: [...given.keys()],
    options: <N extends EnricherName>(name: N) => (given.get(name) ?? OPTIONS[name].parse({})) as Options<N>,
  };
}

/** A path of the configuration: from the working folder, or what ships with weir where only that is there. */
export function shippedPath(path: string): string {
  const own = resolve(path);
  const shipped = resolve(packageRoot, path);
  return !existsSync(own) && existsSync(shipped) ? shipped : own;
}

function isNameServer(text: string): boolean {
  const address = /^\[(.+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  return isIP(address) !== 0;
}

function isEnricher(name: string): name is EnricherName {
  return Object.hasOwn(OPTIONS, name);
}

function expectation(name: string): string {
  const known = Object.keys(OPTIONS);
  const near = suggest(name, known);
  return near === undefined ? `one of ${known.join(', ')}` : `an enricher (did you mean ${near}?)`;
}

function parseOptions(name: EnricherName, options: unknown, path: string): unknown {
  const result = OPTIONS[name].safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(OPTIONS[name].shape);
    const near = suggest(issue.keys[0]!, known);
    const hint = near === undefined ? `one of ${known.join(', ') || '(it has none)'}` : `did you mean ${near}?`;
    throw new ConfigError(path, issue.keys[0], `an option of ${name} (${hint})`);
  }
  throw new ConfigError([path, ...issue.path.map(String)].join('.'), valueAt(options, issue.path), issue.message);
}

function valueAt(options: unknown, path: readonly PropertyKey[]): unknown {
  // What zod has walked is there, but for a key that is missing.
  return path.reduce((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], options);
}
