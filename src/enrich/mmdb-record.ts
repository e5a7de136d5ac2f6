// What a record of a GeoIP database says, in the two schemas that are about: MaxMind's nested one (GeoLite2, GeoIP2,
// DB-IP's own files) and the flat one of the ip-location-db packages (DB-IP Lite on npm).
//
//   nested  city.names.en  country.iso_code .names.en  continent.code  subdivisions[0].names.en  location.latitude …
//   flat    city           country_code                                state1                   latitude longitude
//   both    autonomous_system_number, autonomous_system_organization (GeoIP2 Enterprise: under traits)
//
// Records come from files that may be damaged, hence the checks of every type. Empty texts count as absent.

import type { Host } from '../flow/host.ts';
import { continentOf, countryNameOf } from './countries.ts';

export type DatabaseKind = 'city' | 'country' | 'asn';

/**
 * What a database is good for: by the type in its metadata ("GeoLite2-City", "city ipv4", "DBIP-ASN-Lite (…)"), else
 * by one of its records; undefined for databases of other things, such as anonymous proxies.
 */
export function databaseKind(databaseType: string, sample: unknown): DatabaseKind | undefined {
  const words = databaseType.toLowerCase().split(/[^a-z0-9]+/);
  if (words.some((word) => word === 'city' || word === 'enterprise' || word === 'location')) return 'city';
  if (words.includes('asn') || words.includes('isp')) return 'asn';
  if (words.includes('country')) return 'country';
  if (!isRecord(sample)) return undefined;
  if ('autonomous_system_number' in sample) return 'asn';
  if ('city' in sample || 'location' in sample || 'latitude' in sample) return 'city';
  return 'country' in sample || 'country_code' in sample ? 'country' : undefined;
}

/** Fills in what the record knows of place and country; what is known already is left alone. */
export function readPlace(record: unknown, host: Host): void {
  if (!isRecord(record)) return;
  const country = child(record, 'country');
  host.countryIsoCode ??= countryCode(country['iso_code']) ?? countryCode(record['country_code']);
  if (host.countryIsoCode !== undefined) {
    host.countryName ??= englishName(country) ?? countryNameOf(host.countryIsoCode);
    host.continentCode ??= text(child(record, 'continent')['code']) ?? continentOf(host.countryIsoCode);
  } else {
    host.continentCode ??= text(child(record, 'continent')['code']);
  }
  host.cityName ??= text(record['city']) ?? englishName(child(record, 'city'));
  const subdivisions = record['subdivisions'];
  const region: unknown = Array.isArray(subdivisions) ? subdivisions[0] : undefined;
  host.regionName ??= isRecord(region) ? englishName(region) : text(record['state1']);
  if (host.latitude === undefined) readLocation(isRecord(record['location']) ? record['location'] : record, host);
}

/** Fills in the autonomous system; what is known already is left alone. */
export function readSystem(record: unknown, host: Host): void {
  if (!isRecord(record)) return;
  const system = 'autonomous_system_number' in record ? record : child(record, 'traits');
  const number = system['autonomous_system_number'];
  if (host.asNumber !== undefined || typeof number !== 'number' || !(number > 0)) return;
  host.asNumber = number;
  host.asOrganization = text(system['autonomous_system_organization']);
}

/**
 * False for records whose coordinates cannot be: out of range, or so near to 0 that they were never decimal degrees.
 * Files with doubles of a wrong length give such numbers instead of errors (1.8e-52 for 51.5).
 */
export function isPlausible(record: unknown): boolean {
  if (!isRecord(record)) return true;
  const location = isRecord(record['location']) ? record['location'] : record;
  return isAngle(location['latitude'], 90) && isAngle(location['longitude'], 180);
}

function isAngle(value: unknown, limit: number): boolean {
  if (value === undefined || value === 0) return true;
  return typeof value === 'number' && Math.abs(value) <= limit && Math.abs(value) > 1e-9;
}

function readLocation(location: Readonly<Record<string, unknown>>, host: Host): void {
  const { latitude, longitude } = location;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return;
  if (!isAngle(latitude, 90) || !isAngle(longitude, 180)) return;
  host.latitude = roundAngle(latitude);
  host.longitude = roundAngle(longitude);
}

/** Four decimals are 11 m; the flat schema has single precision, which would be written as 17 digits. */
function roundAngle(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}

function countryCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value) && value !== 'ZZ' ? value : undefined;
}

function englishName(place: Readonly<Record<string, unknown>>): string | undefined {
  return text(child(place, 'names')['en']);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const NOTHING: Readonly<Record<string, unknown>> = {};

function child(record: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = record[key];
  return isRecord(value) ? value : NOTHING;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
