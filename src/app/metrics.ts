// The metrics of /metrics, one row each, and their text in Prometheus' exposition format 0.0.4. A client library would
// want every number pushed into an object of its own; ours are plain fields that are read when somebody asks.

import type { ReloadCounters, TableCounters } from '../enrich/table-counters.ts';
import type { RefusedSender } from '../input/admission.ts';
import { droppedTotal } from '../output/counters.ts';
import type { EnrichStatus, ExporterStatus, Status } from './status.ts';

type Kind = 'counter' | 'gauge';

export interface Metric<Source> {
  /** Without the prefix weir_; counters end in _total. */
  readonly name: string;
  readonly kind: Kind;
  readonly help: string;
  /** Undefined: not known on this system, left out. */
  read(source: Source): number | undefined;
}

export const counter = <S>(name: string, help: string, read: (source: S) => number | undefined): Metric<S> => ({
  name: `${name}_total`,
  kind: 'counter',
  help,
  read,
});

export const gauge = <S>(name: string, help: string, read: (source: S) => number | undefined): Metric<S> => ({
  name,
  kind: 'gauge',
  help,
  read,
});

/** Of enrichers, of `weir run` and `weir work` alike. */
export const ENRICH_METRICS: readonly Metric<EnrichStatus>[] = [
  gauge('hosts', 'Addresses in the cache.', (s) => s.enrich.hosts),
  counter('host_misses', 'Addresses that were not.', (s) => s.enrich.hostMisses),
  gauge('geoip_databases', 'GeoIP databases in use.', (s) => s.enrich.geoipDatabases),
  counter('geoip_files_refused', 'GeoIP databases that were damaged.', (s) => s.enrich.geoipRefusedFiles),
  counter('geoip_lookup_errors', 'Look-ups that ended in damage.', (s) => s.enrich.geoipLookupErrors),
  counter('dns_questions', 'Names of addresses asked for.', (s) => s.enrich.dnsQuestions),
  counter('dns_failures', '… that no server answered.', (s) => s.enrich.dnsFailures),
  counter('dns_skipped', '… not asked for because too many waited.', (s) => s.enrich.dnsSkipped),
  gauge('flows_held', 'Flows that wait for names now.', (s) => s.holdBack.held),
  counter('flows_held_back', 'Flows that waited for names.', (s) => s.holdBack.waited),
  counter('flows_held_in_vain', '… and went on without.', (s) => s.holdBack.inVain),
  gauge('threat_networks', 'Networks on threat lists.', (s) => s.enrich.threatNetworks),
  counter('threat_hosts', 'Addresses found on one.', (s) => s.enrich.threatHosts),
  counter('threat_failures', 'Threat lists that could not be fetched or used.', (s) => s.enrich.threatFailures),
  gauge('snmp_exporters', 'Exporters polled by SNMP.', (s) => s.enrich.snmpExporters),
  counter('snmp_polls', 'Polls that were answered.', (s) => s.enrich.snmpPolls),
  counter('snmp_failures', 'Polls that were not.', (s) => s.enrich.snmpFailures),
  counter('flows_duplicate', 'Flows that another record counts, too.', (s) => s.enrich.duplicates),
  counter('flow_parts_added', 'Documents beyond the first of long flows that were split.', (s) => s.addedParts),
  counter('rule_failures', 'Conditions of rules that could not be judged.', (s) => s.rules.failures),
];

export const METRICS: readonly Metric<Status>[] = [
  gauge('start_time_seconds', 'When weir started, Unix time.', (s) => s.startedMs / 1000),
  counter('process_cpu_seconds', 'User and system time of the process.', (s) => s.process.cpuSeconds),
  gauge('process_resident_bytes', 'Resident memory of the process.', (s) => s.process.residentBytes),

  counter('udp_datagrams', 'Datagrams received over UDP.', (s) => s.udp.datagrams),
  counter('udp_bytes', 'Octets of their payloads.', (s) => s.udp.bytes),
  counter('udp_socket_errors', 'Errors of UDP sockets.', (s) => s.udp.socketErrors),
  counter('kernel_drops', 'Datagrams the kernel dropped because the receive buffer was full.', (s) => s.kernelDrops),
  counter('not_allowed', 'Datagrams of senders that input.allow does not name.', (s) => s.admission.notAllowed),
  counter('rate_limited', 'Datagrams beyond input.maxRate.', (s) => s.admission.rateLimited),
  counter('tcp_messages', 'IPFIX messages received over TCP and TLS.', (s) => s.tcp.messages),
  counter('tcp_connections', 'Connections accepted.', (s) => s.tcp.connections),
  counter(
    'tcp_connections_refused',
    'Connections turned away: too many, not allowed, handshake failed.',
    (s) => s.tcp.connectionsRefused + s.tcp.connectionsNotAllowed + s.tcp.handshakesFailed,
  ),

  counter('datagrams_decoded', 'Datagrams decoded to their end.', (s) => s.decode.decoded),
  counter('datagrams_malformed', 'Datagrams that ended in an error; flows before it stand.', (s) => s.decode.malformed),
  counter('datagrams_refused', 'Datagrams of no known protocol, or beyond a limit.', (s) => s.decode.refused),
  counter('flows', 'Flow records decoded.', (s) => s.decode.flows),
  counter('option_records', 'Option data records decoded.', (s) => s.decode.optionRecords),
  counter('lost_flows', 'Flows that never came, estimated from sequence numbers.', (s) => s.decode.lostFlows),
  counter('lost_datagrams', 'Datagrams that never came, of protocols that number them.', (s) => s.decode.lostDatagrams),
  counter('exporter_restarts', 'Exporters that began to count anew.', (s) => s.decode.restarts),
  counter('templates_learned', 'Templates learned.', (s) => s.decode.templatesLearned),
  counter('templates_refused', 'Templates beyond a limit.', (s) => s.decode.templatesRefused),
  counter('sets_without_template', 'Data sets that came before their template.', (s) => s.decode.setsWithoutTemplate),
  counter('sets_recovered', '… decoded when it came.', (s) => s.decode.setsRecovered),
  counter('sets_expired', '… given up.', (s) => s.decode.setsExpired),
  counter('sets_dropped', '… not kept for want of room.', (s) => s.decode.setsDropped),
  gauge('sets_waiting', '… that wait now.', (s) => s.pending.sets),
  counter('sets_held', 'Data sets that waited for option data.', (s) => s.decode.setsHeld),
  counter('sets_held_in_vain', '… whose sampler was not told of in time.', (s) => s.decode.setsHeldInVain),
  gauge('sets_held_now', '… that wait now.', (s) => s.pending.held),
  gauge('sets_waiting_bytes', 'Memory of all sets that wait.', (s) => s.pending.octets),
  counter('running_flows_refused', 'Flows told in parts that found no room.', (s) => s.decode.runningFlowsRefused),
  gauge('exporters', 'Exporters known.', (s) => s.exporters.length),

  ...ENRICH_METRICS,

  counter('documents', 'Documents made.', (s) => s.output.appended),
  counter('documents_recovered', 'Documents found in the spool at the start.', (s) => s.output.recovered),
  counter('documents_written', 'Documents that were written.', (s) => s.output.written),
  counter('documents_duplicate', 'Documents that were there already.', (s) => s.output.duplicates),
  gauge('documents_waiting', 'Documents in memory, not written yet.', (s) => s.output.waiting),
  gauge('documents_spooled', 'Documents on disk, not written yet.', (s) => s.output.spooled),
  gauge('spool_bytes', 'Size of the spool.', (s) => s.output.spooledBytes),
  counter('documents_dead', 'Documents refused for good, in the dead-letter folder.', (s) => s.output.deadLettered),
  counter('documents_dropped', 'Documents lost, for whatever reason.', (s) => droppedTotal(s.output.dropped)),
  gauge(
    'documents_lost_by_kill',
    'Documents in memory when the process before this one was killed; an estimate.',
    (s) => s.output.lostByKill,
  ),
  counter('documents_retried', 'Documents sent again.', (s) => s.output.retries),
  counter('bulks', 'Bulk requests answered.', (s) => s.output.bulks),
  counter('bulks_failed', 'Bulk requests that failed as a whole.', (s) => s.output.failedBulks),
  counter('bulk_bytes', 'Octets of bulk bodies, before compression.', (s) => s.output.bytes),
  gauge('bulks_in_flight', 'Bulk requests under way.', (s) => s.output.inFlight),
  gauge('workers', 'Worker processes, where there are several.', (s) => s.workers?.count),
  counter('worker_restarts', 'Workers started in place of dead ones.', (s) => s.workers?.restarts),
  gauge('worker_datagrams_waiting', 'Datagrams that no worker has acknowledged yet.', (s) => s.workers?.waiting),
  counter('worker_datagrams_dropped', 'Datagrams lost because a worker could not keep up.', (s) => s.workers?.dropped),
  counter('worker_datagrams_resent', 'Datagrams given to another worker after a death.', (s) => s.workers?.resent),
  counter('worker_datagrams_set_aside', 'Datagrams that workers died of.', (s) => s.workers?.setAside),
  counter('worker_datagrams_faulty', 'Datagrams left out for a fault of weir.', (s) => s.workers?.faults),
  gauge('output_up', '1 while documents are taken, 0 while they wait.', (s) => (s.fault === undefined ? 1 : 0)),
];

/** Of every exporter, with the label `exporter`. */
export const EXPORTER_METRICS: readonly Metric<ExporterStatus>[] = [
  counter('exporter_datagrams', 'Datagrams of the exporter.', (e) => e.datagrams),
  counter('exporter_flows', 'Flow records of the exporter.', (e) => e.flows),
  counter('exporter_malformed', 'Malformed datagrams of the exporter.', (e) => e.malformed),
  counter('exporter_lost_flows', 'Flows of the exporter that never came, estimated.', (e) => e.lostFlows),
  counter('exporter_sets_without_template', 'Data sets before their template.', (e) => e.setsWithoutTemplate),
  counter('exporter_sets_given_up', '… that never came.', (e) => e.setsGivenUp),
  counter('exporter_flows_dropped', 'Flows of the exporter that rules dropped.', (e) => e.droppedFlows),
  gauge('exporter_templates', 'Templates known of the exporter.', (e) => e.templates),
  gauge('exporter_last_seen_seconds', 'Unix time of its last datagram.', (e) => e.lastSeenMs / 1000),
];

/** Of senders that were refused something; they need not be known as exporters. */
const REFUSED: readonly Metric<RefusedSender>[] = [
  counter('exporter_not_allowed', 'Datagrams refused, by input.allow.', (r) => r.notAllowed),
  counter('exporter_rate_limited', 'Datagrams refused, by input.maxRate.', (r) => r.rateLimited),
];

/** With the label `rule`. */
const RULE_DROPS = counter<number>('flows_dropped', 'Flows that a rule dropped.', (dropped) => dropped);

/** With a label that says by what. */
const SAMPLED = counter<number>('flows_sampled', 'Flows scaled, by where their interval came from.', (flows) => flows);
const ROLES = counter<number>('flow_roles', 'Flows by the rule that told client from server.', (flows) => flows);
const DIRECTIONS = counter<number>('flow_directions', 'Flows by network.direction.', (flows) => flows);

/** With the label `enricher`. */
const TABLES: readonly Metric<TableCounters>[] = [
  gauge('table_entries', 'Entries of the tables of an enricher.', (t) => t.entries),
  counter('table_hits', 'Look-ups that found something.', (t) => t.hits),
  counter('table_misses', 'Look-ups that did not.', (t) => t.misses),
];
const RELOADS: readonly Metric<ReloadCounters>[] = [
  counter('reloads', 'Files of an enricher that changed and were read again.', (r) => r.reloads),
  counter('reload_failures', '… that cannot be used: the old ones stay.', (r) => r.failures),
];

/** All metrics of a status. Content type: `text/plain; version=0.0.4`. */
export function metricsText(status: Status): string {
  const lines = metricLines(METRICS, status);
  for (const metric of EXPORTER_METRICS) {
    if (status.exporters.length > 0) lines.push(...head(metric));
    for (const exporter of status.exporters) {
      lines.push(`weir_${metric.name}{exporter="${exporter.address}"} ${metric.read(exporter)}`);
    }
  }
  const refused = status.refusedSenders ?? [];
  for (const metric of REFUSED) {
    if (refused.length > 0) lines.push(...head(metric));
    for (const sender of refused)
      lines.push(`weir_${metric.name}{exporter="${sender.address}"} ${metric.read(sender)}`);
  }
  lines.push(...labelledLines(status));
  return `${lines.join('\n')}\n`;
}

/** Metrics of enrichers that have a label. */
export function labelledLines({ rules, reloads, enrich }: EnrichStatus): string[] {
  const lines: string[] = [];
  const add = <S>(metric: Metric<S>, label: string, sources: readonly (readonly [string, S])[]): void => {
    if (sources.length > 0) lines.push(...head(metric));
    for (const [name, source] of sources) {
      lines.push(`weir_${metric.name}{${label}=${JSON.stringify(name)}} ${metric.read(source)}`);
    }
  };
  add(RULE_DROPS, 'rule', Object.entries(rules.byRule));
  add(SAMPLED, 'source', Object.entries(enrich.sampling));
  add(ROLES, 'reason', Object.entries(enrich.roles));
  add(DIRECTIONS, 'direction', Object.entries(enrich.directions));
  for (const metric of TABLES) add(metric, 'enricher', Object.entries(enrich.tables));
  for (const metric of RELOADS) add(metric, 'enricher', Object.entries(reloads));
  return lines;
}

/** Name and value of each that is known. */
export function metricLines<S>(metrics: readonly Metric<S>[], source: S): string[] {
  const lines: string[] = [];
  for (const metric of metrics) {
    const value = metric.read(source);
    if (value !== undefined) lines.push(...head(metric), `weir_${metric.name} ${value}`);
  }
  return lines;
}

function head<S>({ name, kind, help }: Metric<S>): string[] {
  return [`# HELP weir_${name} ${help}`, `# TYPE weir_${name} ${kind}`];
}
