// How long templates live, and what octets between and behind records and sets are: RFC 3954 §9, RFC 7011 §8.4 and §9.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, datagram, hex, ipfix, join, set, template, u16, v9 } from '../support.ts';

const LIFETIME_MS = 60_000;
const FIELDS: readonly (readonly [number, number])[] = [
  [8, 4],
  [12, 4],
  [1, 4],
];
const RECORD = hex('c000020a c6336414 00000d80');

for (const [protocol, message, setId] of [
  ['IPFIX', ipfix, 2],
  ['NetFlow v9', v9, 0],
] as const) {
  const templates = message([set(setId, template(256, ...FIELDS))]);
  const data = message([set(256, RECORD)]);

  test(`${protocol}: a template that is not sent again in its lifetime decodes nothing more`, () => {
    const { decoder, flows } = bench({ templateExpireMs: LIFETIME_MS });
    decoder.decode(datagram(templates, { receivedMs: 1000 }));
    decoder.expire(1000 + LIFETIME_MS - 1);
    decoder.decode(datagram(data, { receivedMs: 1000 + LIFETIME_MS - 1 }));
    assert.equal(flows.length, 1, 'it still lives, and data shows that it is in use');
    decoder.expire(1000 + 2 * LIFETIME_MS);
    assert.equal(decoder.templateCount('192.0.2.1'), 0);
    decoder.decode(datagram(data, { receivedMs: 1000 + 2 * LIFETIME_MS }));
    assert.equal(flows.length, 1);
    assert.equal(decoder.counters.setsWithoutTemplate, 1);
  });

  test(`${protocol}: a template that is sent again lives on`, () => {
    const { decoder, flows } = bench({ templateExpireMs: LIFETIME_MS });
    for (let minute = 0; minute < 10; minute++) {
      decoder.decode(datagram(templates, { receivedMs: minute * (LIFETIME_MS - 1) }));
      decoder.expire(minute * (LIFETIME_MS - 1));
    }
    decoder.decode(datagram(data, { receivedMs: 10 * (LIFETIME_MS - 1) }));
    assert.equal(flows.length, 1);
    assert.equal(decoder.counters.templatesLearned, 1);
  });

  test(`${protocol}: padding of any value behind records, zeros behind templates`, () => {
    const { decoder, flows } = bench();
    const padded = set(setId, join(template(256, ...FIELDS), u16(0)));
    decoder.decode(datagram(message([padded, set(256, RECORD, hex('ffffff')), set(256, RECORD, hex('000000'))])));
    assert.deepEqual(
      flows.map(({ bytes }) => bytes),
      [3456, 3456],
    );
    const { recordsTruncated, templatesMalformed, malformed } = decoder.counters;
    assert.deepEqual([recordsTruncated, templatesMalformed, malformed], [0, 0, 0]);
  });

  test(`${protocol}: template ids neither follow one another nor begin at 256`, () => {
    const { decoder, flows } = bench();
    decoder.decode(
      datagram(message([set(setId, template(65535, ...FIELDS), template(300, ...FIELDS)), set(300, RECORD)])),
    );
    decoder.decode(datagram(message([set(65535, RECORD)])));
    assert.equal(flows.length, 2);
  });
}
