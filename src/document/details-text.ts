// What few exporters say of a flow: its own number, the firewall's reasons, blocks of ports that an address translator
// gave away, delays, totals beside what was added. Members of the section `flow`, each beginning with a comma.

import type { FlowDetails } from '../flow/flow-details.ts';
import { integerText, isCount, isUpTo, quote, section } from './json.ts';
import { firewallCodeName, natQuotaName, natThresholdName } from './names.ts';

/** `,"id":"8501","firewall":{…},"nat":{…},"latency":{…},"total":{…}`, as far as known. */
export function detailsText(details: FlowDetails): string {
  const id = details.flowId === undefined ? '' : `,"id":${quote(details.flowId)}`;
  return id + firewallText(details) + natText(details) + latencyText(details) + totalText(details);
}

function firewallText(details: FlowDetails): string {
  const { firewallCode, ingressAcl, egressAcl } = details;
  let members = '';
  // 0 is "ignore".
  if (isUpTo(firewallCode, 65_535) && firewallCode !== 0) {
    members += `,"reason":"${firewallCodeName(firewallCode) ?? firewallCode}"`;
  }
  if (ingressAcl !== undefined) members += `,"ingress_acl":${quote(ingressAcl)}`;
  if (egressAcl !== undefined) members += `,"egress_acl":${quote(egressAcl)}`;
  return section(',"firewall":{', '', members);
}

function natText(details: FlowDetails): string {
  const { natInstance, natPool, natPoolName } = details;
  const pool = natPoolName ?? (isCount(natPool) ? String(natPool) : undefined);
  const limit = natQuotaName(details.natQuota) ?? natThresholdName(details.natThreshold);
  let members = portBlockText(details);
  if (limit !== undefined) members += `,"limit":"${limit}"`;
  if (pool !== undefined) members += `,"pool":${quote(pool)}`;
  if (isCount(natInstance)) members += `,"instance":"${natInstance}"`;
  return section(',"nat":{', '', members);
}

/** The last port follows from number and step of the ports where it is not stated (RFC 8158 §8.13). */
function portBlockText(details: FlowDetails): string {
  const { portRangeStart: start, portRangeSize: size } = details;
  if (!isUpTo(start, 65_535)) return '';
  const step = details.portRangeStep || 1;
  const end = details.portRangeEnd ?? (size ? start + (size - 1) * step : undefined);
  let members = `"start":${start}`;
  if (isUpTo(end, 65_535)) members += `,"end":${end}`;
  if (step > 1 && isUpTo(step, 65_535)) members += `,"step":${step}`;
  if (size && isUpTo(size, 65_535)) members += `,"size":${size}`;
  return `,"port_block":{${members}}`;
}

/** Of sums the mean; 0 is what exporters write that saw no handshake, or no answer. */
function latencyText(details: FlowDetails): string {
  const { connectionCount, responseCount } = details;
  const client = details.clientDelayMs || mean(details.clientDelaySumMs, connectionCount);
  const server = details.serverDelayMs || mean(details.serverDelaySumMs, connectionCount);
  const application = details.applicationDelayMs || mean(details.applicationDelaySumMs, responseCount);
  const members = delayText('client', client) + delayText('server', server) + delayText('application', application);
  return section(',"latency":{', '', members);
}

function mean(sum: number | undefined, count: number | undefined): number | undefined {
  return sum && count ? sum / count : undefined;
}

/** Milliseconds to the microsecond. */
function delayText(name: string, ms: number | undefined): string {
  return isUpTo(ms, MAX_DELAY_MS) && ms > 0 ? `,"${name}":${Math.round(ms * 1000) / 1000}` : '';
}

/** A day: longer ones are none. */
const MAX_DELAY_MS = 86_400_000;

function totalText(details: FlowDetails): string {
  const { totalBytes, totalPackets } = details;
  const bytes = isCount(totalBytes) ? `"bytes":${integerText(Math.round(totalBytes))}` : '';
  const packets = isCount(totalPackets) ? `,"packets":${integerText(Math.round(totalPackets))}` : '';
  return section(',"total":{', bytes, packets);
}
