// IP and MAC addresses between wire bytes and canonical text. Text is what flows carry from the decoder on:
// keeping bytes instead saved 3–9 % end to end and cost a second representation everywhere.
// The texts of the addresses seen last are kept by their bits, one per slot. Sparing their making is the smaller gain: a
// text that comes again is the same string, joined and hashed by the first map that looked for it.

const SLOT_BITS = 16;
const SLOTS = 1 << SLOT_BITS;
const MAC_SLOT_BITS = 12;
const MAC_SLOTS = 1 << MAC_SLOT_BITS;
/** 2^32 divided by the golden ratio: the upper bits of a product with it are spread well (Knuth). */
const GOLDEN = 0x9e3779b1;

// Empty slots hold the address of zeros, which is right as it is. IPv6 has four numbers per slot.
const ipv4Keys = new Uint32Array(SLOTS);
const ipv4Texts: string[] = new Array<string>(SLOTS).fill('0.0.0.0');
const ipv6Keys = new Uint32Array(SLOTS * 4);
const ipv6Texts: string[] = new Array<string>(SLOTS).fill('::');
const macKeys = new Float64Array(MAC_SLOTS);
const macTexts: string[] = new Array<string>(MAC_SLOTS).fill('00-00-00-00-00-00');

const OCTET_DOT: string[] = [];
const OCTET: string[] = [];
const HEX_BYTE: string[] = [];
for (let value = 0; value < 256; value++) {
  OCTET.push(String(value));
  OCTET_DOT.push(`${value}.`);
  HEX_BYTE.push(value.toString(16).toUpperCase().padStart(2, '0'));
}

const HEXTET: (string | undefined)[] = new Array(65536);
function hextet(value: number): string {
  let text = HEXTET[value];
  if (text === undefined) {
    text = value.toString(16);
    HEXTET[value] = text;
  }
  return text;
}

/** Dotted quad of four bytes at `at`. Throws RangeError past the end of the view. */
export function ipv4Text(view: DataView, at: number): string {
  return ipv4TextOf(view.getUint32(at));
}

/** Dotted quad of an unsigned 32-bit number. */
export function ipv4TextOf(value: number): string {
  const slot = Math.imul(value, GOLDEN) >>> (32 - SLOT_BITS);
  if (ipv4Keys[slot] !== value) {
    ipv4Texts[slot] = makeIpv4Text(value);
    ipv4Keys[slot] = value;
  }
  return ipv4Texts[slot]!;
}

function makeIpv4Text(value: number): string {
  return (
    OCTET_DOT[value >>> 24]! + OCTET_DOT[(value >>> 16) & 255]! + OCTET_DOT[(value >>> 8) & 255]! + OCTET[value & 255]!
  );
}

/** RFC 5952 text of 16 bytes at `at`; IPv4-mapped addresses (::ffff:a.b.c.d) come out as IPv4. Throws RangeError. */
export function ipv6Text(view: DataView, at: number): string {
  const a = view.getUint32(at);
  const b = view.getUint32(at + 4);
  const c = view.getUint32(at + 8);
  const d = view.getUint32(at + 12);
  const slot = Math.imul(Math.imul(Math.imul(a ^ b, GOLDEN) ^ c, GOLDEN) ^ d, GOLDEN) >>> (32 - SLOT_BITS);
  const key = slot * 4;
  if (ipv6Keys[key] !== a || ipv6Keys[key + 1] !== b || ipv6Keys[key + 2] !== c || ipv6Keys[key + 3] !== d) {
    ipv6Texts[slot] = makeIpv6Text(view, at);
    ipv6Keys[key] = a;
    ipv6Keys[key + 1] = b;
    ipv6Keys[key + 2] = c;
    ipv6Keys[key + 3] = d;
  }
  return ipv6Texts[slot]!;
}

function makeIpv6Text(view: DataView, at: number): string {
  const groups = [0, 0, 0, 0, 0, 0, 0, 0];
  let bestStart = -1;
  let bestLength = 1;
  let start = -1;
  for (let i = 0; i < 8; i++) {
    const group = view.getUint16(at + 2 * i);
    groups[i] = group;
    if (group !== 0) {
      start = -1;
    } else {
      if (start < 0) start = i;
      // Strictly longer: of equal runs the first is shortened (RFC 5952 §4.2.3); one zero alone is not (§4.2.2).
      if (i - start + 1 > bestLength) {
        bestLength = i - start + 1;
        bestStart = start;
      }
    }
  }
  if (bestStart === 0 && bestLength === 5 && groups[5] === 0xffff) return ipv4Text(view, at + 12);
  if (bestStart < 0) bestLength = 0;
  let text = '';
  for (let i = 0; i < 8; i++) {
    if (i === bestStart) {
      text += '::';
      i += bestLength - 1;
    } else {
      text += text === '' || text.endsWith(':') ? hextet(groups[i]!) : `:${hextet(groups[i]!)}`;
    }
  }
  return text;
}

/** MAC as ECS writes it, from six bytes at `at`: 00-00-5E-00-53-23. Throws RangeError. */
export function macText(view: DataView, at: number): string {
  const low = view.getUint32(at + 2);
  const value = view.getUint16(at) * 0x100000000 + low;
  const slot = Math.imul(low, GOLDEN) >>> (32 - MAC_SLOT_BITS);
  if (macKeys[slot] !== value) {
    macTexts[slot] = makeMacText(view, at);
    macKeys[slot] = value;
  }
  return macTexts[slot]!;
}

function makeMacText(view: DataView, at: number): string {
  return (
    `${HEX_BYTE[view.getUint8(at)]}-${HEX_BYTE[view.getUint8(at + 1)]}-${HEX_BYTE[view.getUint8(at + 2)]}-` +
    `${HEX_BYTE[view.getUint8(at + 3)]}-${HEX_BYTE[view.getUint8(at + 4)]}-${HEX_BYTE[view.getUint8(at + 5)]}`
  );
}

/** Bytes of an address: 4 for IPv4, 16 for IPv6 (a zone after % is dropped); undefined where the text is no address. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const part = parts[i]!;
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
}

function parseIpv6(input: string): Uint8Array | undefined {
  let text = input.split('%')[0]!;
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (tail.includes('.')) {
    const v4 = parseIpv4(tail);
    if (v4 === undefined) return undefined;
    const high = ((v4[0]! << 8) | v4[1]!).toString(16);
    const low = ((v4[2]! << 8) | v4[3]!).toString(16);
    text = `${text.slice(0, lastColon + 1)}${high}:${low}`;
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = halves[0] === '' ? [] : halves[0]!.split(':');
  const rest = halves.length === 1 || halves[1] === '' ? [] : halves[1]!.split(':');
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...rest];
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 8; i++) {
    const group = groups[i]!;
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes[2 * i] = value >>> 8;
    bytes[2 * i + 1] = value & 255;
  }
  return bytes;
}

/** Canonical text of an address given as text (mapped IPv4 as IPv4, zone dropped); undefined where it is none. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = parseAddress(text);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer);
  return bytes.length === 4 ? ipv4Text(view, 0) : ipv6Text(view, 0);
}
