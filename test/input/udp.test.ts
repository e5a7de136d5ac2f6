import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { pino } from 'pino';
import type { Datagram } from '../../src/flow/datagram.ts';
import { Admission } from '../../src/input/admission.ts';
import { sumDrops } from '../../src/input/kernel-drops.ts';
import { parseListen } from '../../src/input/listen-address.ts';
import { UdpInput } from '../../src/input/udp.ts';
import { ConfigError } from '../../src/lib/errors.ts';

interface Received {
  readonly input: UdpInput;
  readonly datagrams: Datagram[];
  readonly lines: string[];
  /** Resolves once that many datagrams have come. */
  count(wanted: number): Promise<void>;
}

function receiver(listen: readonly string[], receiveBufferBytes = 65536): Received {
  const datagrams: Datagram[] = [];
  const lines: string[] = [];
  let wake = (): void => {};
  const log = pino({ base: null }, { write: (line: string) => lines.push(line) });
  const input = new UdpInput(
    { listen: listen.map((text) => parseListen(text, 'listen')), receiveBufferBytes },
    {
      admission: new Admission({ allow: [], maxRate: 0 }, 'input.allow', log),
      log,
      receive: (datagram) => {
        datagrams.push(datagram);
        wake();
      },
    },
  );
  const count = async (wanted: number): Promise<void> => {
    while (datagrams.length < wanted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { input, datagrams, lines, count };
}

/** Sends each payload to a loopback port; returns the sender's port. */
async function send(port: number, payloads: readonly string[], address = '127.0.0.1'): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  for (const payload of payloads) {
    await new Promise<void>((resolve, reject) => {
      socket.send(payload, port, address, (error) => (error === null ? resolve() : reject(error)));
    });
  }
  const from = socket.address().port;
  socket.close();
  return from;
}

test('hands on every datagram with sender, time and an ascending id', { timeout: 10_000 }, async () => {
  const { input, datagrams, count } = receiver(['127.0.0.1:0', '127.0.0.1:0']);
  await input.start();
  try {
    const before = Date.now();
    const [first, second] = input.addresses();
    const port = await send(first!.port, ['one', 'two']);
    await count(2);
    await send(second!.port, ['three']);
    await count(3);
    assert.deepEqual(
      datagrams.map((datagram) => Buffer.from(datagram.bytes).toString()),
      ['one', 'two', 'three'],
    );
    assert.equal(datagrams[0]!.exporterAddress, '127.0.0.1');
    assert.equal(datagrams[0]!.exporterPort, port);
    assert.ok(datagrams[0]!.receivedMs >= before && datagrams[0]!.receivedMs <= Date.now());
    const ids = datagrams.map((datagram) => datagram.id);
    assert.deepEqual([...new Set(ids)].sort(), ids);
    assert.deepEqual([input.counters.datagrams, input.counters.bytes], [3, 11]);
  } finally {
    await input.stop();
  }
  await input.stop();
});

test('a port alone takes IPv4 and, where there is one, IPv6; IPv4 senders are written as IPv4', {
  timeout: 10_000,
}, async () => {
  const { input, datagrams, count } = receiver(['0']);
  await input.start();
  try {
    const { port, address } = input.addresses()[0]!;
    await send(port, ['four']);
    await count(1);
    assert.equal(datagrams[0]!.exporterAddress, '127.0.0.1');
    if (address !== '::') return;
    await send(port, ['six'], '::1').then(
      () => count(2),
      () => datagrams.push({ ...datagrams[0]!, exporterAddress: '::1' }), // no IPv6 loopback here
    );
    assert.equal(datagrams[1]!.exporterAddress, '::1');
  } finally {
    await input.stop();
  }
});

test('a taken port is a ConfigError that says how to find who has it, and no socket stays open', async () => {
  const first = receiver(['127.0.0.1:0']);
  await first.input.start();
  const { port } = first.input.addresses()[0]!;
  const second = receiver(['127.0.0.1:0', `127.0.0.1:${port}`]);
  await assert.rejects(second.input.start(), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(
      error.message,
      new RegExp(`input.listen\\[1\\]: found "127.0.0.1:${port}", expected .*EADDRINUSE.*ss -lunp`),
    );
    return true;
  });
  assert.deepEqual(second.input.addresses(), []);
  await first.input.stop();
});

test('an address of another host is a ConfigError', async () => {
  await assert.rejects(receiver(['192.0.2.1:0']).input.start(), /EADDRNOTAVAIL/);
});

test('a receive buffer that the kernel clips gives one warning with the sysctl', {
  skip: process.platform !== 'linux',
}, async () => {
  const asked = 1024 * 1024 * 1024;
  const { input, lines } = receiver(['127.0.0.1:0', '127.0.0.1:0'], asked);
  await input.start();
  await input.stop();
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /sysctl -w net\.core\.rmem_max=1073741824/);
  const small = receiver(['127.0.0.1:0'], 65536);
  await small.input.start();
  await small.input.stop();
  assert.deepEqual(small.lines, []);
});

test('counts what the kernel dropped while nobody read', {
  skip: process.platform !== 'linux',
  timeout: 20_000,
}, async () => {
  const { input, datagrams } = receiver(['127.0.0.1:0'], 4096);
  await input.start();
  try {
    assert.equal(input.readKernelDrops(), 0);
    const { port } = input.addresses()[0]!;
    const socket = createSocket('udp4');
    let sent = 0;
    // Handed to the kernel within one turn of the event loop, so that the receiver cannot read meanwhile.
    while (sent < 300) {
      socket.send(new Uint8Array(1400), port, '127.0.0.1');
      sent++;
    }
    const deadline = Date.now() + 10_000;
    while (datagrams.length + (input.readKernelDrops() ?? 0) < sent && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal(datagrams.length + (input.readKernelDrops() ?? 0), sent);
    socket.close();
  } finally {
    await input.stop();
  }
});

test('sums the drops of our sockets only', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
    '  77: 00000000:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 12',
    '  78: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0000000000000000 30',
    ' 123: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4713 2 0000000000000000 500',
    '',
  ].join('\n');
  assert.equal(sumDrops(table, new Set([2055]), new Set(['4711'])), 12);
  assert.equal(sumDrops(table, new Set([2055]), undefined), 42);
  assert.equal(sumDrops(table, new Set([6343]), undefined), 0);
});
