// What lists of bad addresses say of a flow's ends: the section `threat` by ECS, and under `flow.threat` which end it is and
// of what kind. Most flows have none; those of one bad address share their texts.

import type { Flow } from '../flow/flow.ts';
import type { Host, Threat } from '../flow/host.ts';
import { flat, quote } from './json.ts';

/** True where an end is on a list: only then the other functions have anything to say. */
export function hasThreat(flow: Flow): boolean {
  return flow.source?.threat !== undefined || flow.destination?.threat !== undefined;
}

/** `,"threat":{"feed":{"name":"drop"},"indicator":{"ip":"203.0.113.7","type":"ipv4-addr"}}` */
export function threatText(flow: Flow): string {
  const hosts = threats(flow);
  const only = hosts[0]!;
  if (hosts.length === 1 && only.threatJson !== undefined) return only.threatJson;
  const text = flat(
    `,"threat":{"feed":{"name":${words(hosts, 'lists')}},` +
      `"indicator":{"ip":${oneOrMore(hosts.map(({ ip }) => ip))},"type":${oneOrMore(hosts.map(addressType))}}}`,
  );
  if (hosts.length === 1) only.threatJson = text;
  return text;
}

/** `,"threat":{"side":"destination","kind":"botnet"}`, of the section flow. */
export function flowThreatText(flow: Flow): string {
  const hosts = threats(flow);
  const side =
    hosts.length === 2 ? '["source","destination"]' : hosts[0] === flow.source ? '"source"' : '"destination"';
  const kinds = words(hosts, 'kinds');
  return `,"threat":{"side":${side}${kinds === '' ? '' : `,"kind":${kinds}`}}`;
}

interface BadHost extends Host {
  threat: Threat;
}

function threats({ source, destination }: Flow): BadHost[] {
  return [source, destination].filter((host): host is BadHost => host?.threat !== undefined);
}

function words(hosts: readonly BadHost[], key: keyof Threat): string {
  return oneOrMore(hosts.flatMap(({ threat }) => threat[key]));
}

/** Each once; '' for none. */
function oneOrMore(values: readonly string[]): string {
  const texts = [...new Set(values)].map(quote);
  return texts.length > 1 ? `[${texts.join(',')}]` : (texts[0] ?? '');
}

function addressType({ ip }: Host): string {
  return ip.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
}
