// Names in sampled payloads: DNS questions, TLS server names, HTTP hosts. Bytes by hand from the RFCs, cut at every octet.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dnsQuestionName } from '../../../src/decode/sflow/dns-question.ts';
import { httpRequestHost } from '../../../src/decode/sflow/http-request-host.ts';
import { dissectPacket } from '../../../src/decode/sflow/packet-header.ts';
import { tlsServerName } from '../../../src/decode/sflow/tls-server-name.ts';
import { hex, join, newFlow, randomNumbers } from './octets.ts';

type Parser = (view: DataView, start: number, end: number) => string | undefined;

/** The bytes with others around them, which must not matter. */
function parse(parser: Parser, bytes: Uint8Array, length = bytes.length): string | undefined {
  const framed = join(hex('ffffff'), bytes, hex('0d0a00'));
  return parser(new DataView(framed.buffer, framed.byteOffset), 3, 3 + length);
}

const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

// Query 1234, recursion desired, one question: WWW.example.com, type A, class IN.
const DNS = hex('1234 0100 0001 0000 0000 0000 03575757 076578616d706c65 03636f6d 00 0001 0001');
const DNS_NAME_ENDS = DNS.length - 4;

// Record 3.1, ClientHello 3.3, random, session of 4, two ciphers, no compression; extensions: 23 (empty), server name.
const SERVER_NAME = hex('0000 0010 000e 00 000b 4578616d706c652e6f7267'); // Example.org
const TLS = join(
  hex('16 0301 0057 01 000053 0303'),
  new Uint8Array(32).fill(7),
  hex('04 01020304 0004 13011302 01 00 0018 0017 0000'),
  SERVER_NAME,
);

const HTTP = ascii('GET /a?b=c HTTP/1.1\r\nAccept: */*\r\nhOST: \tWWW.Example.net:8080 \r\nX: y\r\n\r\n');

describe('dnsQuestionName', () => {
  it('reads the name of a query and of its answer, in lower case', () => {
    assert.equal(parse(dnsQuestionName, DNS), 'www.example.com');
    const answer = DNS.slice();
    answer.set([0x81, 0x80, 0, 1, 0, 2], 2);
    assert.equal(parse(dnsQuestionName, answer), 'www.example.com');
  });

  it('finds a name only where it is whole', () => {
    for (let length = 0; length <= DNS.length; length++) {
      const expected = length >= DNS_NAME_ENDS ? 'www.example.com' : undefined;
      assert.equal(parse(dnsQuestionName, DNS, length), expected, `${length} octets`);
    }
  });

  const HEAD = '1234 0100 0001 0000 0000 0000';
  for (const [name, bytes] of [
    ['a pointer', `${HEAD} c00c 0001 0001`],
    ['the root', `${HEAD} 00 0002 0001`],
    ['octets that are no letters', `${HEAD} 03612262 00 0001 0001`],
    ['a dot inside a label', `${HEAD} 03612e62 00 0001 0001`],
    ['two questions', '1234 0100 0002 0000 0000 0000 0161 00 0001 0001 0162 00 0001 0001'],
    ['a dynamic update', '1234 2800 0001 0000 0000 0000 0161 00 0001 0001'],
    ['a name of 256 octets', `${HEAD} ${`3f${'61'.repeat(63)}`.repeat(4)} 00 0001 0001`],
  ] as const) {
    it(`finds no name in ${name}`, () => assert.equal(parse(dnsQuestionName, hex(bytes)), undefined));
  }
});

describe('tlsServerName', () => {
  it('reads the name, in lower case', () => assert.equal(parse(tlsServerName, TLS), 'example.org'));

  it('finds a name only where it is whole', () => {
    for (let length = 0; length < TLS.length; length++) assert.equal(parse(tlsServerName, TLS, length), undefined);
  });

  for (const [name, at, octets] of [
    ['another record', 0, [0x17]],
    ['another version', 1, [2]],
    ['another message', 5, [2]],
    ['a session that is too long', 43, [255]],
    ['ciphers that are too long', 48, [255, 255]],
    ['an extension that is too long', TLS.length - 22, [255, 255]],
    ['extensions that end before the name', TLS.length - 26, [0, 4]],
    ['a name of another type', TLS.length - 14, [1]],
    ['a name that is too long', TLS.length - 13, [255, 255]],
    ['an empty name', TLS.length - 13, [0, 0]],
    ['octets that are no letters', TLS.length - 1, [0x22]],
  ] as const) {
    it(`finds no name with ${name}`, () => {
      const bytes = TLS.slice();
      bytes.set(octets, at);
      assert.equal(parse(tlsServerName, bytes), undefined);
    });
  }
});

describe('httpRequestHost', () => {
  it('reads the host without its port, in lower case', () => {
    assert.equal(parse(httpRequestHost, HTTP), 'www.example.net');
    assert.equal(parse(httpRequestHost, ascii('POST / HTTP/1.1\nHost:example.com\n\n')), 'example.com');
    assert.equal(parse(httpRequestHost, ascii('CONNECT a:443 HTTP/1.1\r\nHost: 192.0.2.1\r\n')), '192.0.2.1');
  });

  it('finds a host only where it is whole', () => {
    const known = Buffer.from(HTTP).indexOf(':8080') + 1;
    for (let length = 0; length <= HTTP.length; length++) {
      const expected = length >= known ? 'www.example.net' : undefined;
      assert.equal(parse(httpRequestHost, HTTP, length), expected, `${length} octets`);
    }
  });

  for (const [name, text] of [
    ['an answer', 'HTTP/1.1 200 OK\r\nHost: a.example\r\n\r\n'],
    ['the body of a request', 'GET / HTTP/1.0\r\nA: b\r\n\r\nHost: a.example\r\n'],
    ['another field', 'GET / HTTP/1.1\r\nX-Host: a.example\r\nHostess: b.example\r\n\r\n'],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: <script>\r\n\r\n'],
    ['an empty host', 'GET / HTTP/1.1\r\nHost: \r\n\r\n'],
    ['dots alone', 'GET / HTTP/1.1\r\nHost: ..\r\n\r\n'],
  ] as const) {
    it(`finds no host in ${name}`, () => assert.equal(parse(httpRequestHost, ascii(text)), undefined));
  }
});

// 192.0.2.1 → 198.51.100.2; lengths of 0 do not bound what follows.
const ip = (protocol: string) => hex(`45000000 00000000 40${protocol}0000 c0000201 c6336402`);
const UDP = hex('c0000035 00000000');
/** Data offset 8: twelve octets of options. */
const TCP = hex('c0000050 00000001 00000000 80180000 00000000 010101010101010101010101');
const VXLAN = hex('c00012b5 00000000 08000000 00006400 00005e005301 00005e005302 0800');

function dissect(...parts: readonly Uint8Array[]) {
  const bytes = join(...parts);
  const flow = newFlow();
  dissectPacket(flow, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length, 11);
  return { dns: flow.dnsName, tls: flow.tlsServerName, http: flow.httpHost };
}

describe('names in packets', () => {
  const none = { dns: undefined, tls: undefined, http: undefined };
  for (const [name, parts, expected] of [
    ['DNS', [ip('11'), UDP, DNS], { dns: 'www.example.com' }],
    ['a DNS answer', [ip('11'), hex('0035c000 00000000'), DNS], { dns: 'www.example.com' }],
    ['DNS on another port', [ip('11'), hex('c000c001 00000000'), DNS], {}],
    ['TLS behind TCP options', [ip('06'), TCP, TLS], { tls: 'example.org' }],
    ['HTTP', [ip('06'), TCP, HTTP], { http: 'www.example.net' }],
    ['a TCP header that is too short', [ip('06'), hex('c0000050 00000001 00000000 10180000 00000000'), HTTP], {}],
    ['DNS in VXLAN', [ip('11'), VXLAN, ip('11'), UDP, DNS], { dns: 'www.example.com' }],
    ['TLS in IP in IP', [ip('04'), ip('06'), TCP, TLS], { tls: 'example.org' }],
  ] as const) {
    it(`gives the flow the names of ${name}`, () => assert.deepEqual(dissect(...parts), { ...none, ...expected }));
  }

  it('survives mutated payloads', () => {
    const random = randomNumbers(0xd45);
    for (const [original, parser] of [
      [DNS, dnsQuestionName],
      [TLS, tlsServerName],
      [HTTP, httpRequestHost],
    ] as const) {
      for (let round = 0; round < 5000; round++) {
        const bytes = original.slice();
        for (let i = 1 + random(4); i > 0; i--) bytes[random(bytes.length)] = random(256);
        const name = parse(parser, bytes, random(bytes.length + 1));
        assert.match(name ?? 'none', /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/);
      }
    }
  });
});
