// The server name that a TLS client says before encryption begins (SNI, RFC 6066 §3): the handshake's first message, of
// which a sampled header holds the beginning. All lengths are checked; extensions behind the cut are not seen.

import { hostNameText } from './host-name.ts';

const RECORD_HANDSHAKE = 0x16;
const MAJOR_VERSION = 3;
const CLIENT_HELLO = 1;
const EXTENSION_SERVER_NAME = 0;
const NAME_HOST = 0;

// Record: type (1) | version (2) | length (2). Handshake: type (1) | length (3).
// ClientHello: version (2) | random (32) | session (1 + n) | ciphers (2 + n) | compression (1 + n) | length of all
// extensions (2) | { type (2) | length (2) | data }…                                             RFC 8446 §4.1.2, §5.1
const SESSION_AT = 5 + 4 + 2 + 32;

/** Lower-case name; undefined where there is no ClientHello, no name in it, or it lies behind `end`. */
export function tlsServerName(view: DataView, start: number, end: number): string | undefined {
  if (start + SESSION_AT >= end) return undefined;
  if (view.getUint8(start) !== RECORD_HANDSHAKE || view.getUint8(start + 1) !== MAJOR_VERSION) return undefined;
  if (view.getUint8(start + 5) !== CLIENT_HELLO) return undefined;
  let at = start + SESSION_AT;
  at += 1 + view.getUint8(at);
  if (at + 2 > end) return undefined;
  at += 2 + view.getUint16(at);
  if (at + 1 > end) return undefined;
  at += 1 + view.getUint8(at);
  if (at + 2 > end) return undefined;
  const extensionsEnd = Math.min(end, at + 2 + view.getUint16(at));
  at += 2;
  // Every step takes four octets at least.
  while (at + 4 <= extensionsEnd) {
    const data = at + 4;
    if (view.getUint16(at) === EXTENSION_SERVER_NAME) return firstName(view, data, extensionsEnd);
    at = data + view.getUint16(at + 2);
  }
  return undefined;
}

/** length of the list (2) | { type (1) | length (2) | name }…; there is but one type, and of that one name. */
function firstName(view: DataView, at: number, end: number): string | undefined {
  if (at + 5 > end || view.getUint8(at + 2) !== NAME_HOST) return undefined;
  const length = view.getUint16(at + 3);
  return at + 5 + length > end ? undefined : hostNameText(view, at + 5, length);
}
