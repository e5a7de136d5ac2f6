// The MAC header of an 802.11 frame (IEEE 802.11-2020 §9.2, §9.3.2): who sent it to whom, and where its payload begins.
// Only data frames carry one; of an aggregate (A-MSDU) the first frame is looked at. Encrypted ones keep their secret.

import { macText } from '../../flow/address.ts';
import type { PacketFields } from '../../flow/tunnel.ts';
import { CUT_OFF } from './xdr.ts';

// First octet: version (2 bits, low) | type (2) | subtype (4). Second: flags.
const TYPE_MASK = 0x0c;
const TYPE_DATA = 0x08;
const SUBTYPE_NO_DATA = 0x40;
const SUBTYPE_QOS = 0x80;
const TO_DISTRIBUTION = 0x01;
const FROM_DISTRIBUTION = 0x02;
const PROTECTED = 0x40;
const HAS_HT_CONTROL = 0x80;
/** In the first octet of QoS control. */
const IS_AGGREGATE = 0x80;

const SHORT_HEADER = 24;
/** destination (6) | source (6) | length (2) */
const SUBFRAME_HEADER = 14;

/** Delimiter before a frame of an A-MPDU (§9.7.1): reserved, length (2) | CRC (1) | signature "N" (1). */
const DELIMITER = 4;
const SIGNATURE = 0x4e;

/** Where the frame of an A-MPDU begins: behind its delimiter, where the agent has left it. */
export function behindDelimiter(view: DataView, at: number, end: number): number {
  return at + DELIMITER <= end && view.getUint8(at + 3) === SIGNATURE ? at + DELIMITER : at;
}

// frame control (2) | duration (2) | address 1 (6) | address 2 (6) | address 3 (6) | sequence (2) | address 4 (6)? |
// QoS control (2)? | HT control (4)? | LLC
/** Fills the MAC addresses; returns where LLC begins, or CUT_OFF where there is none to be read. */
export function dissectWlan(packet: PacketFields, view: DataView, at: number, end: number): number {
  if (at + SHORT_HEADER > end) return CUT_OFF;
  const control = view.getUint8(at);
  const flags = view.getUint8(at + 1);
  if ((control & TYPE_MASK) !== TYPE_DATA) return CUT_OFF;
  const isTo = (flags & TO_DISTRIBUTION) !== 0;
  const isFrom = (flags & FROM_DISTRIBUTION) !== 0;
  let payload = at + SHORT_HEADER + (isTo && isFrom ? 6 : 0);
  packet.destinationMac ??= macText(view, at + (isTo ? 16 : 4));
  if (!isFrom) packet.sourceMac ??= macText(view, at + 10);
  else if (!isTo) packet.sourceMac ??= macText(view, at + 16);
  else if (payload <= end) packet.sourceMac ??= macText(view, at + SHORT_HEADER);
  if ((control & SUBTYPE_NO_DATA) !== 0 || (flags & PROTECTED) !== 0) return CUT_OFF;
  if ((control & SUBTYPE_QOS) === 0) return payload;
  if (payload >= end) return CUT_OFF;
  const isAggregate = (view.getUint8(payload) & IS_AGGREGATE) !== 0;
  payload += (flags & HAS_HT_CONTROL) !== 0 ? 6 : 2;
  return isAggregate ? payload + SUBFRAME_HEADER : payload;
}
