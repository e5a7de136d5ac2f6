import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchError, BatchReader, OpenBatch, readBatchHeader } from '../../src/cluster/batch-format.ts';
import { BufferPool } from '../../src/cluster/buffer-pool.ts';
import type { Datagram } from '../../src/flow/datagram.ts';

// Version 1, receiver "r7", batch 258; a datagram of 192.0.2.1 port 513 received at epoch ms 1.5, id "id", payload
// 0a 0b; the end of the session of ::1 port 2 at epoch ms 2. Doubles by IEEE 754: 1.5 is 3ff8…, 2 is 4000….
const HEADER = '01 02 7237 000000000102';
const DATAGRAM = '00 3ff8000000000000 0201 09 3139322e302e322e31 02 6964 0002 0a0b';
const SESSION_END = '01 4000000000000000 0002 03 3a3a31 00 0000';

function hex(...parts: string[]): Buffer {
  return Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');
}

const datagram = (bytes: Uint8Array): Datagram => {
  return { bytes, exporterAddress: '192.0.2.1', exporterPort: 513, receivedMs: 1.5, id: 'id' };
};

function read(body: Buffer): { found: unknown[]; reader: BatchReader } {
  const found: unknown[] = [];
  const reader = new BatchReader(body, {
    datagram: ({ bytes, ...rest }) => found.push({ ...rest, bytes: Buffer.from(bytes).toString('hex') }),
    sessionEnd: (address, port) => found.push([address, port]),
  });
  while (reader.next());
  return { found, reader };
}

test('writes what the drawing says', () => {
  const batch = new OpenBatch('r7', new BufferPool(1000));
  for (let number = 1; number < 258; number++) assert.equal(batch.close().number, number);
  assert.ok(batch.isEmpty);
  assert.ok(batch.append(datagram(hex('0a0b'))));
  assert.ok(batch.appendSessionEnd('::1', 2, 2));
  const { body, number, datagrams } = batch.close();
  assert.equal(body.toString('hex'), hex(HEADER, DATAGRAM, SESSION_END).toString('hex'));
  assert.deepEqual([number, datagrams, batch.isEmpty], [258, 1, true]);
});

test('reads what the drawing says', () => {
  const body = hex(HEADER, DATAGRAM, SESSION_END);
  assert.deepEqual(readBatchHeader(body), { receiver: 'r7', number: 258, length: 10 });
  const { found, reader } = read(body);
  assert.deepEqual(found, [
    { exporterAddress: '192.0.2.1', exporterPort: 513, receivedMs: 1.5, id: 'id', bytes: '0a0b' },
    ['::1', 2],
  ]);
  assert.deepEqual([reader.datagrams, reader.receivedMs], [1, 2]);
});

test('refuses what does not fit, and has room for the largest datagram', () => {
  const batch = new OpenBatch('r7', new BufferPool(66_000));
  assert.ok(batch.append(datagram(new Uint8Array(65_507))));
  assert.equal(batch.append(datagram(new Uint8Array(500))), false);
  assert.equal(batch.close().datagrams, 1);
  assert.ok(batch.append(datagram(new Uint8Array(500))));
});

test('a batch cut off anywhere is an error, not a loop or a wrong datagram', () => {
  const body = hex(HEADER, DATAGRAM);
  for (let length = 0; length < body.length; length++) {
    if (length === 10) continue; // a whole batch without records
    assert.throws(() => read(body.subarray(0, length)), BatchError, `${length} bytes`);
  }
});

test('a newer version is told from damage', () => {
  const versions = [0, 2].map((version) => {
    const body = hex(HEADER);
    body[0] = version;
    try {
      readBatchHeader(body);
    } catch (error) {
      return (error as BatchError).isNewer;
    }
    return undefined;
  });
  assert.deepEqual(versions, [false, true]);
});
