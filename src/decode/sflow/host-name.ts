// Host names out of packets: whoever sends a packet chooses these octets, so only what can be a name becomes text.

/** RFC 1035 §2.3.4: a name takes at most 255 octets on the wire, 253 as text. */
export const MAX_NAME = 253;

/** Text of each octet that a name may hold, in lower case, as names are compared without regard to it; else ''. */
const CHARACTERS: string[] = [];
for (let octet = 0; octet < 256; octet++) {
  const character = String.fromCharCode(octet).toLowerCase();
  CHARACTERS.push(/^[a-z0-9_-]$/.test(character) ? character : '');
}

/** Letters, digits, hyphens and underscores of `length` octets at `at`; undefined where there is anything else. */
export function labelText(view: DataView, at: number, length: number): string | undefined {
  let text = '';
  for (let i = 0; i < length; i++) {
    const character = CHARACTERS[view.getUint8(at + i)]!; // one for each octet
    if (character === '') return undefined;
    text += character;
  }
  return text;
}

const DOT = 0x2e;

/** Labels with dots between them, e.g. "www.example.com"; undefined where the octets are no such name. */
export function hostNameText(view: DataView, at: number, length: number): string | undefined {
  if (length === 0 || length > MAX_NAME) return undefined;
  let name = '';
  let labelAt = at;
  for (let i = at; i <= at + length; i++) {
    if (i < at + length && view.getUint8(i) !== DOT) continue;
    const label = labelText(view, labelAt, i - labelAt);
    // A dot at the end is the root's.
    if (label === undefined || (label === '' && (i < at + length || name === ''))) return undefined;
    if (label !== '') name += name === '' ? label : `.${label}`;
    labelAt = i + 1;
  }
  return name;
}
