// Which kind of address it is, by the special-purpose ranges of IANA. Works on text, because flows carry text;
// runs once per address (enrich/hosts keeps the result).
//
//   IPv4 (RFC 6890 and its registry, 2026)        IPv6
//   0.0.0.0          unspecified                  ::                       unspecified
//   0.0.0.0/8        reserved                     ::1                      loopback
//   10/8, 172.16/12, 192.168/16  private          fc00::/7                 private (ULA, RFC 4193)
//   100.64.0.0/10    private (CGNAT, RFC 6598)    fe80::/10                link_local
//   127.0.0.0/8      loopback                     ff00::/8                 multicast
//   169.254.0.0/16   link_local                   2001:db8::/32, 3fff::/20 documentation
//   192.0.0.0/24     reserved                     2000::/3, 64:ff9b::/96   public
//   192.0.2/24, 198.51.100/24, 203.0.113/24 documentation
//   198.18.0.0/15    reserved (benchmarks)        2001:2::/48              reserved (benchmarks)
//   224.0.0.0/4      multicast                    all else                 reserved
//   240.0.0.0/4      reserved, 255.255.255.255 broadcast

import { parseAddress } from '../flow/address.ts';
import type { AddressScope } from '../flow/host.ts';

/** Scope of an address given as text; `reserved` for what is no address. */
export function addressScope(address: string): AddressScope {
  const bytes = parseAddress(address);
  if (bytes === undefined) return 'reserved';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 4 ? ipv4Scope(view.getUint32(0)) : ipv6Scope(view);
}

function ipv4Scope(address: number): AddressScope {
  const high16 = address >>> 16;
  const high24 = address >>> 8;
  switch (address >>> 24) {
    case 0:
      return address === 0 ? 'unspecified' : 'reserved';
    case 10:
      return 'private';
    case 100:
      return (high16 & 0xffc0) === 0x6440 ? 'private' : 'public';
    case 127:
      return 'loopback';
    case 169:
      return high16 === 0xa9fe ? 'link_local' : 'public';
    case 172:
      return (high16 & 0xfff0) === 0xac10 ? 'private' : 'public';
    case 192:
      if (high16 === 0xc0a8) return 'private';
      if (high24 === 0xc00002) return 'documentation';
      return high24 === 0xc00000 ? 'reserved' : 'public';
    case 198:
      if (high24 === 0xc63364) return 'documentation';
      return (high16 & 0xfffe) === 0xc612 ? 'reserved' : 'public';
    case 203:
      return high24 === 0xcb0071 ? 'documentation' : 'public';
  }
  if (address >>> 28 === 14) return 'multicast';
  if (address === 0xffffffff) return 'broadcast';
  return address >>> 28 === 15 ? 'reserved' : 'public';
}

function ipv6Scope(view: DataView): AddressScope {
  const first = view.getUint16(0);
  const second = view.getUint16(2);
  if (first >>> 13 === 1) {
    if (first === 0x2001 && second === 0xdb8) return 'documentation';
    if (first === 0x3fff && second >>> 12 === 0) return 'documentation';
    if (first === 0x2001 && second === 2 && view.getUint16(4) === 0) return 'reserved';
    return 'public';
  }
  if (first >>> 9 === 0x7e) return 'private';
  if (first >>> 6 === 0x3fa) return 'link_local';
  if (first >>> 8 === 0xff) return 'multicast';
  // NAT64 (RFC 6052): the IPv4 internet behind a translator.
  if (first === 0x64 && second === 0xff9b && view.getUint32(4) === 0 && view.getUint32(8) === 0) return 'public';
  if (first !== 0 || second !== 0 || view.getUint32(4) !== 0 || view.getUint32(8) !== 0) return 'reserved';
  const last = view.getUint32(12);
  if (last === 0) return 'unspecified';
  return last === 1 ? 'loopback' : 'reserved';
}
