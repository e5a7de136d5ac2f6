import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Documenter } from '../../src/document/document.ts';
import { compileCondition } from '../../src/enrich/rule-expression.ts';
import { RULE_FIELDS } from '../../src/enrich/rule-fields.ts';
import { Rules } from '../../src/enrich/rules.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { createLog } from '../../src/lib/log.ts';
import { bareFlow, maximalFlow } from '../document/flows.ts';
import { leaves } from '../document/leaves.ts';

const log = createLog('silent');

async function rulesOf(...list: unknown[]): Promise<Rules> {
  const rules = new Rules({ list, files: [], reloadMs: 60_000 }, log);
  await rules.start();
  return rules;
}

async function applied(flow: Flow, ...list: unknown[]): Promise<Flow> {
  (await rulesOf(...list)).enrich(flow);
  return flow;
}

// The flow of the table: 192.0.2.1:50000 → 203.0.113.5:443, TCP, Germany to Germany (test/document/flows.ts).
for (const [condition, expected] of [
  ['server.port == 443', true],
  ['server.port in [80, 443]', true],
  ['client.port > 50000', false],
  ['source.ip == "192.0.2.1" && destination.ip != source.ip', true],
  ['source.ip.inNetwork("192.0.2.0/24")', true],
  ['destination.ip.inNetwork("192.0.2.0/24")', false],
  ['source.ip.inNetwork("2001:db8::/32")', false],
  ['flow.next_hop.ip.inNetwork("192.0.2.253")', true],
  ['client.as.number == 64500 && client.as.organization.name.startsWith("Example")', true],
  ['server.geo.country_iso_code in ["FR", "DE"]', true],
  ['client.domain.endsWith(".example")', true],
  ['server.domain.contains("client")', false],
  ['"wifi" in flow.client.tags && flow.server.network == "offices"', true],
  ['"SYN" in flow.tcp_flags && !("FIN" in flow.tcp_flags)', true],
  ['network.bytes == 73000 && network.packets == 80', true],
  ['network.bytes / network.packets > 900', true],
  ['network.transport == "tcp" && network.iana_number == "6" && network.type == "ipv4"', true],
  ['network.application == "office365"', true],
  ['observer.ingress.interface.name == "ge-0/0/3" && observer.egress.interface.id == "4"', true],
  ['event.duration == 1500000000', true],
  ['flow.duplicate && flow.direction == "ingress"', true],
  ['flow.sampling.interval == 10 ? user.name == "alice" : false', true],
  ['flow.dns.name.lowerAscii() == "example.com" && size(flow.dns.name) == 11', true],
  ['tags == ["backup", "night"]', true],
] as const) {
  test(`${condition} is ${expected}`, () => {
    assert.equal(compileCondition(condition, 'when')(maximalFlow()), expected);
  });
}

test('what is not known of a flow is empty, 0, false: no condition fails for want of a field', () => {
  const empties: Readonly<Record<string, string>> = {
    int: '== 0',
    string: '== ""',
    bool: '== false',
    'list<string>': '== []',
  };
  // What every flow has.
  const stated = [
    'network.bytes',
    'observer.ip',
    'flow.export.protocol',
    'flow.export.domain_id',
    'flow.sampling.interval',
  ];
  const flow = bareFlow('netflow_v5');
  for (const { name, type } of RULE_FIELDS.filter((field) => !stated.includes(field.name))) {
    assert.equal(compileCondition(`${name} ${empties[type]}`, 'when')(flow), true, name);
  }
  for (const name of stated.slice(1)) assert.equal(compileCondition(`string(${name}) != ""`, 'when')(flow), true, name);
});

test('every field has the value that the document has, for conditions as well', () => {
  const options = { timestamp: 'end', maxSkewMs: 1e6, fillSides: false, dropped: new Set<string>() } as const;
  const document = leaves(JSON.parse(new Documenter(options).flowDocument(maximalFlow())), '', new Map());
  // Of one side only, of ICMP, or no field of documents.
  const missing = /^(client|server)\.mac$|^flow\.icmp|\.internal$/;
  for (const field of RULE_FIELDS.filter(({ name }) => !missing.test(name))) {
    const written: unknown = document.get(field.name);
    assert.ok(written !== undefined, field.name);
    assert.deepEqual(field.get(maximalFlow()), field.type === 'int' ? BigInt(written as number) : written, field.name);
    assert.equal(
      compileCondition(`${field.name} == ${JSON.stringify(written)}`, 'when')(maximalFlow()),
      true,
      field.name,
    );
  }
});

for (const [condition, message] of [
  ['server.prot == 1', /enrich\[3\]: found .*No such key: prot \(column 8; did you mean port\?\)/],
  ['sorce.ip == "x"', /Unknown variable: sorce \(column 1; did you mean source\?\)/],
  ['server.port == "443"', /no such overload: int == string \(column 1\)/],
  ['server.port ==', /Unexpected token: EOF/],
  ['server.port', /true or false, not int/],
  ['source.ip.matches("(a+)+$")', /one of the functions .*, not matches \(column 1\)/],
  ['flow.tcp_flags.exists(flag, flag == "SYN")', /not exists/],
  ['[1, 2].map(x, x) == [1]', /not map/],
  ['source.ip.inNetwork("10.0.0.0/33")', /found "10\.0\.0\.0\/33", expected a network/],
  ['source.ip.inNetwork(destination.ip)', /a network in quotes/],
  ['source.constructor == 1', /No such key: constructor/],
  ['source.__proto__ == 1', /No such key: __proto__/],
  ['constructor == 1', /Unknown variable: constructor/],
  ['process.exit() == 1', /not exit/],
  [`${'('.repeat(200)}true${')'.repeat(200)}`, /condition/],
  [Array.from({ length: 3000 }, () => 'true').join(' && '), /condition/],
] as const) {
  test(`refused: ${condition.slice(0, 60)}`, () => {
    assert.throws(
      () => compileCondition(condition, 'enrich[3]'),
      (error: Error) => {
        assert.equal(error.name, 'ConfigError');
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('a rule drops, and counts what it dropped; rules after it are not asked', async () => {
  const rules = await rulesOf({ name: 'probes', when: 'server.port == 443', drop: true }, { name: 'rest', drop: true });
  const [probe, other] = [maximalFlow(), maximalFlow()];
  other.destinationPort = 22;
  for (const flow of [probe, other, maximalFlow()]) rules.enrich(flow);
  assert.deepEqual(
    [...rules.dropped],
    [
      ['probes', 2],
      ['rest', 1],
    ],
  );
  assert.equal(rules.droppedTotal, 3);
  assert.ok(probe.isDropped && other.isDropped);
});

test('a rule tags, sets and renames; later rules see what it did', async () => {
  const flow = await applied(
    maximalFlow(),
    { when: 'server.port == 443', tags: ['web', 'night'], set: { 'network.application': 'ERP', 'user.name': null } },
    { when: '"web" in tags && network.application == "ERP"', rename: { 'flow.http.host': 'flow.dns.name' } },
    { when: 'user.name != ""', tags: 'never' },
    { rename: { 'user.name': 'flow.wlan.ssid' } },
  );
  assert.deepEqual(flow.tags, ['backup', 'night', 'web']);
  assert.equal(flow.applicationName, 'ERP');
  assert.equal(flow.userName, undefined);
  assert.equal(flow.dnsName, 'www.example.com');
  assert.equal(flow.httpHost, undefined);
  assert.equal(flow.wlanSsid, 'guests', 'an empty text does not move');
});

test('a condition that cannot be judged for a flow does not hold, and is counted', async () => {
  const rules = await rulesOf({ when: '1000 / network.packets > 1', drop: true });
  const flow = bareFlow('netflow_v5');
  rules.enrich(flow);
  assert.equal(flow.isDropped, false);
  assert.equal(rules.failures, 1);
});

for (const [rule, message] of [
  ['drop', /enrich\.rules\.list\[0\]: found "drop", expected a rule/],
  [{ wen: 'true', drop: true }, /found "wen".*did you mean when\?/],
  [{ name: 'x', when: 'nothing == 1', drop: true }, /enrich\.rules\.list\[0\] \(x\)\.when: /],
  [{ when: 'true' }, /one of drop, tags, set, rename/],
  [{ drop: true, tags: ['a'] }, /nothing else to do/],
  [{ tags: [1] }, /a list of texts/],
  [{ set: { 'network.aplication': 'x' } }, /did you mean network\.application\?/],
  [{ set: { 'source.ip': 'x' } }, /a field that rules can change/],
  [{ set: { 'user.name': ['x'] } }, /a text, or null/],
  [{ rename: { 'user.name': 'source.port' } }, /rename\.user\.name: found "source\.port"/],
] as const) {
  test(`refused: ${JSON.stringify(rule)}`, async () => {
    await assert.rejects(rulesOf(rule), message);
  });
}

test('a name stands once', async () => {
  await assert.rejects(rulesOf({ name: 'a', drop: true }, { name: 'a', drop: true }), /every name of a rule once/);
});

test('a file is read again when it changed; one that is worse changes nothing', async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-rules-'));
  const file = join(folder, 'rules.yml');
  writeFileSync(file, '- { name: first, when: server.port == 443, drop: true }\n');
  const rules = new Rules({ list: [{ name: 'own', tags: ['seen'] }], files: [file], reloadMs: 3_600_000 }, log);
  t.after(() => {
    rules.stop();
    rmSync(folder, { recursive: true });
  });
  await rules.start();
  assert.equal(rules.size, 2);
  rules.enrich(maximalFlow());
  const write = (text: string): void => {
    writeFileSync(file, text);
    utimesSync(file, 1e9, 1e9 + text.length);
  };

  write('- { name: second, when: server.prot == 443, drop: true }\n');
  await rules.check();
  assert.equal(rules.files.failures, 1);
  rules.enrich(maximalFlow());
  assert.equal(rules.dropped.get('first'), 2);

  write('- { name: second, when: server.port == 443, drop: true }\n- { name: third, drop: true }\n');
  await rules.check();
  assert.equal(rules.files.reloads, 1);
  assert.equal(rules.size, 3);
  rules.enrich(maximalFlow());
  assert.deepEqual(
    [...rules.dropped],
    [
      ['own', 0],
      ['first', 2],
      ['second', 1],
      ['third', 0],
    ],
  );
});

test('a file that cannot be used at the start is named, with the rule', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-rules-'));
  try {
    const file = join(folder, 'rules.yml');
    writeFileSync(file, '- { drop: true }\n- { name: odd, when: "1 +", drop: true }\n');
    await assert.rejects(
      new Rules({ list: [], files: [file], reloadMs: 1000 }, log).start(),
      /rules\.yml\[1\] \(odd\)\.when: found "1 \+"/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
