// IPFIX over TCP and TLS: real sockets on loopback, down to decoded flows.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import type { Datagram } from '../../src/flow/datagram.ts';
import { Admission } from '../../src/input/admission.ts';
import { parseListen } from '../../src/input/listen-address.ts';
import { TcpInput, type TcpListener, type TcpOptions } from '../../src/input/tcp.ts';
import { readTlsFiles, type TlsFiles } from '../../src/input/tcp-tls.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { bench, hex, ipfix, set, template } from '../decode/support.ts';
import { runSoftflowd } from '../helpers/exporters.ts';
import { toolSkip } from '../helpers/tools.ts';
import { flowKey, makeTraffic } from '../helpers/traffic.ts';
import { TestAuthority } from './tcp-certificates.ts';

const TEMPLATES = Buffer.from(ipfix([set(2, template(256, [8, 4], [12, 4], [1, 4]))]));
const RECORD = hex('c000020a c6336414 00000d80');
const DATA = Buffer.from(ipfix([set(256, RECORD)]));

const inputs: TcpInput[] = [];
const folder = mkdtempSync(joinPath(tmpdir(), 'weir-tcp-'));
after(async () => {
  await Promise.all(inputs.map((input) => input.stop()));
  rmSync(folder, { recursive: true });
});

async function receiver(options: Partial<TcpOptions> & { allow?: string[] } = {}, listener: Partial<TcpListener> = {}) {
  const { decoder, flows } = bench({ maxPorts: 1000 });
  const datagrams: Datagram[] = [];
  const lines: string[] = [];
  const address = parseListen('127.0.0.1:0', 'listen');
  const log = pino({ base: null, level: 'warn' }, { write: (line: string) => lines.push(line) });
  const input = new TcpInput(
    {
      listen: [{ address, path: 'input.tcp[0]', tls: undefined, ...listener }],
      maxConnections: 100,
      idleTimeoutMs: 60_000,
      ...options,
    },
    {
      receive: (datagram) => {
        datagrams.push({ ...datagram, bytes: datagram.bytes.slice() });
        decoder.decode(datagram);
      },
      forgetSession: (exporter, port) => decoder.forgetSession(exporter, port),
      admission: new Admission({ allow: options.allow ?? [], maxRate: 0 }, 'input.allow', log),
      log,
    },
  );
  inputs.push(input);
  await input.start();
  const { port } = input.addresses()[0]!;
  return { input, decoder, flows, datagrams, lines, port };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += 5) {
    assert.ok(waitedMs < 10_000, 'waited in vain');
    await sleep(5);
  }
}

async function client(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** once() would reject for a reset. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

test('decodes messages that come merged and in pieces, with sender, time and ascending ids', async () => {
  const { input, flows, datagrams, port } = await receiver();
  const socket = await client(port);
  const before = Date.now();
  const stream = Buffer.concat([TEMPLATES, DATA, DATA, DATA]);
  socket.write(stream.subarray(0, TEMPLATES.length + 9));
  await until(() => input.counters.messages === 1);
  for (const byte of stream.subarray(TEMPLATES.length + 9, TEMPLATES.length + 20)) socket.write(Buffer.from([byte]));
  socket.write(stream.subarray(TEMPLATES.length + 20));
  await until(() => flows.length === 3);
  assert.deepEqual(
    flows.map((flow) => [flow.sourceIp, flow.destinationIp, flow.bytes]),
    [1, 2, 3].map(() => ['192.0.2.10', '198.51.100.20', 3456]),
  );
  const { exporterAddress, exporterPort, receivedMs } = datagrams[0]!;
  assert.deepEqual([exporterAddress, exporterPort], ['127.0.0.1', socket.localPort]);
  assert.ok(receivedMs >= before && receivedMs <= Date.now());
  const ids = datagrams.map((datagram) => datagram.id);
  assert.deepEqual([...new Set(ids)].sort(), ids);
  assert.deepEqual([input.counters.messages, input.counters.bytes], [4, stream.length]);
  socket.destroy();
});

test('keeps the templates of connections apart and forgets them when their connection ends', async () => {
  const { input, decoder, flows, port } = await receiver();
  const first = await client(port);
  const second = await client(port);
  first.write(TEMPLATES);
  await until(() => input.counters.messages === 1);
  second.write(DATA);
  await until(() => input.counters.messages === 2);
  assert.equal(flows.length, 0);
  assert.equal(decoder.counters.setsWithoutTemplate, 1);
  assert.equal(decoder.save().sessions.length, 1);
  first.end();
  await until(() => input.openConnections === 1);
  assert.deepEqual(decoder.save().sessions, []);
  second.destroy();
});

for (const [title, bytes, counter] of [
  ['NetFlow v9, which tells no length', '0009 0001 0000 0000', 'closedVersion'],
  ['a web request', '474554202f20485454502f312e310d0a0d0a', 'closedVersion'],
  ['a length of 0', '000a 0000', 'closedLength'],
  ['a length below the header', '000a 000f', 'closedLength'],
] as const) {
  test(`closes a connection that brings ${title}, counts it and keeps the others`, async () => {
    const { input, flows, lines, port } = await receiver();
    const good = await client(port);
    good.write(TEMPLATES);
    await until(() => input.counters.messages === 1);
    const bad = await client(port);
    bad.write(Buffer.from(bytes.replace(/ /g, ''), 'hex'));
    await closed(bad);
    assert.equal(input.counters[counter], 1);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /no IPFIX message/);
    good.write(DATA);
    await until(() => flows.length === 1);
    good.destroy();
  });
}

test('a message that is malformed inside is counted by the decoder and leaves the connection open', async () => {
  const { input, decoder, flows, port } = await receiver();
  const socket = await client(port);
  const lying = Buffer.from(ipfix([hex('0100 0000 00000000')]));
  socket.write(Buffer.concat([lying, TEMPLATES, DATA]));
  await until(() => flows.length === 1);
  assert.equal(decoder.counters.malformedLength, 1);
  assert.equal(input.openConnections, 1);
  socket.destroy();
});

test('counts a message that the end of its connection cuts off', async () => {
  const { input, port } = await receiver();
  const socket = await client(port);
  socket.end(DATA.subarray(0, 10));
  await closed(socket);
  await until(() => input.openConnections === 0);
  assert.deepEqual([input.counters.messages, input.counters.messagesCut], [0, 1]);
});

test('closes silent connections', async () => {
  const { input, port } = await receiver({ idleTimeoutMs: 50 });
  await closed(await client(port));
  assert.equal(input.counters.closedIdle, 1);
});

test('takes no more connections than allowed, and more when one has ended', async () => {
  const { input, port } = await receiver({ maxConnections: 2 });
  const held = [await client(port), await client(port)];
  await until(() => input.openConnections === 2);
  const third = connect(port, '127.0.0.1');
  third.on('error', () => {}); // reset, if it comes so
  await closed(third);
  assert.deepEqual([input.counters.connections, input.counters.connectionsRefused], [2, 1]);
  held[0]!.destroy();
  await until(() => input.openConnections === 1);
  const fourth = await client(port);
  await until(() => input.openConnections === 2);
  for (const socket of [held[1]!, fourth]) socket.destroy();
});

test('takes 100 exporters at once without mixing them up', async () => {
  const { flows, datagrams, port } = await receiver();
  const sockets = await Promise.all(Array.from({ length: 100 }, () => client(port)));
  // The first half of every message before the second half of any.
  const stream = Buffer.concat([TEMPLATES, DATA, DATA]);
  for (const socket of sockets) socket.write(stream.subarray(0, 30));
  for (const socket of sockets) socket.write(stream.subarray(30));
  await until(() => flows.length === 200);
  assert.equal(new Set(datagrams.map((datagram) => datagram.exporterPort)).size, 100);
  for (const socket of sockets) socket.destroy();
});

test('a taken port is a ConfigError, and stop() ends connections', async () => {
  const { input, port } = await receiver();
  const address = { host: '127.0.0.1', port };
  await assert.rejects(receiver({}, { address }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /input\.tcp\[0\]: found "127\.0\.0\.1:\d+", expected .*EADDRINUSE.*ss -ltnp/);
    return true;
  });
  const socket = await client(port);
  await until(() => input.openConnections === 1);
  const end = closed(socket);
  await input.stop();
  await end;
  assert.equal(input.openConnections, 0);
  await input.stop();
});

test('a real exporter over TCP: softflowd, every flow as the packets say', {
  skip: toolSkip('softflowd'),
}, async () => {
  const { flows, decoder, port } = await receiver();
  const traffic = makeTraffic({ conversations: 300, packetsPerDirection: 5, startMs: Date.now() - 60_000, ipv6: true });
  const path = joinPath(folder, 'traffic.pcap');
  writeFileSync(path, traffic.pcap);
  await runSoftflowd(path, 10, [port], 'tcp');
  await until(() => flows.length >= traffic.sums.size);
  const found = flows.map((flow) => {
    const { sourceIp = '', destinationIp = '', protocolNumber = 0 } = flow;
    const hasPorts = protocolNumber === 6 || protocolNumber === 17;
    const ports = hasPorts ? [flow.sourcePort, flow.destinationPort] : [];
    return [flowKey(protocolNumber, sourceIp, ports[0], destinationIp, ports[1]), flow.bytes, flow.packetCount];
  });
  const expected = [...traffic.sums].map(([key, { ipBytes, packets }]) => [key, ipBytes, packets]);
  assert.deepEqual(found.map(String).sort(), expected.map(String).sort());
  assert.equal(decoder.counters.malformed, 0);
});

// --- TLS

const authority = new TestAuthority('test authority');
const stranger = new TestAuthority('another authority');
const server = authority.issue('weir');
const exporter = authority.issue('exporter');

let fileCount = 0;
function file(text: string): string {
  const path = joinPath(folder, `${fileCount++}.pem`);
  writeFileSync(path, text);
  return path;
}

const SERVER: TlsFiles = {
  certificate: file(server.certificate),
  key: file(server.key),
  ca: undefined,
  requireClientCertificate: false,
};
const CA = file(authority.certificate);

async function tlsClient(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', ca: authority.certificate, ...options });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

const WITH_CERTIFICATE = { cert: exporter.certificate, key: exporter.key };
const selfMade = stranger.issue('stranger');
const WITH_WRONG_CERTIFICATE = { cert: selfMade.certificate, key: selfMade.key };

for (const [title, files, options] of [
  ['without client certificates', SERVER, {}],
  ['of an exporter without certificate where it is optional', { ...SERVER, ca: CA }, {}],
  ['of an exporter with certificate where it is optional', { ...SERVER, ca: CA }, WITH_CERTIFICATE],
  ['with the certificate required', { ...SERVER, ca: CA, requireClientCertificate: true }, WITH_CERTIFICATE],
  ['by TLS 1.2', SERVER, { maxVersion: 'TLSv1.2' }],
] as const) {
  test(`decodes messages over TLS ${title}`, async () => {
    const { flows, datagrams, port } = await receiver({}, { tls: readTlsFiles(files, 'input.tls') });
    const socket = await tlsClient(port, options);
    socket.write(Buffer.concat([TEMPLATES, DATA]));
    await until(() => flows.length === 1);
    assert.equal(datagrams[0]!.exporterPort, socket.localPort);
    socket.destroy();
  });
}

for (const [title, files, options] of [
  ['no certificate where one is required', { ...SERVER, ca: CA, requireClientCertificate: true }, {}],
  ['a foreign certificate', { ...SERVER, ca: CA, requireClientCertificate: true }, WITH_WRONG_CERTIFICATE],
  ['a foreign certificate where it is optional', { ...SERVER, ca: CA }, WITH_WRONG_CERTIFICATE],
] as const) {
  test(`refuses an exporter with ${title}`, async () => {
    const { input, datagrams, lines, port } = await receiver({}, { tls: readTlsFiles(files, 'input.tls') });
    // With TLS 1.3 the client is through before the server has judged its certificate.
    const socket = connectTls({ port, host: '127.0.0.1', ca: authority.certificate, ...options });
    socket.on('error', () => {});
    socket.on('secureConnect', () => socket.write(TEMPLATES));
    await closed(socket);
    await until(() => input.counters.handshakesFailed === 1);
    assert.equal(datagrams.length, 0);
    assert.equal(lines.length, 1);
  });
}

test('survives clients that speak no TLS', async () => {
  const { input, flows, port } = await receiver({}, { tls: readTlsFiles(SERVER, 'input.tls') });
  const plain = await client(port);
  plain.write(TEMPLATES);
  await closed(plain);
  assert.equal(input.counters.handshakesFailed, 1);
  const gone = await client(port);
  gone.destroy();
  const socket = await tlsClient(port);
  socket.write(Buffer.concat([TEMPLATES, DATA]));
  await until(() => flows.length === 1);
  socket.destroy();
});

for (const [title, files, message] of [
  [
    'no certificate',
    { ...SERVER, certificate: undefined },
    /input\.tls\.certificate: found nothing, expected a PEM file/,
  ],
  ['no key', { ...SERVER, key: undefined }, /input\.tls\.key: found nothing/],
  ['a file that is not there', { ...SERVER, key: '/nowhere.pem' }, /input\.tls\.key: found "\/nowhere\.pem".*ENOENT/],
  ['a certificate that is none', { ...SERVER, certificate: file('x') }, /input\.tls\.certificate: .*a PEM certificate/],
  [
    'the key of another certificate',
    { ...SERVER, key: file(exporter.key) },
    /input\.tls\.key: .*key of the certificate/,
  ],
  [
    'required certificates without authority',
    { ...SERVER, requireClientCertificate: true },
    /input\.tls\.ca: found noth/,
  ],
] as const) {
  test(`refuses a TLS configuration with ${title}`, () => {
    assert.throws(
      () => readTlsFiles(files, 'input.tls'),
      (error) => (error instanceof ConfigError && message.test(error.message)) || assert.fail(String(error)),
    );
  });
}

test('a connection of an exporter that may not send is closed, and counted', { timeout: 10_000 }, async () => {
  const { input, port, datagrams } = await receiver({ allow: ['192.0.2.0/24'] });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // reset or closed: both will do
  socket.resume();
  socket.write(TEMPLATES);
  await once(socket, 'close');
  const { connections, connectionsNotAllowed } = input.counters;
  assert.deepEqual([connections, connectionsNotAllowed, datagrams.length], [0, 1, 0]);
});
