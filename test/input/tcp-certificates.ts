// Certificates for tests, made when needed, so that none expires and nothing need be installed: X.509 v3 (RFC 5280 §4.1)
// written as DER by hand, ECDSA on P-256.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface TestCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** An authority, and what it has signed. */
export class TestAuthority {
  readonly certificate: string;
  readonly #name: string;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #serial = 1;

  constructor(name: string) {
    this.#name = name;
    this.certificate = this.#sign(name, this.#keys.publicKey, [extension(BASIC_CONSTRAINTS, seq(TRUE), true)]);
  }

  /** A certificate for 127.0.0.1, good for servers and clients. */
  issue(name: string): TestCertificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const address = der(0x87, Buffer.from([127, 0, 0, 1])); // iPAddress [7]
    const certificate = this.#sign(name, publicKey, [extension(SUBJECT_ALT_NAME, seq(address), false)]);
    return { certificate, key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
  }

  #sign(subject: string, publicKey: KeyObject, extensions: readonly Buffer[]): string {
    const dayMs = 86_400_000;
    const now = Date.now();
    const signed = seq(
      der(0xa0, integer(2)),
      integer(this.#serial++),
      seq(ECDSA_WITH_SHA256),
      nameOf(this.#name),
      seq(time(now - dayMs), time(now + dayMs)),
      nameOf(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, seq(...extensions)),
    );
    const signature = der(0x03, Buffer.from([0]), sign('sha256', signed, this.#keys.privateKey));
    const base64 = seq(signed, seq(ECDSA_WITH_SHA256), signature).toString('base64');
    const lines = base64.match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}

const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
const TRUE = Buffer.from('0101ff', 'hex');

function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), body]);
}

function seq(...content: readonly Buffer[]): Buffer {
  return der(0x30, ...content);
}

/** Small and not negative. */
function integer(value: number): Buffer {
  return der(0x02, Buffer.from([value]));
}

function time(epochMs: number): Buffer {
  const text = new Date(epochMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}

function nameOf(commonName: string): Buffer {
  return seq(der(0x31, seq(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
}

function extension(id: Buffer, value: Buffer, isCritical: boolean): Buffer {
  return seq(id, ...(isCritical ? [TRUE] : []), der(0x04, value));
}
