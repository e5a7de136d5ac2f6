// Reads a list of bad addresses in any form that has one per line: plain, netset and ipset files, CSV, lines of JSON. In
// each line the first word that is an address, a network or a range of addresses counts; what lies around it does not:
//
//   192.0.2.7                          198.51.100.0/24 ; SBL256894        "2026-11-21 05:01","192.0.2.7","443","online"
//   192.0.2.7:443                      192.0.2.0-192.0.2.17               {"cidr":"2001:db8::/32","rir":"ripencc"}

import { setImmediate } from 'node:timers/promises';
import { parseAddress } from '../flow/address.ts';
import { PrefixSet } from './prefix-set.ts';

/** A step of some 3 ms. */
const LINES_PER_STEP = 1000;
const COMMENT = /^\s*(?:#|;|\/\/|$)/;
const BETWEEN_WORDS = /[\s,;|"'<>{}[\]=()]+/;
const BETWEEN_CELLS = /[,;\t]/;

/**
 * The networks of a list. Rejects with a RangeError where most lines hold none: it is something else, as the page of an
 * error may be.
 * @param column of CSV, from 1, where not the first address of a line is meant
 */
export async function parseThreatList(text: string, column?: number): Promise<PrefixSet> {
  const networks = new PrefixSet();
  let good = 0;
  let bad = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    start = end + 1;
    if (COMMENT.test(line)) continue;
    if (addLine(networks, column === undefined ? line : (line.split(BETWEEN_CELLS)[column - 1] ?? ''))) good++;
    else bad++;
    if ((good + bad) % LINES_PER_STEP === 0) await setImmediate();
  }
  // One bad line more: the header of a CSV without rows.
  if (bad > good + 1) throw new RangeError(`${bad} of ${good + bad} lines hold no address`);
  return networks;
}

function addLine(networks: PrefixSet, line: string): boolean {
  const words = line.split(BETWEEN_WORDS);
  return words.some((word, i) => {
    const dash = word.indexOf('-');
    if (dash > 0) return addRange(networks, word.slice(0, dash), word.slice(dash + 1));
    if (words[i + 1] === '-') return addRange(networks, word, words[i + 2] ?? '');
    return addNetwork(networks, word);
  });
}

function addNetwork(networks: PrefixSet, word: string): boolean {
  const slash = word.indexOf('/');
  const address = slash < 0 ? withoutPort(word) : word.slice(0, slash);
  const bytes = address.length < 2 ? undefined : parseAddress(address);
  if (bytes === undefined) return false;
  const bits = bytes.length * 8;
  const length = slash < 0 ? bits : /^\d{1,3}$/.test(word.slice(slash + 1)) ? Number(word.slice(slash + 1)) : 0;
  // A network of all addresses would be a mistake of whoever made the list.
  if (length < 1 || length > bits) return false;
  networks.add(bytes, length);
  return true;
}

/** 192.0.2.7:443 */
function withoutPort(word: string): string {
  const colon = word.indexOf(':');
  return colon > 0 && colon === word.lastIndexOf(':') ? word.slice(0, colon) : word;
}

/** Of IPv4, both included: as the largest networks that are in it. */
function addRange(networks: PrefixSet, first: string, last: string): boolean {
  const low = parseAddress(first);
  const high = parseAddress(last);
  if (low?.length !== 4 || high?.length !== 4) return false;
  let start = numberOf(low);
  const end = numberOf(high);
  if (start > end) return false;
  while (start <= end) {
    let size = 1;
    while (size < 2 ** 31 && start % (size * 2) === 0 && start + size * 2 - 1 <= end) size *= 2;
    const bytes = Uint8Array.of(start >>> 24, (start >>> 16) & 255, (start >>> 8) & 255, start & 255);
    networks.add(bytes, 32 - Math.log2(size));
    start += size;
  }
  return true;
}

function numberOf(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}
