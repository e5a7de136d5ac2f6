// What documents of ElastiFlow 3.5 say of an address, on each of the four sides it may stand on: made once per host and
// side, and kept in the host's places for texts. Only one form of documents is written by one process.

import type { Host } from '../flow/host.ts';
import { locationText } from './host-texts.ts';
import { flat, isCount, quote } from './json.ts';

export type ElastiflowSide = 'src' | 'dst' | 'client' | 'server';

const SLOTS = { src: 'json', dst: 'jsonWithoutAs', client: 'roleJson', server: 'roleJsonWithoutAs' } as const;

/** `,"src_addr":"192.0.2.1","src_hostname":"192.0.2.1","src_autonomous_system":"private"` with place where known. */
export function elastiflowHostText(side: ElastiflowSide, host: Host): string {
  let found = host[SLOTS[side]];
  if (found === undefined) {
    found = flat(hostText(side, host));
    host[SLOTS[side]] = found;
  }
  return found;
}

function hostText(side: ElastiflowSide, host: Host): string {
  const location = locationText(host);
  return (
    member(`${side}_addr`, host.ip) +
    member(`${side}_hostname`, host.domain ?? host.ip) +
    (isCount(host.asNumber) ? `,"${side}_asn":${host.asNumber}` : '') +
    member(`${side}_autonomous_system`, systemName(host)) +
    member(`${side}_city`, host.cityName) +
    member(`${side}_country`, host.countryName) +
    member(`${side}_country_code`, host.countryIsoCode) +
    list(`${side}_rep_tags`, reputation(host)) +
    (location === undefined ? '' : `,"${side}_geo_location":${location}`)
  );
}

/** Members that tell of both ends: system, city, country; one value where they agree. */
export function bothEnds(source: Host | undefined, destination: Host | undefined): string {
  return (
    pair('autonomous_system', publicSystem(source), publicSystem(destination)) +
    pair('city', source?.cityName, destination?.cityName) +
    pair('country', source?.countryName, destination?.countryName) +
    pair('country_code', source?.countryIsoCode, destination?.countryIsoCode) +
    bothReputations(source, destination)
  );
}

function publicSystem(host: Host | undefined): string | undefined {
  return host?.scope === 'public' ? systemName(host) : undefined;
}

function systemName({ scope, asNumber, asOrganization }: Host): string {
  if (!isCount(asNumber)) return scope === 'public' ? 'public' : 'private';
  return `${asOrganization ?? `AS${asNumber}`} (${asNumber})`;
}

/** What lists of bad addresses say of one: of what kind it is, else on which lists it stands. */
function reputation(host: Host | undefined): readonly string[] {
  if (host?.threat === undefined) return [];
  return host.threat.kinds.length > 0 ? host.threat.kinds : host.threat.lists;
}

/** Most hosts are on no list. */
function bothReputations(source: Host | undefined, destination: Host | undefined): string {
  if (source?.threat === undefined && destination?.threat === undefined) return '';
  return list('rep_tags', [...new Set([...reputation(source), ...reputation(destination)])]);
}

function list(name: string, values: readonly string[]): string {
  return values.length === 0 ? '' : `,"${name}":[${values.map(quote).join(',')}]`;
}

function pair(name: string, one: string | undefined, other: string | undefined): string {
  if (one === undefined || other === undefined || one === other) return member(name, one ?? other);
  return `,"${name}":[${quote(one)},${quote(other)}]`;
}

function member(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${quote(value)}`;
}
