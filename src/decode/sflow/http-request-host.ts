// The host that an HTTP/1 request is sent to: its header field "Host" (RFC 9110 §7.2), where the sampled bytes hold that
// line whole. The port behind it is left out.

import { hostNameText } from './host-name.ts';

/** First four octets of the methods. */
const METHODS = new Set(['GET ', 'POST', 'HEAD', 'PUT ', 'DELE', 'OPTI', 'PATC', 'CONN'].map(fourOctets));

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
/** "host" in lower case; a bit makes the difference. */
const HOST = fourOctets('host');
const LOWER_CASE = 0x20202020;

/** Lower-case host name; undefined where this is no request, or names no host before `end`. Looks at each octet once. */
export function httpRequestHost(view: DataView, start: number, end: number): string | undefined {
  if (start + 4 > end || !METHODS.has(view.getUint32(start))) return undefined;
  for (let at = start + 4; at + 6 <= end; at++) {
    if (view.getUint8(at) !== LINE_FEED) continue;
    const line = at + 1;
    // An empty line ends the header.
    if (view.getUint8(line) === CARRIAGE_RETURN || view.getUint8(line) === LINE_FEED) return undefined;
    if ((view.getUint32(line) | LOWER_CASE) >>> 0 === HOST && view.getUint8(line + 4) === COLON) {
      return fieldValue(view, line + 5, end);
    }
  }
  return undefined;
}

function fieldValue(view: DataView, start: number, end: number): string | undefined {
  let from = start;
  while (from < end && isBlank(view.getUint8(from))) from++;
  for (let at = from; at < end; at++) {
    const octet = view.getUint8(at);
    const isEnd = octet === COLON || octet === CARRIAGE_RETURN || octet === LINE_FEED || isBlank(octet);
    if (isEnd) return hostNameText(view, from, at - from);
  }
  return undefined;
}

function isBlank(octet: number): boolean {
  return octet === SPACE || octet === TAB;
}

function fourOctets(text: string): number {
  return Buffer.from(text).readUInt32BE(0);
}
