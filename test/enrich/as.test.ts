import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { Documenter } from '../../src/document/document.ts';
import { type AsSource, asEnricher, asOfHosts } from '../../src/enrich/as.ts';
import { AsNames } from '../../src/enrich/as-names.ts';
import { Host } from '../../src/flow/host.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { makeFlow } from './flows.ts';

const log = pino({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'weir-as-'));
after(() => rmSync(folder, { recursive: true }));

const nothing = (): void => undefined;

function namesOf(files: readonly string[] = []): AsNames {
  return new AsNames({ files, reloadMs: 3_600_000 }, nothing, log);
}

for (const [number, name] of [
  [64_495, undefined],
  [64_496, 'documentation AS 64496'],
  [64_511, 'documentation AS 64511'],
  [64_512, 'private AS 64512'],
  [65_534, 'private AS 65534'],
  [65_535, 'reserved AS 65535'],
  [65_536, 'documentation AS 65536'],
  [65_551, 'documentation AS 65551'],
  [65_552, 'reserved AS 65552'],
  [131_071, 'reserved AS 131071'],
  [131_072, undefined],
  [23_456, 'AS_TRANS'],
  [4_199_999_999, undefined],
  [4_200_000_000, 'private AS 4200000000'],
  [4_294_967_294, 'private AS 4294967294'],
  [4_294_967_295, 'reserved AS 4294967295'],
  [4_294_967_296, undefined],
] as const) {
  test(`AS ${number} is named ${name}`, () => {
    assert.equal(namesOf().name(number), name);
    assert.equal(namesOf().name(number), name);
  });
}

/** Source: 3320 by the database, 701 by the exporter. Destination: 64512, by the exporter alone. */
function documentOf(order: readonly AsSource[], names = namesOf()) {
  const source = Object.assign(new Host('192.0.2.1'), {
    asNumber: 3320,
    asOrganization: 'Telekom',
    countryIsoCode: 'DE',
  });
  const destination = new Host('10.0.0.1');
  const complete = asOfHosts({ order }, names);
  complete(Object.assign(new Host('192.0.2.9'), { asNumber: 701, asOrganization: 'UUNET' }));
  complete(source);
  complete(destination);
  const flow = makeFlow({
    sourceIp: source.ip,
    destinationIp: destination.ip,
    source,
    destination,
    sourceAs: 701,
    destinationAs: 64_512,
  });
  asEnricher({ order }, names)(flow);
  const document = JSON.parse(
    new Documenter({ timestamp: 'end', maxSkewMs: 1, fillSides: false, dropped: new Set() }).flowDocument(flow),
  );
  assert.equal(document.source.geo.country_iso_code, 'DE');
  return [document.source.as, document.destination.as];
}

const telekom = { number: 3320, organization: { name: 'Telekom' } };
const uunet = { number: 701, organization: { name: 'UUNET' } };
const own = { number: 64_512, organization: { name: 'private AS 64512' } };

for (const [order, source, destination] of [
  [['database', 'exporter'], telekom, own],
  [['exporter', 'database'], uunet, own],
  [['exporter'], uunet, own],
  [['database'], telekom, undefined],
] as const) {
  test(`the AS comes from ${order.join(', then from ')}`, () => {
    assert.deepEqual(documentOf(order), [source, destination]);
  });
}

test('AS_TRANS of an exporter is no number where the database has one: the true one did not fit', () => {
  const names = namesOf();
  const order = ['exporter', 'database'] as const;
  const known = Object.assign(new Host('192.0.2.1'), { asNumber: 4_200_000, asOrganization: 'Wide' });
  const unknown = new Host('198.51.100.1');
  const numbers = [
    [known, unknown],
    [unknown, known],
  ].map(([source, destination]) => {
    const flow = makeFlow({ source, destination, sourceAs: 23_456, destinationAs: 23_456 });
    asEnricher({ order }, names)(flow);
    return [flow.sourceAs, flow.sourceAsName, flow.destinationAs, flow.destinationAsName];
  });
  assert.deepEqual(numbers, [
    [undefined, undefined, 23_456, 'AS_TRANS'],
    [23_456, 'AS_TRANS', undefined, undefined],
  ]);
});

test('a number without a name in the database has the one that was learnt', () => {
  const names = namesOf();
  const complete = asOfHosts({ order: ['database'] }, names);
  complete(Object.assign(new Host('192.0.2.1'), { asNumber: 701, asOrganization: 'UUNET' }));
  const host = Object.assign(new Host('192.0.2.2'), { asNumber: 701 });
  complete(host);
  assert.equal(host.asOrganization, 'UUNET');
  assert.equal(names.name(701), 'UUNET');
});

test("the user's names win over all others", async () => {
  const file = join(folder, 'as.csv');
  writeFileSync(file, 'number,name\n64512,Backbone\nAS3320,"Uplink, blue"\n');
  const names = namesOf([file]);
  await names.start();
  const [source, destination] = documentOf(['database', 'exporter'], names);
  assert.equal(source.organization.name, 'Uplink, blue');
  assert.equal(destination.organization.name, 'Backbone');
  names.stop();
});

for (const [text, message] of [
  ['number,name\n0,x\n', /as-bad\.csv:2: found "0", expected an AS number/],
  ['number,name\n12,\n', /as-bad\.csv:2: found "12", expected a name for the AS/],
] as const) {
  test(`refuses a file with ${JSON.stringify(text)}`, async () => {
    const file = join(folder, 'as-bad.csv');
    writeFileSync(file, text);
    await assert.rejects(
      namesOf([file]).start(),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}
