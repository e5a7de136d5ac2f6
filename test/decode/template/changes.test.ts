import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecodeOptions } from '../../../src/decode/decode-options.ts';
import type { Decoder } from '../../../src/decode/decoder.ts';
import { bench, datagram, EXPORT_MS, hex, ipfix, join, set, template, u16, u32, v9 } from '../support.ts';

const RECORD = hex('c000020a c6336414');

/** Keeps the entries that decoders give, as Redis does. */
class Keeper {
  readonly entries = new Map<string, string>();

  decoder(options: Partial<DecodeOptions> = {}) {
    const { decoder, flows } = bench(options);
    const restored = decoder.trackChanges(this.entries, EXPORT_MS);
    return { decoder, flows, restored };
  }

  take(decoder: Decoder): void {
    for (const { key, value } of decoder.takeChanges()) {
      if (value === undefined) this.entries.delete(key);
      else this.entries.set(key, value);
    }
  }
}

test('another decoder goes on with the templates and facts that the changes tell', () => {
  const keeper = new Keeper();
  const { decoder } = keeper.decoder();
  const options = set(3, join(u16(300, 3, 1), u16(302, 4, 305, 4, 306, 4)));
  decoder.decode(datagram(ipfix([set(2, template(256, [8, 4], [12, 4])), options])));
  keeper.take(decoder);
  decoder.decode(datagram(ipfix([set(300, u32(5, 1, 99))])));
  decoder.decode(datagram(v9([set(0, template(256, [12, 4], [8, 4]))], 9)));
  keeper.take(decoder);
  assert.deepEqual([...keeper.entries.keys()].sort(), ['f|192.0.2.1|7', 't|192.0.2.1|2055|7', 't|192.0.2.1|2055|9']);

  const next = keeper.decoder();
  assert.deepEqual(next.restored, { templates: 3, waiting: 0, unusable: 0 });
  next.decoder.decode(datagram(ipfix([set(256, RECORD)])));
  next.decoder.decode(datagram(v9([set(256, RECORD)], 9)));
  assert.deepEqual(
    next.flows.map((flow) => flow.sourceIp),
    ['192.0.2.10', '198.51.100.20'],
  );
  assert.deepEqual([...next.decoder.exporters.get('192.0.2.1')!.facts(7).samplingBySampler], [[5, 100]]);
});

test('what is repeated unchanged is no change', () => {
  const { decoder } = new Keeper().decoder();
  const teach = () => {
    const options = set(3, join(u16(300, 3, 1), u16(302, 4, 305, 4, 306, 4)));
    decoder.decode(datagram(ipfix([set(2, template(256, [8, 4], [12, 4])), options, set(300, u32(5, 1, 99))])));
  };
  teach();
  assert.equal(decoder.takeChanges().length, 2);
  teach();
  assert.deepEqual(decoder.takeChanges(), []);
});

test('data that waits is told, found by another decoder when its template comes, in order, and told to be gone', () => {
  const keeper = new Keeper();
  const { decoder, flows } = keeper.decoder();
  const sources = ['c000020a', 'c000020b', 'c000020c'];
  for (const source of sources) decoder.decode(datagram(ipfix([set(256, hex(`${source} c6336414`))])));
  keeper.take(decoder);
  assert.equal(flows.length, 0);
  assert.equal([...keeper.entries.keys()].filter((key) => key.startsWith('w|')).length, 3);

  const next = keeper.decoder();
  assert.equal(next.restored.waiting, 3);
  next.decoder.decode(datagram(ipfix([set(2, template(256, [8, 4], [12, 4]))])));
  assert.deepEqual(
    next.flows.map((flow) => flow.sourceIp),
    ['192.0.2.10', '192.0.2.11', '192.0.2.12'],
  );
  assert.equal(new Set(next.flows.map((flow) => flow.datagramId)).size, 3);
  keeper.take(next.decoder);
  assert.deepEqual([...keeper.entries.keys()], ['t|192.0.2.1|2055|7']);
});

test('flows that wait for option data are told, and go on waiting in another decoder for as long as they had to', () => {
  const keeper = new Keeper();
  const waits = { pendingNewExporterMs: 2000, pendingSamplingMs: 10_000 };
  const { decoder, flows } = keeper.decoder(waits);
  decoder.decode(datagram(ipfix([set(2, template(256, [8, 4], [12, 4])), set(256, RECORD)])));
  keeper.take(decoder);
  assert.equal(flows.length, 0);
  assert.equal([...keeper.entries.keys()].filter((key) => key.startsWith('w|')).length, 1);

  const next = keeper.decoder(waits);
  assert.equal(next.restored.waiting, 1);
  next.decoder.settle(EXPORT_MS + 2000);
  assert.deepEqual(
    next.flows.map((flow) => flow.sourceIp),
    ['192.0.2.10'],
  );
  keeper.take(next.decoder);
  assert.deepEqual([...keeper.entries.keys()], ['t|192.0.2.1|2055|7']);
});

test('templates withdrawn, evicted and expired, and exporters forgotten, are told to be gone', () => {
  const keeper = new Keeper();
  const { decoder } = keeper.decoder({ maxPorts: 1, templateExpireMs: 1000 });
  const teach = set(2, template(256, [8, 4]));
  decoder.decode(datagram(ipfix([teach])));
  keeper.take(decoder);
  assert.deepEqual([...keeper.entries.keys()], ['t|192.0.2.1|2055|7']);
  decoder.decode(datagram(ipfix([set(2, u16(256, 0))]))); // RFC 7011 §8.1
  keeper.take(decoder);
  assert.deepEqual([...keeper.entries.keys()], []);

  decoder.decode(datagram(ipfix([teach])));
  decoder.decode(datagram(ipfix([teach]), { exporterPort: 9 }));
  keeper.take(decoder);
  assert.deepEqual([...keeper.entries.keys()], ['t|192.0.2.1|9|7']);

  const options = set(3, join(u16(300, 3, 1), u16(302, 4, 305, 4, 306, 4)));
  decoder.decode(datagram(ipfix([options, set(300, u32(5, 1, 99))]), { exporterPort: 9 }));
  keeper.take(decoder);
  assert.equal(keeper.entries.size, 2);
  decoder.expire(EXPORT_MS + 2000);
  keeper.take(decoder);
  assert.deepEqual([...keeper.entries.keys()], []);
});

test('entries that cannot be read are left out and counted', () => {
  const keeper = new Keeper();
  keeper.entries.set('t|192.0.2.1|2055|7', 'no JSON');
  keeper.entries.set('f|192.0.2.1|7', '{}');
  keeper.entries.set('w|x|0', '{"address":"192.0.2.1","port":1,"domainId":1}');
  assert.deepEqual(keeper.decoder().restored, { templates: 0, waiting: 0, unusable: 3 });
});

// Event, addresses, protocol, ports, octets of either side, begin and end in seconds.
const FIREWALL = template(
  260,
  [233, 1],
  [8, 4],
  [12, 4],
  [4, 1],
  [7, 2],
  [11, 2],
  [231, 4],
  [232, 4],
  [150, 4],
  [151, 4],
);

function firewall(event: number, second: number, sent: number, received: number): Uint8Array {
  const ends = hex('c000020a c6336414 06 c822 01bb');
  const begin = EXPORT_MS / 1000;
  return set(260, Uint8Array.of(event), ends, u32(sent, received, begin, begin + second));
}

test('flows that are told in parts go on in another decoder: their sum is what was sent, and they are forgotten', () => {
  const keeper = new Keeper();
  const { decoder } = keeper.decoder();
  decoder.decode(datagram(ipfix([set(2, FIREWALL), firewall(5, 60, 100, 50)])));
  keeper.take(decoder);
  const next = keeper.decoder();
  next.decoder.decode(datagram(ipfix([firewall(5, 120, 30, 10)])));
  keeper.take(next.decoder);
  const last = keeper.decoder();
  assert.equal(last.restored.unusable, 0);
  last.decoder.decode(datagram(ipfix([firewall(2, 130, 135, 65)])));
  const [end] = last.flows;
  assert.deepEqual([end?.bytes, end?.reverseBytes], [5, 5]);
  assert.equal([...keeper.entries.keys()].filter((key) => key.startsWith('r|')).length, 1);
  last.decoder.decode(datagram(ipfix([firewall(2, 130, 135, 65)])));
  last.decoder.expire(EXPORT_MS + 1e9);
  keeper.take(last.decoder);
  assert.deepEqual(
    [...keeper.entries.keys()].filter((key) => /^[rs]\|/.test(key)),
    [],
  );
});
