import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exporter } from '../../src/flow/exporter.ts';

test('a domain that says nothing about a number is answered by the others', () => {
  const exporter = new Exporter('192.0.2.1');
  exporter.facts(0).interfaceNames.set(3, 'eth3');
  assert.equal(exporter.facts(5).interfaceNames.find(3), 'eth3');
  exporter.facts(0).interfaceNames.set(4, 'eth4');
  assert.equal(exporter.facts(5).interfaceNames.find(4), 'eth4');
  assert.equal(exporter.facts(5).interfaceNames.find(6), undefined);
});

test('a domain believes itself first', () => {
  const exporter = new Exporter('192.0.2.1');
  exporter.facts(1).samplingBySampler.set(5, 100);
  exporter.facts(2).samplingBySampler.set(5, 200);
  assert.deepEqual([1, 2].map((id) => exporter.facts(id).samplingBySampler.find(5)), [100, 200]); // biome-ignore format: a row
});

test('what domains contradict one another in holds for no other domain, until they agree', () => {
  const exporter = new Exporter('192.0.2.1');
  const other = exporter.facts(9).samplingBySampler;
  exporter.facts(1).samplingBySampler.set(5, 100);
  assert.equal(other.find(5), 100);
  exporter.facts(2).samplingBySampler.set(5, 200);
  assert.equal(other.find(5), undefined);
  exporter.facts(1).samplingBySampler.set(5, 200);
  assert.equal(other.find(5), 200);
});

test('the order in which domains speak does not matter', () => {
  const told: readonly (readonly [domain: number, key: number, value: number])[] = [[1, 5, 100], [2, 5, 200], [2, 6, 60], [3, 6, 60]]; // biome-ignore format: a row
  for (const order of [told, [...told].reverse()]) {
    const exporter = new Exporter('192.0.2.1');
    for (const [domain, key, value] of order) exporter.facts(domain).samplingBySampler.set(key, value);
    const other = exporter.facts(9).samplingBySampler;
    assert.deepEqual([other.find(5), other.find(6)], [undefined, 60]);
  }
});

test('0 is told, and says nothing: others may know', () => {
  const exporter = new Exporter('192.0.2.1');
  exporter.facts(1).samplingBySampler.set(5, 0);
  exporter.facts(2).samplingBySampler.set(5, 100);
  assert.deepEqual([1, 2, 3].map((id) => exporter.facts(id).samplingBySampler.find(5)), [100, 100, 100]); // biome-ignore format: a row
});

test('exporters do not answer for one another', () => {
  new Exporter('192.0.2.1').facts(1).samplingBySampler.set(5, 100);
  assert.equal(new Exporter('192.0.2.2').facts(2).samplingBySampler.find(5), undefined);
});
