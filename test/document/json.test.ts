import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeText, isCount, isUpTo, MAX_TEXT_LENGTH, quote, section } from '../../src/document/json.ts';

test('quotes as JSON does, in ASCII', () => {
  const cases: [string, string][] = [
    ['', '""'],
    ['eth0', '"eth0"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['C:\\x', '"C:\\\\x"'],
    ['a\u0000b\nc\u007f', '"a\\u0000b\\u000ac\\u007f"'],
    ['Zürich', '"Z\\u00fcrich"'],
    ['東京', '"\\u6771\\u4eac"'],
    ['😀', '"\\ud83d\\ude00"'],
  ];
  for (const [text, expected] of cases) {
    assert.equal(quote(text), expected);
    assert.equal(JSON.parse(quote(text)), text);
  }
});

test('every UTF-16 unit survives, but for surrogates without partner', () => {
  for (let unit = 0; unit < 65_536; unit++) {
    const text = `a${String.fromCharCode(unit)}b`;
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    assert.equal(JSON.parse(quote(text)), isSurrogate ? 'a\ufffdb' : text);
  }
});

test('surrogates in the wrong order or at the end become replacement characters', () => {
  assert.equal(JSON.parse(quote('\ude00\ud83d')), '\ufffd\ufffd');
  assert.equal(JSON.parse(quote('x\ud83d')), 'x\ufffd');
  assert.equal(JSON.parse(quote('\ud83d😀')), '\ufffd😀');
});

test('cuts long texts, never inside a pair', () => {
  assert.equal(escapeText('x'.repeat(MAX_TEXT_LENGTH)), 'x'.repeat(MAX_TEXT_LENGTH));
  assert.equal(escapeText('x'.repeat(70_000)), 'x'.repeat(MAX_TEXT_LENGTH));
  const beforePair = 'x'.repeat(MAX_TEXT_LENGTH - 1);
  assert.equal(escapeText(`${beforePair}😀`), beforePair);
});

test('counts are finite, not negative and fit a long', () => {
  for (const value of [0, 1, 1.5, 2 ** 53, 2 ** 63 - 1024]) assert.equal(isCount(value), true, `${value}`);
  for (const value of [undefined, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 63])
    assert.equal(isCount(value), false);
  assert.equal(isUpTo(65_535, 65_535), true);
  assert.equal(isUpTo(65_536, 65_535), false);
  assert.equal(isUpTo(undefined, 10), false);
});

test('a section without members is nothing', () => {
  assert.equal(section(',"a":{', '', ''), '');
  assert.equal(section(',"a":{', '"b":1', ''), ',"a":{"b":1}');
  assert.equal(section(',"a":{', '', ',"b":1,"c":2'), ',"a":{"b":1,"c":2}');
  assert.equal(section(',"a":{', '"b":1', ',"c":2'), ',"a":{"b":1,"c":2}');
});
