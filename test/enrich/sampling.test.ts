import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SamplingOptions, samplingEnricher } from '../../src/enrich/sampling.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { type FlowValues, makeFlow } from './flows.ts';

/** An exporter that said something different in each kind of option data. */
function talkativeExporter(): Exporter {
  const exporter = new Exporter('192.0.2.1');
  const facts = exporter.facts(0);
  facts.samplingBySampler.set(7, 70).set(8, 80);
  facts.samplingByName.set('slow', 90);
  facts.samplingBySequence.set(1, 110);
  facts.selectionSequences.set(2, [7, 8]).set(3, [7, 99]);
  facts.samplingByInterface.set(3, 30).set(4, 40);
  facts.samplingByTemplate.set(256, 25);
  facts.samplingByInterface.set(0, 20);
  return exporter;
}
const silentExporter = (): Exporter => new Exporter('192.0.2.1');

const NOTHING: SamplingOptions = { override: {}, default: {} };
const ALL: FlowValues = {
  samplingInterval: 100,
  samplerRandomInterval: 200,
  samplingPacketInterval: 1,
  samplingPacketSpace: 299,
  samplingSize: 2,
  samplingPopulation: 800,
  samplingProbability: 0.002,
  samplerId: 7,
  selectorId: 8,
  inputInterface: 3,
  outputInterface: 4,
  headerSamplingInterval: 10,
};
const without = (...fields: (keyof typeof ALL)[]): FlowValues => {
  const rest = { ...ALL };
  for (const field of fields) delete rest[field];
  return rest;
};
const NO_RECORD = [
  'samplingInterval',
  'samplerRandomInterval',
  'samplingPacketInterval',
  'samplingSize',
  'samplingProbability',
] as const;

const CASES: readonly [string, Exporter, FlowValues, SamplingOptions, number, string | undefined][] = [
  [
    'an override beats the record',
    talkativeExporter(),
    ALL,
    { override: { '192.0.2.0/24': 5 }, default: {} },
    5,
    'override',
  ],
  [
    'an override of 1 switches scaling off',
    talkativeExporter(),
    ALL,
    { override: { '192.0.2.1': 1 }, default: {} },
    1,
    undefined,
  ],
  [
    'an override for others does nothing',
    talkativeExporter(),
    ALL,
    { override: { '192.0.3.0/24': 5 }, default: {} },
    100,
    'record',
  ],
  [
    'the longest network wins',
    silentExporter(),
    {},
    { override: { '192.0.0.0/16': 5, '192.0.2.0/24': 6 }, default: {} },
    6,
    'override',
  ],
  ['IE 34 of the record comes first', talkativeExporter(), ALL, NOTHING, 100, 'record'],
  ['then IE 50', talkativeExporter(), without('samplingInterval'), NOTHING, 200, 'record'],
  [
    'then (305 + 306) / 305',
    talkativeExporter(),
    without('samplingInterval', 'samplerRandomInterval'),
    NOTHING,
    300,
    'record',
  ],
  [
    'then 310 / 309',
    talkativeExporter(),
    without('samplingInterval', 'samplerRandomInterval', 'samplingPacketSpace'),
    NOTHING,
    400,
    'record',
  ],
  [
    'then 1 / 311',
    talkativeExporter(),
    without('samplingInterval', 'samplerRandomInterval', 'samplingPacketSpace', 'samplingSize'),
    NOTHING,
    500,
    'record',
  ],
  ['a probability of 0 says nothing', silentExporter(), { samplingProbability: 0 }, NOTHING, 1, undefined],
  ['nor does one of nearly 0', silentExporter(), { samplingProbability: 1e-320 }, NOTHING, 1, undefined],
  ['then the sampler id', talkativeExporter(), without(...NO_RECORD), NOTHING, 70, 'sampler'],
  ['then the selector id', talkativeExporter(), without(...NO_RECORD, 'samplerId'), NOTHING, 80, 'sampler'],
  [
    'an unknown sampler falls through',
    talkativeExporter(),
    { ...without(...NO_RECORD, 'selectorId', 'headerSamplingInterval'), samplerId: 99 },
    NOTHING,
    30,
    'options',
  ],
  ['then the selection sequence', talkativeExporter(), { selectionSequenceId: 1 }, NOTHING, 110, 'sampler'],
  ['whose selectors multiply', talkativeExporter(), { selectionSequenceId: 2 }, NOTHING, 70 * 80, 'sampler'],
  [
    'if all of them are known',
    talkativeExporter(),
    { selectionSequenceId: 3, samplerName: 'slow' },
    NOTHING,
    90,
    'sampler',
  ],
  ["then the sampler's name", talkativeExporter(), { samplerName: 'slow', inputInterface: 3 }, NOTHING, 90, 'sampler'],
  [
    'then the header of the datagram',
    talkativeExporter(),
    { headerSamplingInterval: 10, inputInterface: 3 },
    { override: {}, default: { '0.0.0.0/0': 9 } },
    10,
    'header',
  ],
  ['then the input interface', talkativeExporter(), { inputInterface: 3, outputInterface: 4 }, NOTHING, 30, 'options'],
  ['then the output interface', talkativeExporter(), { inputInterface: 5, outputInterface: 4 }, NOTHING, 40, 'options'],
  ['interface 0 is none', talkativeExporter(), { inputInterface: 0, outputInterface: 4 }, NOTHING, 40, 'options'],
  ['then the template', talkativeExporter(), { templateId: 256, inputInterface: 5 }, NOTHING, 25, 'options'],
  ['then the options for all', talkativeExporter(), { headerSamplingInterval: 0 }, NOTHING, 20, 'options'],
  ['then the configured default', silentExporter(), {}, { override: {}, default: { '0.0.0.0/0': 9 } }, 9, 'default'],
  [
    '0 counts as not stated',
    silentExporter(),
    { samplingInterval: 0, headerSamplingInterval: 0 },
    { override: {}, default: { '0.0.0.0/0': 9 } },
    9,
    'default',
  ],
  [
    '0 everywhere is unsampled',
    silentExporter(),
    { samplingInterval: 0, headerSamplingInterval: 0 },
    NOTHING,
    1,
    undefined,
  ],
  [
    '1 is a statement: unsampled',
    talkativeExporter(),
    { samplingInterval: 1 },
    { override: {}, default: { '0.0.0.0/0': 9 } },
    1,
    undefined,
  ],
  [
    'a space without an interval says nothing',
    silentExporter(),
    { samplingPacketInterval: 0, samplingPacketSpace: 9 },
    NOTHING,
    1,
    undefined,
  ],
  ['nothing at all is unsampled', silentExporter(), {}, NOTHING, 1, undefined],
];

for (const [name, exporter, values, options, interval, source] of CASES) {
  test(name, () => {
    const flow = makeFlow({ bytes: 1000, packetCount: 10, ...values }, exporter);
    samplingEnricher(options)(flow);
    assert.equal(flow.interval, interval);
    assert.equal(flow.intervalSource, source);
    assert.equal(flow.bytes, 1000 * interval);
    assert.equal(flow.packetCount, 10 * interval);
    assert.equal(flow.sampledBytes, interval === 1 ? undefined : 1000);
    assert.equal(flow.sampledPackets, interval === 1 ? undefined : 10);
  });
}

test('scales both directions by the same factor and counts both as sampled', () => {
  const flow = makeFlow({
    bytes: 1000,
    packetCount: 10,
    reverseBytes: 300,
    reversePacketCount: 3,
    samplingPacketInterval: 3,
    samplingPacketSpace: 1,
  });
  samplingEnricher(NOTHING)(flow);
  // 4/3: 1333.3, 13.3, 400, 4
  assert.deepEqual([flow.bytes, flow.packetCount], [1333, 13]);
  assert.deepEqual([flow.reverseBytes, flow.reversePacketCount], [400, 4]);
  assert.deepEqual([flow.sampledBytes, flow.sampledPackets], [1300, 13]);
});

test('scales once, however often it runs', () => {
  const flow = makeFlow({ bytes: 10, packetCount: 1, samplingInterval: 100 });
  const sampling = samplingEnricher(NOTHING);
  sampling(flow);
  sampling(flow);
  assert.deepEqual([flow.bytes, flow.packetCount, flow.sampledBytes], [1000, 100, 10]);
});

test('leaves counters that are not known undefined and keeps the largest within 2^53', () => {
  const flow = makeFlow({ bytes: 2 ** 52, samplingInterval: 2 ** 32 - 1 });
  samplingEnricher(NOTHING)(flow);
  assert.equal(flow.bytes, Number.MAX_SAFE_INTEGER);
  assert.equal(flow.packetCount, undefined);
  assert.equal(flow.reverseBytes, undefined);
  assert.equal(flow.sampledPackets, undefined);
});

test('uses a sampler as soon as the exporter has told about it', () => {
  const exporter = silentExporter();
  const sampling = samplingEnricher(NOTHING);
  const early = makeFlow({ bytes: 1, samplerId: 4 }, exporter);
  sampling(early);
  exporter.facts(0).samplingBySampler.set(4, 512);
  const late = makeFlow({ bytes: 1, samplerId: 4 }, exporter);
  sampling(late);
  assert.deepEqual([early.bytes, late.bytes], [1, 512]);
});

test('refuses an override for something that is no network', () => {
  assert.throws(
    () => samplingEnricher({ override: { router: 5 }, default: {} }),
    (error) =>
      error instanceof ConfigError && error.message.startsWith('enrich.sampling.override.router: found "router"'),
  );
});
