// The enrichment stage: makes the enrichers that the pipeline names, in its order, and owns what they share (hosts,
// networks, names, GeoIP databases, tables). The order matters: sampling, hosts, as, client-server, applications,
// services, locality, duplicates, rules, community-id.

import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { suggest } from '../lib/suggest.ts';
import { ApplicationIds } from './application-ids.ts';
import { ApplicationTable } from './application-table.ts';
import { applicationsEnricher } from './applications.ts';
import { type AsOptions, asEnricher, asOfHosts } from './as.ts';
import { AsNames } from './as-names.ts';
import { clientServerEnricher } from './client-server.ts';
import { type CommunityIdOptions, communityIdEnricher } from './community-id.ts';
import { type DnsOptions, ReverseDns } from './dns.ts';
import { type DuplicatesOptions, duplicatesEnricher } from './duplicates.ts';
import { compose, type Enricher } from './enricher.ts';
import { type ExporterIdentity, exporterIdentity } from './exporter-identity.ts';
import { ExporterTable, exportersEnricher } from './exporter-table.ts';
import type { FileTable, FileTableOptions } from './file-table.ts';
import { FlowCounts } from './flow-counts.ts';
import type { ExporterStep } from './for-each-exporter.ts';
import { Geoip, type GeoipOptions } from './geoip.ts';
import { Hosts, type HostsOptions, hostsEnricher } from './hosts.ts';
import { HostsTable } from './hosts-table.ts';
import { InterfaceTable, interfacesEnricher } from './interface-table.ts';
import { KnownServers, type KnownServersOptions } from './known-servers.ts';
import { localityEnricher } from './locality.ts';
import { MacVendors, macVendorEnricher } from './mac-vendors.ts';
import { Networks, type NetworksOptions } from './networks.ts';
import { Rules, type RulesOptions } from './rules.ts';
import { type SamplingOptions, samplingEnricher } from './sampling.ts';
import { ServiceTable } from './service-table.ts';
import { servicesEnricher } from './services.ts';
import { type SnmpOptions, SnmpPoller, snmpEnricher } from './snmp-poller.ts';
import { type ReloadCounters, reloadCounters, sumOf, type TableCounters, tableCounters } from './table-counters.ts';
import { Threats, type ThreatsOptions } from './threats.ts';

export interface EnrichOptions {
  /** Names of enrichers in the order in which they run; those left out do not run. */
  readonly steps: readonly string[];
  /** Whose address is observer.ip. */
  readonly identity: ExporterIdentity;
  readonly sampling: SamplingOptions;
  readonly hosts: HostsOptions;
  readonly networks: NetworksOptions;
  readonly names: FileTableOptions;
  readonly dns: DnsOptions;
  readonly geoip: GeoipOptions;
  readonly as: AsOptions & FileTableOptions;
  readonly threats: ThreatsOptions;
  readonly clientServer: {
    /** What makes a server known; undefined: servers are not learnt. */
    readonly learn: KnownServersOptions | undefined;
  };
  /** By endpoint, and names of ids that exporters do not name. */
  readonly applications: FileTableOptions;
  readonly applicationIds: FileTableOptions;
  /** Also where the list has no services: client-server asks them. */
  readonly services: FileTableOptions;
  readonly exporters: FileTableOptions;
  readonly interfaces: FileTableOptions;
  readonly snmp: SnmpOptions;
  readonly duplicates: DuplicatesOptions & FileTableOptions;
  readonly macVendor: FileTableOptions;
  readonly rules: RulesOptions;
  readonly communityId: CommunityIdOptions;
}

/** Sizes are as of now, the others since the start. */
export interface EnrichCounters {
  /** Addresses in the cache, and addresses that were not. */
  readonly hosts: number;
  readonly hostMisses: number;
  readonly geoipDatabases: number;
  readonly geoipRefusedFiles: number;
  readonly geoipLookupErrors: number;
  readonly dnsQuestions: number;
  readonly dnsFailures: number;
  readonly dnsSkipped: number;
  /** Networks on all threat lists, addresses that were found on one, files and downloads of no use. */
  readonly threatNetworks: number;
  readonly threatHosts: number;
  readonly threatFailures: number;
  /** Exporters that are polled, polls that were answered, and those that were not. */
  readonly snmpExporters: number;
  readonly snmpPolls: number;
  readonly snmpFailures: number;
  /** Flows that were marked as duplicates of others. */
  readonly duplicates: number;
  /** Scaled flows by the place of their interval, flows by the rule that told client from server, and by direction. */
  readonly sampling: Readonly<Record<string, number>>;
  readonly roles: Readonly<Record<string, number>>;
  readonly directions: Readonly<Record<string, number>>;
  /** Tables that have entries, by the enricher that they belong to. */
  readonly tables: Readonly<Record<string, TableCounters>>;
}

export class Enrichment {
  /** Completes a flow. Set by the constructor; knows services and places after start(). */
  readonly enrich: Enricher;
  /** The same in two parts: what needs no names, and what may ask for them (rules, and what stands behind them). */
  readonly enrichFirst: Enricher;
  readonly enrichLast: Enricher;
  /** Finds out who an exporter is, of whom there is something else than a flow. */
  readonly introduce: ExporterStep;
  readonly hosts: Hosts;
  readonly networks: Networks;
  readonly names: HostsTable;
  readonly dns: ReverseDns;
  readonly geoip: Geoip;
  readonly asNames: AsNames;
  readonly threats: Threats;
  readonly services: ServiceTable;
  readonly applications: ApplicationTable;
  readonly applicationIds: ApplicationIds;
  readonly exporters: ExporterTable;
  readonly interfaces: InterfaceTable;
  readonly snmp: SnmpPoller;
  /** Which interfaces are no boundary. */
  readonly boundaries: InterfaceTable;
  readonly macVendors: MacVendors;
  readonly rules: Rules;
  readonly #tables: Readonly<Record<string, FileTable>>;
  readonly #counts = new FlowCounts();

  /** Throws ConfigError for an unknown enricher, one that is named twice, or an unusable network. */
  constructor(options: EnrichOptions, log: Log) {
    const forget = (): void => this.hosts.clear();
    this.networks = new Networks(options.networks, forget, log.child({ component: 'networks' }));
    this.names = new HostsTable(options.names, forget, log.child({ component: 'names' }));
    this.dns = new ReverseDns(options.dns, (ip) => this.hosts.delete(ip));
    this.geoip = new Geoip(options.geoip, forget, log.child({ component: 'geoip' }));
    this.services = new ServiceTable(options.services, log.child({ component: 'services' }));
    const applicationsLog = log.child({ component: 'applications' });
    this.applications = new ApplicationTable(options.applications, applicationsLog);
    this.applicationIds = new ApplicationIds(options.applicationIds, this.services, applicationsLog);
    this.exporters = new ExporterTable(options.exporters, log.child({ component: 'exporters' }));
    const interfacesLog = log.child({ component: 'interfaces' });
    this.interfaces = new InterfaceTable(options.interfaces, 'enrich.interfaces.files', interfacesLog);
    this.snmp = new SnmpPoller(options.snmp, log.child({ component: 'snmp' }));
    const duplicatesLog = log.child({ component: 'duplicates' });
    this.boundaries = new InterfaceTable(options.duplicates, 'enrich.duplicates.files', duplicatesLog);
    this.macVendors = new MacVendors(options.macVendor, log.child({ component: 'mac-vendor' }));
    this.rules = new Rules(options.rules, log.child({ component: 'rules' }));
    this.asNames = new AsNames(options.as, forget, log.child({ component: 'as' }));
    this.threats = new Threats(options.threats, forget, log.child({ component: 'threat' }));
    this.#tables = {
      services: this.services,
      applications: this.applications,
      'application-ids': this.applicationIds,
      exporters: this.exporters,
      interfaces: this.interfaces,
      duplicates: this.boundaries,
      'mac-vendor': this.macVendors,
      rules: this.rules,
      networks: this.networks,
      names: this.names,
      as: this.asNames,
    };
    this.hosts = new Hosts(options.hosts, [
      (host) => this.networks.complete(host),
      (host) => this.geoip.complete(host),
      (host) => this.names.complete(host),
      (host) => this.dns.complete(host),
      (host) => this.threats.complete(host),
      ...(options.steps.includes('as') ? [asOfHosts(options.as, this.asNames)] : []),
    ]);
    const exporterSteps: Readonly<Record<string, () => ExporterStep | undefined>> = {
      exporters: () => (options.exporters.files.length === 0 ? undefined : exportersEnricher(this.exporters)),
      interfaces: () => (options.interfaces.files.length === 0 ? undefined : interfacesEnricher(this.interfaces)),
      snmp: () => snmpEnricher(this.snmp),
    };
    const factories: Readonly<Record<string, () => Enricher | undefined>> = {
      sampling: () => samplingEnricher(options.sampling),
      hosts: () => hostsEnricher(this.hosts),
      as: () => asEnricher(options.as, this.asNames),
      'client-server': () => {
        const { learn } = options.clientServer;
        const servers = learn === undefined ? undefined : new KnownServers(learn);
        const applications = options.applications.files.length === 0 ? undefined : this.applications;
        return clientServerEnricher(this.services, applications, servers, this.hosts);
      },
      applications: () => applicationsEnricher(this.applications, this.applicationIds),
      services: () => servicesEnricher(this.services),
      locality: () => localityEnricher(this.hosts),
      ...exporterSteps,
      duplicates: () => duplicatesEnricher(options.duplicates, this.boundaries),
      'mac-vendor': () => macVendorEnricher(this.macVendors),
      rules: () => this.rules.enrich,
      'community-id': () => communityIdEnricher(options.communityId),
    };
    const identity = exporterIdentity(options.identity);
    const steps = makeSteps(options.steps, factories);
    const introductions = options.steps.flatMap((name) => exporterSteps[name]?.() ?? []);
    this.introduce = (subject) => {
      for (const introduce of introductions) introduce(subject);
    };
    const all = [...(identity === undefined ? [] : [identity]), ...steps, this.#counts.count];
    const rulesAt = all.indexOf(this.rules.enrich);
    this.enrich = compose(all);
    this.enrichFirst = compose(rulesAt === -1 ? all : all.slice(0, rulesAt));
    this.enrichLast = compose(rulesAt === -1 ? [] : all.slice(rulesAt));
  }

  /** Reads tables and databases, and watches them; asks servers. Throws ConfigError for a table that cannot be used. */
  async start(): Promise<void> {
    await this.readFiles();
    this.dns.start();
    await this.snmp.start();
    await this.threats.start();
  }

  /** The part of start() that concerns files. Throws ConfigError for a table that cannot be used. */
  async readFiles(): Promise<void> {
    for (const table of Object.values(this.#tables)) await table.start();
    await this.threats.readFiles();
    await this.geoip.start();
  }

  /** Text of a service by protocol and port: `https (TCP/443)`. */
  readonly portName = (protocol: number, port: number): string => this.services.text(protocol, port);

  /** Ends the watching; enrich() stays usable. */
  stop(): void {
    for (const table of Object.values(this.#tables)) table.stop();
    this.dns.stop();
    this.snmp.stop();
    this.threats.stop();
    this.geoip.stop();
  }

  /** What is counted, and the sizes of what is kept. */
  get counters(): EnrichCounters {
    const { hosts, geoip, dns, threats, snmp } = this;
    const counts = this.#counts;
    return {
      hosts: hosts.size,
      hostMisses: hosts.misses,
      geoipDatabases: geoip.databases.length,
      geoipRefusedFiles: geoip.refusedFiles,
      geoipLookupErrors: geoip.lookupErrors,
      dnsQuestions: dns.questions,
      dnsFailures: dns.failures,
      dnsSkipped: dns.skipped,
      threatNetworks: threats.size,
      threatHosts: threats.hits,
      threatFailures: threats.failures,
      snmpExporters: snmp.size,
      snmpPolls: snmp.polls,
      snmpFailures: snmp.failures,
      duplicates: counts.duplicates,
      sampling: counts.sampling,
      roles: counts.roles,
      directions: counts.directions,
      tables: tableCounters(this.#tables),
    };
  }

  /** Files that are watched, by the enricher that they belong to. */
  get reloads(): Readonly<Record<string, ReloadCounters>> {
    return { ...reloadCounters(this.#tables), threat: sumOf(this.threats.files) };
  }
}

function makeSteps(
  steps: readonly string[],
  factories: Readonly<Record<string, () => Enricher | undefined>>,
): Enricher[] {
  return steps.flatMap((name, i) => {
    const path = `enrich.steps[${i}]`;
    if (!Object.hasOwn(factories, name)) throw new ConfigError(path, name, expectation(name, Object.keys(factories)));
    if (steps.indexOf(name) < i) throw new ConfigError(path, name, 'every enricher once');
    return factories[name]!() ?? [];
  });
}

function expectation(found: string, names: readonly string[]): string {
  const near = suggest(found, names);
  return `one of ${names.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
}
