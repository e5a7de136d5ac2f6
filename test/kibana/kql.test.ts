// The tests' own translation of KQL, against Elasticsearch queries written by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kqlFields, kqlQuery } from './kql.ts';

const any = (...should: readonly unknown[]) => ({ bool: { should, minimum_should_match: 1 } });
const all = (...filter: readonly unknown[]) => ({ bool: { filter } });
const none = (...must_not: readonly unknown[]) => ({ bool: { must_not } });

const CASES: readonly (readonly [kql: string, query: unknown])[] = [
  ['', { match_all: {} }],
  ['network.transport: tcp', { term: { 'network.transport': 'tcp' } }],
  ['flow.event: "flow denied"', { term: { 'flow.event': 'flow denied' } }],
  ['client.ip:"2001:db8::1"', { term: { 'client.ip': '2001:db8::1' } }],
  ['client.ip: 10.0.0.0/8', { term: { 'client.ip': '10.0.0.0/8' } }],
  ['flow.wlan.ssid: *', { exists: { field: 'flow.wlan.ssid' } }],
  ['observer.ingress.interface.name: ge-*', { wildcard: { 'observer.ingress.interface.name': 'ge-*' } }],
  ['network.bytes >= 1000', { range: { 'network.bytes': { gte: '1000' } } }],
  ['server.port: (53 or 853)', any({ term: { 'server.port': '53' } }, { term: { 'server.port': '853' } })],
  ['not a: 1', none({ term: { a: '1' } })],
  ['a: 1 or b: 2 and not c: 3', any({ term: { a: '1' } }, all({ term: { b: '2' } }, none({ term: { c: '3' } })))],
  ['(a: 1 or b: 2) and c: 3', all(any({ term: { a: '1' } }, { term: { b: '2' } }), { term: { c: '3' } })],
];

for (const [kql, query] of CASES) {
  test(`translates ${kql === '' ? 'the empty query' : kql}`, () => assert.deepEqual(kqlQuery(kql), query));
}

for (const kql of ['tcp', 'a: 1 b: 2', 'flow.event: flow denied', '(a: 1', 'a:', 'client.ip: 2001:db8::1']) {
  test(`refuses ${kql}`, () => assert.throws(() => kqlQuery(kql), /KQL/));
}

test('names the fields of a query, values not among them', () => {
  assert.deepEqual(kqlFields('a.b: (x or "y") and not c > 3 and d: *'), ['a.b', 'c', 'd']);
});
