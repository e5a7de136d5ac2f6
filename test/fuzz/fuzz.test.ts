import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, datagram } from '../decode/support.ts';
import { craftedDatagrams } from './crafted.ts';
import { fuzz, heapGrowth, MAX_HEAP_GROWTH } from './supervise.ts';

const DATAGRAMS = 300_000;
const SEED = 20261121;

test('300,000 mutated datagrams: no crash, no hang, work bounded by octets, memory flat', async (t) => {
  const figures = await fuzz(DATAGRAMS, SEED, () => {});
  t.diagnostic(`${figures.flows} flows, ${figures.templates} templates, ${figures.malformed} malformed`);
  t.diagnostic(`steps per octet ${figures.stepsPerOctet.toFixed(2)}, worst ${figures.worstStepsPerOctet.toFixed(1)}`);
  t.diagnostic(`heap ${figures.heapBytes.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(' ')} MiB`);
  assert.equal(figures.datagrams, DATAGRAMS);
  // Mutation that only breaks headers would prove nothing.
  assert.ok(figures.decoded > DATAGRAMS / 4 && figures.flows > DATAGRAMS / 4 && figures.templates > 1000);
  assert.ok(figures.counterSamples > 1000);
  assert.ok(heapGrowth(figures) < MAX_HEAP_GROWTH, `the heap grew by ${(heapGrowth(figures) * 100).toFixed(0)} %`);
});

test('survives every crafted datagram cut off at each of its first 300 octets', () => {
  const { decoder } = bench();
  for (const bytes of craftedDatagrams()) {
    for (let length = 0; length < Math.min(bytes.length, 300); length++) {
      decoder.decode(datagram(bytes.subarray(0, length)));
    }
  }
  const { datagrams, decoded, malformed, refused } = decoder.counters;
  assert.equal(decoded + malformed + refused, datagrams);
});
