// A status as people read it in a terminal: what comes, what is lost, what waits, and a line for each exporter. Rates are
// between two statuses of one process.

import { sendDrops } from '../cluster/send-counters.ts';
import type { RefusedSender } from '../input/admission.ts';
import { formatBytes, formatNumber } from '../lib/units.ts';
import { droppedTotal } from '../output/counters.ts';
import { type Identity, imbalance, type Term } from './accounting.ts';
import type { ReceiveStatus } from './receive-status.ts';
import type { ExporterStatus, Status, StreamsStatus, WorkersStatus } from './status.ts';

/** Exporters are many: the busiest are shown. */
const EXPORTERS_SHOWN = 30;
const SENDERS_SHOWN = 5;

/** @param before an earlier status of the same process, for rates; undefined: totals only */
export function statusText(status: Status, before: Status | undefined): string {
  const { decode, output, admission } = status;
  const rows: [string, string][] = [
    ...source(),
    ['decoded', `${rate(decode.flows, before?.decode.flows)} flows of ${status.exporters.length} exporters`],
    ['not decoded', parts({ malformed: decode.malformed, refused: decode.refused, ...admission })],
    ...refusedSenders(status),
    ['without template', withoutTemplate(status)],
    ['for option data', forOptionData(status)],
    ['never came', parts({ flows: Math.round(decode.lostFlows), 'dropped by the kernel': status.kernelDrops ?? 0 })],
    ['sampling known by', parts(status.enrich.sampling)],
    ['client known by', parts(status.enrich.roles)],
    ['directions', parts(status.enrich.directions)],
    ['tables', tables(status)],
    ['written', `${rate(output.written + output.duplicates, written(before))} documents to ${status.target}`],
    ['waiting', waiting(status)],
    ['dropped by rules', parts(status.rules.byRule)],
    ['lost here', parts({ 'dead letters': output.deadLettered, dropped: droppedTotal(output.dropped) })],
  ];
  if (status.streams !== undefined) rows.push(['partitions', streamsText(status.streams)]);
  if (status.workers !== undefined) rows.push(['workers', workersText(status.workers)]);
  if (status.fault !== undefined) rows.push(['fault', status.fault]);
  return [...table(status, rows), '', ...exporterTable(status, before), ''].join('\n');

  function rate(now: number, then: number | undefined): string {
    return rateText(now, then, status, before);
  }

  function source(): [string, string][] {
    const { streams } = status;
    if (streams === undefined) return receivedRows(status, before);
    return [
      ['reads from', status.listen],
      ['read', `${rate(streams.datagrams, before?.streams?.datagrams)} datagrams`],
    ];
  }
}

/** Likewise, of `weir receive`. */
export function receiveStatusText(status: ReceiveStatus, before: ReceiveStatus | undefined): string {
  const { sender, admission, kernelDrops = 0, resets } = status;
  const rows: [string, string][] = [
    ...receivedRows(status, before),
    ['not taken', parts({ ...admission, 'dropped by the kernel': kernelDrops })],
    ['streamed', `${rateText(sender.sent, before?.sender.sent, status, before)} datagrams to ${status.target}`],
    ['waiting', `${formatNumber(sender.open + sender.waiting)} in memory, ${formatNumber(sender.spooled)} on disk`],
    ['Redis', parts({ 'requests failed': sender.failures, 'streams full': sender.full, 'times emptied': resets })],
    ['lost here', parts({ dropped: sendDrops(sender.dropped) })],
  ];
  return [...table(status, rows), ''].join('\n');
}

type Common = Pick<Status, 'version' | 'pid' | 'startedMs' | 'timeMs' | 'process'>;

function table(status: Common, rows: readonly [string, string][]): string[] {
  const title = `weir ${status.version}, pid ${status.pid}, up ${formatDuration(status.timeMs - status.startedMs)}, `;
  const memory = `${formatBytes(status.process.residentBytes)} of memory`;
  return [title + memory, ...rows.map(([name, value]) => `  ${name.padEnd(18)}${value}`)];
}

function rateText(now: number, then: number | undefined, status: Common, before: Common | undefined): string {
  if (before === undefined || then === undefined || now < then) return formatNumber(now);
  const seconds = Math.max(0.001, (status.timeMs - before.timeMs) / 1000);
  return `${formatNumber((now - then) / seconds)}/s, ${formatNumber(now)}`;
}

type Received = Common & Pick<Status, 'listen' | 'udp' | 'tcp'>;

function receivedRows(status: Received, before: Received | undefined): [string, string][] {
  const count = ({ udp, tcp }: Received): number => udp.datagrams + tcp.messages;
  return [
    ['listens on', status.listen],
    ['received', `${rateText(count(status), before && count(before), status, before)} datagrams`],
  ];
}

function streamsText({ partitions, workers, lag, setAside, lost }: StreamsStatus): string {
  const rest = parts({ 'lost to others or to Redis': lost, 'set aside': setAside });
  const backlog = lag === undefined ? 'backlog not known' : `backlog of ${formatNumber(lag)} datagrams in all streams`;
  return `${partitions}, ${workers} workers, ${backlog}; ${rest}`;
}

/** The identities, each with its terms, and whether it holds. */
export function accountingText(all: readonly Identity[]): string {
  return all.map(identityText).join('');
}

function identityText(identity: Identity): string {
  const difference = imbalance(identity);
  const verdict = difference === 0 ? 'ok' : `VIOLATED by ${difference}`;
  return `${identity.name}: ${verdict}\n  ${sum(identity.left)}\n  = ${sum(identity.right)}\n`;
}

function sum(terms: readonly Term[]): string {
  return terms.map(([name, value]) => `${value} ${name}`).join(' + ');
}

function written(status: Status | undefined): number | undefined {
  return status && status.output.written + status.output.duplicates;
}

/** Those of whom most was refused. */
function refusedSenders({ refusedSenders: senders = [] }: Status): [string, string][] {
  const total = (sender: RefusedSender): number => sender.notAllowed + sender.rateLimited;
  const most = [...senders].sort((a, b) => total(b) - total(a)).slice(0, SENDERS_SHOWN);
  if (most.length === 0) return [];
  return [['refused most', most.map((sender) => `${formatNumber(total(sender))} of ${sender.address}`).join(', ')]];
}

function withoutTemplate({ decode, pending }: Status): string {
  if (decode.setsWithoutTemplate === 0) return 'none';
  const { setsRecovered, setsExpired, setsDropped } = decode;
  const fates = parts({ recovered: setsRecovered, waiting: pending.sets, 'given up': setsExpired + setsDropped });
  return `${formatNumber(decode.setsWithoutTemplate)} sets: ${fates}`;
}

function forOptionData({ decode, pending }: Status): string {
  if (decode.setsHeld === 0) return 'none waited';
  const { setsResumed, setsHeldInVain } = decode;
  const fates = parts({ completed: setsResumed - setsHeldInVain, waiting: pending.held, 'in vain': setsHeldInVain });
  return `${formatNumber(decode.setsHeld)} sets waited: ${fates}`;
}

/** "services 11,633, networks 12; names: 2 changes not usable". */
function tables({ enrich, reloads }: Status): string {
  const sizes = Object.entries(enrich.tables).map(([name, { entries }]) => `${name} ${formatNumber(entries)}`);
  const faults = Object.entries(reloads).filter(([, { failures }]) => failures > 0);
  const changes = faults.map(([name, { failures }]) => `; ${name}: ${formatNumber(failures)} changes not usable`);
  return `${sizes.length === 0 ? 'none' : sizes.join(', ')}${changes.join('')}`;
}

function waiting({ output }: Status): string {
  const spool = output.spooledBytes === 0 ? '' : ` (${formatBytes(output.spooledBytes)})`;
  return `${formatNumber(output.waiting)} in memory, ${formatNumber(output.spooled)} on disk${spool}`;
}

function workersText({ count, restarts, waiting, dropped, setAside, faults }: WorkersStatus): string {
  const rest = { restarted: restarts, 'datagrams waiting': waiting, 'without room': dropped };
  return `${count}: ${parts({ ...rest, 'set aside': setAside + faults })}`;
}

const NAMES: Readonly<Record<string, string>> = { notAllowed: 'not allowed', rateLimited: 'over the rate' };

/** "3 malformed, 1 refused"; "none" where all are 0. */
function parts(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, count]) => count !== 0);
  if (some.length === 0) return 'none';
  return some.map(([name, count]) => `${formatNumber(count)} ${NAMES[name] ?? name}`).join(', ');
}

const COLUMNS = ['exporter', 'flows/s', 'flows', 'lost', 'malformed', 'no template', 'templates', 'last seen'];

function exporterTable(status: Status, before: Status | undefined): string[] {
  if (status.exporters.length === 0) return ['  no exporter was heard yet'];
  const earlier = new Map(before?.exporters.map((exporter) => [exporter.address, exporter]));
  const seconds = before === undefined ? 0 : Math.max(0.001, (status.timeMs - before.timeMs) / 1000);
  const busiest = [...status.exporters].sort((a, b) => b.flows - a.flows).slice(0, EXPORTERS_SHOWN);
  const rows = busiest.map((exporter) => exporterRow(exporter, earlier.get(exporter.address), seconds, status.timeMs));
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const lines = [COLUMNS, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  const rest = status.exporters.length - busiest.length;
  if (rest > 0) lines.push(`… and ${rest} more`);
  return lines.map((line) => `  ${line}`);
}

function exporterRow(exporter: ExporterStatus, before: ExporterStatus | undefined, seconds: number, nowMs: number) {
  const flows = exporter.flows - (before?.flows ?? 0);
  return [
    exporter.address,
    seconds === 0 ? '' : formatNumber(flows / seconds),
    formatNumber(exporter.flows),
    formatNumber(exporter.lostFlows),
    formatNumber(exporter.malformed),
    formatNumber(exporter.setsWithoutTemplate),
    String(exporter.templates),
    exporter.lastSeenMs === 0 ? 'never' : `${formatDuration(nowMs - exporter.lastSeenMs)} ago`,
  ];
}

/** "12 s", "3 m 12 s", "2 h 5 m", "4 d 3 h": the two largest units. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ];
  for (const [i, [length, name]] of units.entries()) {
    if (seconds < length) continue;
    const [smaller, smallerName] = units[i + 1] ?? [1, 's'];
    return `${Math.floor(seconds / length)} ${name} ${Math.floor((seconds % length) / smaller)} ${smallerName}`;
  }
  return `${seconds} s`;
}
