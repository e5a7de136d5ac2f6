// Against Debian's snmpd on loopback, and against an agent that never ends.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { pino } from 'pino';
import { type SnmpOptions, SnmpPoller, snmpEnricher } from '../../src/enrich/snmp-poller.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { Flow } from '../../src/flow/flow.ts';
import { endProcess, startTool, toolSkip } from '../helpers/tools.ts';
import { waitFor } from '../helpers/wait.ts';

const skip = toolSkip('snmpd');
const COMMUNITY = 'not-public';

let folder: string;
let agent: { child: ChildProcess; output: () => string } | undefined;
let port: number;
let warnings: string[] = [];
let poller: SnmpPoller | undefined;
const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  const { port: free } = socket.address() as AddressInfo;
  await new Promise<void>((closed) => socket.close(closed));
  return free;
}

before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(join(tmpdir(), 'weir-snmp-'));
  port = await freePort();
  const conf = join(folder, 'snmpd.conf');
  writeFileSync(
    conf,
    [
      `agentAddress udp:127.0.0.1:${port}`,
      `[snmp] persistentDir ${folder}`,
      `rocommunity ${COMMUNITY} 127.0.0.1`,
      'createUser weir SHA-256 "authenticated" AES "and-encrypted"',
      'rouser weir priv',
      'sysName edge-1.example.net',
      // Index 1 is the loopback interface of the machine: lo, 10 Mbit/s for snmpd. Index 77 is nobody's.
      'override 1.3.6.1.2.1.31.1.1.1.18.1 octet_str "inside"',
      'override 1.3.6.1.2.1.31.1.1.1.1.7700077 octet_str "xe-0/0/77"',
      'override 1.3.6.1.2.1.31.1.1.1.18.7700077 octet_str "uplink"',
      'override 1.3.6.1.2.1.31.1.1.1.15.7700077 uinteger 100000',
      '',
    ].join('\n'),
  );
  agent = startTool('snmpd', ['-f', '-C', '-c', conf, '-Le', '-p', join(folder, 'pid'), '-I', '-smux']);
});
after(async () => {
  if (agent !== undefined) await endProcess(agent.child);
  if (folder !== undefined) rmSync(folder, { recursive: true });
});
afterEach(() => {
  poller?.stop();
  warnings = [];
});

function options(members: Partial<SnmpOptions>): SnmpOptions {
  return {
    enabled: true,
    include: ['127.0.0.0/8'],
    exclude: ['127.0.0.9/32'],
    version: '2c',
    community: COMMUNITY,
    user: undefined,
    authProtocol: 'sha256',
    authPassword: undefined,
    privacyProtocol: 'aes',
    privacyPassword: undefined,
    port,
    timeoutMs: 1000,
    retries: 5,
    concurrency: 2,
    refreshMs: 3_600_000,
    ...members,
  };
}

/** Has an exporter polled once, as its first flow does. */
async function polled(members: Partial<SnmpOptions>, address = '127.0.0.1'): Promise<Exporter> {
  const mine = new SnmpPoller(options(members), log);
  poller = mine;
  await mine.start();
  const exporter = new Exporter(address);
  exporter.lastSeenMs = Date.now();
  exporter.json = 'made before';
  snmpEnricher(mine)(new Flow(exporter, exporter.facts(0), 'ipfix', 'x', 0));
  // As the timer does every second.
  mine.poll(Date.now());
  await waitFor(
    'a poll',
    () => mine.polls + mine.failures > 0,
    30_000,
    () => `${warnings.join()} ${agent?.output()}`,
  );
  return exporter;
}

const V3: Partial<SnmpOptions> = {
  version: '3',
  community: undefined,
  user: 'weir',
  authPassword: 'authenticated',
  privacyPassword: 'and-encrypted',
};

for (const [what, members] of [
  ['v2c', {}],
  ['v3, authenticated and encrypted', V3],
] as const) {
  test(`an agent says by ${what} what it and its interfaces are called`, { skip }, async () => {
    const exporter = await polled(members);
    assert.deepEqual(warnings, []);
    assert.equal(exporter.name, 'edge-1.example.net');
    assert.equal(exporter.json, undefined, 'texts are made anew');
    assert.deepEqual(exporter.polled?.interfaces.get(1), { name: 'lo', alias: 'inside', speed: 10_000_000 });
    assert.deepEqual(exporter.polled?.interfaces.get(7_700_077), {
      name: 'xe-0/0/77',
      alias: 'uplink',
      speed: 100_000_000_000,
    });
  });
}

for (const [what, members, reason] of [
  ['a wrong community', { community: 'wrong', retries: 0, timeoutMs: 200 }, /timed out/],
  ['a wrong password', { ...V3, authPassword: 'something else' }, /./],
  ['an unknown user', { ...V3, user: 'nobody' }, /./],
] as const) {
  test(`${what} is said once, and no secret with it`, { skip }, async () => {
    const exporter = await polled(members);
    assert.equal(exporter.polled, undefined);
    assert.equal(warnings.length, 1);
    assert.match((JSON.parse(warnings[0]!) as { reason: string }).reason, reason);
    assert.doesNotMatch(warnings[0]!, /something else|wrong|encrypted/);
    poller!.poll(Date.now());
    assert.equal(poller!.failures, 1, 'not asked again at once');
  });
}

test('what was said stays when an agent falls silent', { skip }, async () => {
  const exporter = await polled({});
  const before = exporter.polled;
  const silent = new SnmpPoller(options({ port: await freePort(), retries: 0, timeoutMs: 100 }), log);
  await silent.start();
  silent.add(exporter);
  silent.poll(Date.now());
  await waitFor(
    'a failure',
    () => silent.failures > 0,
    30_000,
    () => '',
  );
  silent.stop();
  assert.ok(before !== undefined && exporter.polled === before);
});

test('exporters outside of the networks are never asked, and few at once', async () => {
  const mine = new SnmpPoller(options({ port: await freePort(), retries: 0, timeoutMs: 100 }), log);
  await mine.start();
  const add = (address: string): void => {
    const exporter = new Exporter(address);
    exporter.lastSeenMs = Date.now();
    mine.add(exporter);
  };
  for (const address of ['192.0.2.1', '127.0.0.9', '127.0.0.2', '127.0.0.3', '127.0.0.4']) add(address);
  assert.equal(mine.size, 3);
  mine.poll(Date.now());
  await waitFor(
    'failures',
    () => mine.failures >= 2,
    30_000,
    () => '',
  );
  assert.ok(mine.failures <= 3);
  mine.stop();
});

test('an agent that goes round in circles is left after the first answer that is not in order', async () => {
  // Answers GETBULK and GET alike: the request with the value of one varbind, always of index 5 (X.690: lengths by hand).
  const server = createSocket('udp4');
  let questions = 0;
  server.on('message', (message, from) => {
    questions++;
    server.send(answer(message), from.port, from.address);
  });
  await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound));
  try {
    const exporter = await polled({ port: (server.address() as AddressInfo).port, retries: 0, timeoutMs: 500 });
    assert.equal(exporter.polled?.interfaces.size, 1, warnings.join());
    assert.ok(questions < 20, `${questions} questions`);
  } finally {
    server.close();
  }
});

/** Echoes a question as a response whose one value belongs to `<oid asked for>.5`, as a text. */
function answer(message: Buffer): Buffer {
  const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 255]), content]);
  };
  const read = (at: number): { start: number; end: number } => {
    const short = message[at + 1]!;
    const size = short < 0x80 ? 0 : short & 0x7f;
    const length = size === 0 ? short : message.readUIntBE(at + 2, size);
    return { start: at + 2 + size, end: at + 2 + size + length };
  };
  const version = read(read(0).start);
  const community = read(version.end);
  const requestId = read(read(community.end).start);
  const list = read(read(read(requestId.end).end).end);
  const oid = read(read(list.start).start);
  const asked = message.subarray(oid.start, oid.end);
  // A question for the next one after .5 gets .5 again; that for sysName.0 itself gets it as it stands.
  const isNext = message[community.end] !== 0xa0;
  const name = !isNext || asked.at(-1) === 5 ? asked : Buffer.concat([asked, Buffer.from([5])]);
  const binding = tlv(0x30, tlv(0x06, name), tlv(0x04, Buffer.from('x')));
  const zero = Buffer.from([0x02, 1, 0]);
  const pdu = tlv(0xa2, tlv(0x02, message.subarray(requestId.start, requestId.end)), zero, zero, tlv(0x30, binding));
  return tlv(
    0x30,
    tlv(0x02, message.subarray(version.start, version.end)),
    tlv(0x04, message.subarray(community.start, community.end)),
    pdu,
  );
}

for (const [members, message] of [
  [{ community: undefined }, /snmp\.community/],
  [{ version: '3', user: undefined }, /snmp\.user/],
  [{ ...V3, authPassword: 'short' }, /snmp\.authPassword.*8 characters/],
  [{ ...V3, authPassword: undefined }, /privacy needs authentication/],
  [{ include: ['everybody'] }, /enrich\.snmp\.include\[0\]/],
] as const) {
  test(`refuses credentials and networks: ${message.source}`, () => {
    assert.throws(() => new SnmpPoller(options(members as Partial<SnmpOptions>), log), {
      name: 'ConfigError',
      message,
    });
  });
}
