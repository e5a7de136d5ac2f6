// The synchronous part of weir, from a datagram to the text of its documents: decode, enrich, document. `weir run` feeds
// it from sockets, `weir decode` from files; neither stage knows the others.

import { type EnricherList, type EnricherName, type Options, readEnrichers, shippedPath } from '../config/enrichers.ts';
import type { Config } from '../config.ts';
import type { DecodeOptions } from '../decode/decode-options.ts';
import { Decoder, type DecoderHooks } from '../decode/decoder.ts';
import { type ElementTable, loadElements } from '../decode/template/elements.ts';
import { counterDocument, counterDocumentId } from '../document/counter-document.ts';
import { Documenter, type FlowDocuments } from '../document/document.ts';
import { ElastiflowDocumenter } from '../document/elastiflow-document.ts';
import { FlowSplitter } from '../document/split.ts';
import { Enrichment } from '../enrich/enrichment.ts';
import type { FileTableOptions } from '../enrich/file-table.ts';
import type { SnmpCredentials } from '../enrich/snmp-agent.ts';
import type { ThreatListOptions } from '../enrich/threats.ts';
import type { CounterSample } from '../flow/counter-sample.ts';
import type { Flow } from '../flow/flow.ts';
import { droppedFields } from '../lib/dropped-fields.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { loadSchema } from '../lib/schema-file.ts';
import type { Receipt } from '../output/receipt.ts';
import { databaseFolder } from './geoip-options.ts';
import { type Account, createFlowQueue, type FlowQueue } from './hold-flows.ts';

/** Takes one finished document of a kind: its `@timestamp` in epoch ms, its `_id`, one line of JSON without newline. */
export type AppendDocument = (timestampMs: number, id: string, text: string) => void;

export class Pipeline {
  readonly decoder: Decoder;
  readonly enrichment: Enrichment;
  readonly documenter: FlowDocuments;
  /** Undefined where long flows stay whole. */
  readonly splitter: FlowSplitter | undefined;
  readonly #config: Config;
  readonly #hooks: DecoderHooks;
  readonly #elements: () => ElementTable;
  /** Keeps flows back until their ends have names; undefined where nobody wants that. */
  readonly holdBack: FlowQueue | undefined;
  /** On whose account documents are written, where that matters. */
  account: Account | undefined = undefined;
  /** Sees each flow after its enrichment, but for names that are waited for; for live figures only. */
  onFlow: ((flow: Flow) => void) | undefined = undefined;
  /** Called when a flow that waited for names has been written. */
  onReleased: (() => void) | undefined = undefined;

  /**
   * Throws ConfigError for options of enrichers, and files of elements, that cannot be used.
   * @param appendCounters takes the documents of counter samples; without it there are none
   */
  constructor(config: Config, append: AppendDocument, log: Log, appendCounters?: AppendDocument) {
    this.#config = config;
    this.enrichment = createEnrichment(config, log);
    this.documenter = createDocumenter(config, this.enrichment);
    const { documenter } = this;
    const { introduce } = this.enrichment;
    const splitter = createSplitter(config);
    this.splitter = splitter;
    const write = (flow: Flow): void =>
      append(documenter.flowTimestamp(flow), documenter.flowId(flow), documenter.flowDocument(flow));
    const writeAll = (flow: Flow): void => {
      if (flow.isDropped) flow.exporter.droppedFlows++;
      else if (splitter === undefined) write(flow);
      else splitter.forEach(flow, write);
    };
    this.holdBack = createFlowQueue(
      config,
      this.enrichment,
      () => this.account,
      (flow) => {
        try {
          this.enrichment.enrichLast(flow);
          writeAll(flow);
        } catch (error) {
          // Nobody is above it who could catch it, and a worker's next owner would be given the flow again.
          const { stack } = error as Error;
          log.error({ exporter: flow.exporter.address, id: flow.datagramId, stack }, 'a flow is lost: a fault of weir');
        }
        this.onReleased?.();
      },
    );
    this.#hooks = {
      emit: this.#emitter(writeAll),
      ...(appendCounters !== undefined && {
        emitCounters: (sample: CounterSample) => {
          introduce(sample);
          appendCounters(Math.floor(sample.receivedMs), counterDocumentId(sample), counterDocument(sample));
        },
      }),
    };
    this.#elements = elementLoader(config.templates.elements);
    this.decoder = this.createDecoder();
  }

  /** From the decoder to the output; with a way by the queue only where flows are held back. */
  #emitter(writeAll: (flow: Flow) => void): (flow: Flow) => void {
    const { holdBack } = this;
    const { enrich, enrichFirst, enrichLast } = this.enrichment;
    if (holdBack === undefined) {
      return (flow) => {
        enrich(flow);
        this.onFlow?.(flow);
        writeAll(flow);
      };
    }
    const hold = (): Receipt | undefined => {
      const receipt = this.account?.receipt;
      receipt?.held();
      return receipt;
    };
    return (flow) => {
      enrichFirst(flow);
      this.onFlow?.(flow);
      if (holdBack.takes(flow, hold)) return;
      enrichLast(flow);
      writeAll(flow);
    };
  }

  /** Another decoder with the same way on from it: the scaled form has one per partition. */
  createDecoder(): Decoder {
    return new Decoder(decodeOptions(this.#config), this.#hooks, this.#elements);
  }

  /** Reads service names and databases. Throws ConfigError for a service file that cannot be used. */
  async start(): Promise<void> {
    await this.enrichment.start();
  }

  /** Flows that are held back go on at once. */
  stop(): void {
    this.holdBack?.releaseAll();
    this.enrichment.stop();
  }
}

/** For captures: their option data may stand at the end, and nobody waits for their flows meanwhile. */
export function forCaptures(config: Config): Config {
  const { newExporter, sampling } = config.pending;
  const toTheEnd = (wait: number): number => (wait === 0 ? 0 : Number.POSITIVE_INFINITY);
  return {
    ...config,
    pending: { ...config.pending, newExporter: toTheEnd(newExporter), sampling: toTheEnd(sampling) },
  };
}

/** The shipped elements are read when they are needed; the user's now, so that an error shows at the start. */
function elementLoader(files: readonly string[]): () => ElementTable {
  let table = files.length === 0 ? undefined : loadElements(files);
  return () => {
    table ??= loadElements();
    return table;
  };
}

/** They tell of hosts, once per address, and run with the enricher `hosts`. */
const NO_STEPS: ReadonlySet<string> = new Set(['networks', 'names', 'dns', 'geoip', 'threat']);

function createEnrichment(config: Config, log: Log): Enrichment {
  const list = readEnrichers(config.enrich);
  const geoip = list.options('geoip');
  const hosts = list.options('hosts');
  const roles = list.options('client-server');
  const applications = list.options('applications');
  const services = list.options('services');
  const snmp = list.options('snmp');
  const threat = list.options('threat');
  const dns = list.options('dns');
  const interfaces = fileTable(list, 'interfaces');
  const boundaries = fileTable(list, 'duplicates');
  return new Enrichment(
    {
      steps: list.names.filter((name) => !NO_STEPS.has(name)),
      identity: config.exporter.identity,
      sampling: list.options('sampling'),
      hosts: { internal: hosts.internal, cacheSize: hosts.cache },
      networks: { list: list.options('networks').list, ...fileTable(list, 'networks') },
      names: fileTable(list, 'names'),
      dns: {
        enabled: list.names.includes('dns'),
        servers: dns.servers,
        include: dns.include,
        exclude: dns.exclude,
        ttlMs: dns.ttl,
        negativeTtlMs: dns.negativeTtl,
        cacheSize: dns.cache,
        concurrency: dns.concurrency,
        queueSize: dns.queue,
        timeoutMs: dns.timeout,
      },
      geoip: {
        enabled: list.names.includes('geoip'),
        folder: databaseFolder(geoip.folder),
        reloadSeconds: geoip.reload / 1000,
      },
      as: { order: list.options('as').order, ...fileTable(list, 'as') },
      threats: {
        lists: list.names.includes('threat') ? threat.lists.map((item) => threatList(item, threat.refresh)) : [],
        allow: threat.allow,
        allowFiles: list.names.includes('threat') ? threat.allowFiles.map(shippedPath) : [],
        reloadMs: threat.reload,
        directory: threat.directory,
      },
      clientServer: { learn: roles.learn ? { peers: roles.peers, expireMs: roles.expire } : undefined },
      applications: fileTable(list, 'applications'),
      applicationIds: { files: applications.ids.map(shippedPath), reloadMs: applications.reload },
      services: { files: services.files.map(shippedPath), reloadMs: services.reload },
      exporters: fileTable(list, 'exporters'),
      interfaces,
      snmp: {
        ...snmpCredentials(config),
        enabled: list.names.includes('snmp'),
        include: snmp.include,
        exclude: snmp.exclude,
        port: snmp.port,
        concurrency: snmp.concurrency,
        timeoutMs: snmp.timeout,
        retries: snmp.retries,
        refreshMs: snmp.refresh,
      },
      duplicates: {
        windowMs: list.options('duplicates').window,
        files: list.names.includes('duplicates') ? [...interfaces.files, ...boundaries.files] : [],
        reloadMs: boundaries.reloadMs,
      },
      macVendor: fileTable(list, 'mac-vendor'),
      rules: { list: list.options('rules').list, ...fileTable(list, 'rules') },
      communityId: list.options('community-id'),
    },
    log,
  );
}

/** Enrichers that have files of the user. */
type FileEnricher = Extract<
  EnricherName,
  'networks' | 'names' | 'as' | 'applications' | 'exporters' | 'interfaces' | 'duplicates' | 'mac-vendor' | 'rules'
>;

/** What an enricher reads; nothing where the list does not name it. */
function fileTable(list: EnricherList, name: FileEnricher): FileTableOptions {
  const { files, reload } = list.options(name);
  return { files: list.names.includes(name) ? files.map(shippedPath) : [], reloadMs: reload };
}

/** Undefined where flows stay whole. Throws ConfigError where parts would all have one time. */
function createSplitter({ split, clock, timestamp }: Config): FlowSplitter | undefined {
  if (split === 'off') return undefined;
  if (timestamp === 'received') throw new ConfigError('split', split, 'off, or another `timestamp` than received');
  return new FlowSplitter({ intervalMs: split, maxSkewMs: clock.maxSkew });
}

function createDocumenter(config: Config, { portName }: Enrichment): FlowDocuments {
  const { timestamp, fillSides, clock } = config;
  const options = { timestamp, maxSkewMs: clock.maxSkew };
  if (config.schema === 'elastiflow-3.5') return new ElastiflowDocumenter({ ...options, portName });
  return new Documenter({ ...options, fillSides, dropped: dropped(config) });
}

/** Fields that are not written. Throws ConfigError for a group that is none. */
function dropped(config: Config): ReadonlySet<string> {
  const { drop, keep } = config.fields;
  return drop.length === 0 && keep === undefined ? new Set() : droppedFields(loadSchema().groups, { drop, keep });
}

function snmpCredentials({ snmp }: Config): SnmpCredentials {
  const { version, community, user, authProtocol, authPassword, privacyProtocol, privacyPassword } = snmp;
  return { version, community, user, authProtocol, authPassword, privacyProtocol, privacyPassword };
}

function threatList(
  { name, kind, file, url, column, refresh }: Options<'threat'>['lists'][number],
  refreshMs: number,
): ThreatListOptions {
  const path = file === undefined ? undefined : shippedPath(file);
  return { name, kind, file: path, url, column, refreshMs: refresh ?? refreshMs };
}

/** How decoders are made. */
export function decodeOptions(config: Config): DecodeOptions {
  const { templates, pending, totals } = config;
  return {
    maxExporters: templates.maxExporters,
    maxPorts: templates.maxPorts,
    maxDomains: templates.maxDomains,
    maxTemplates: templates.maxTemplates,
    maxFields: templates.maxFields,
    memory: templates.memory,
    maxFacts: templates.maxFacts,
    templateExpireMs: templates.expire,
    pendingMemory: pending.memory,
    pendingExpireMs: pending.expire,
    totalsAsDeltas: totals.deltas,
    maxRunningFlows: totals.maxFlows,
    runningExpireMs: totals.expire,
    pendingOtherPorts: pending.otherPorts,
    pendingNewExporterMs: pending.newExporter,
    pendingSamplingMs: pending.sampling,
    sflowBytes: config.sflow.bytes,
  };
}
