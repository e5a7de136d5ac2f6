// IPFIX (RFC 7011): message and set framing. Templates and records are template/'s work.
//
//   header, 16 octets (§3.1)      then sets (§3.3)
//    0 version = 10                0 id: 2 templates, 3 options templates, from 256 on data
//    2 length of the message       2 length, header included
//    4 export time, seconds        4 content, padding shorter than a record
//    8 sequence, of data records
//   12 observation domain id

import type { Datagram } from '../flow/datagram.ts';
import { type Message, trackSequence } from './context.ts';
import { DecodeError } from './errors.ts';
import type { Session } from './template/domain.ts';
import { decodeDataSet, decodeTemplateSet, FIRST_TEMPLATE_ID, type SetContext } from './template/sets.ts';

const VERSION = 10;
const HEADER = 16;
const SET_HEADER = 4;
const TEMPLATES = 2;
const OPTIONS_TEMPLATES = 3;

/** Decodes a datagram, or several after one another as files hold them. Throws DecodeError; what came before stands. */
export function decodeIpfix(context: SetContext, datagram: Datagram, session: Session, view: DataView): void {
  let at = 0;
  do at = decodeMessage(context, datagram, session, view, at);
  while (
    // Octets after the message that are none are left alone: some exporters pad datagrams.
    view.byteLength - at >= HEADER &&
    view.getUint16(at) === VERSION
  );
}

/** Decodes the message at `start` and returns the octet after it. */
function decodeMessage(
  context: SetContext,
  datagram: Datagram,
  session: Session,
  view: DataView,
  start: number,
): number {
  if (view.byteLength - start < HEADER) throw new DecodeError('truncated', 'ipfix', start, 'header cut off');
  const length = view.getUint16(start + 2);
  if (length < HEADER) throw new DecodeError('length', 'ipfix', start + 2, `message length is ${length}`);
  // A cut-off message is not decoded in part: its last set's length cannot be trusted either (§3.1).
  if (length > view.byteLength - start) {
    throw new DecodeError('truncated', 'ipfix', start + 2, `message of ${length} octets cut off`);
  }
  const end = start + length;
  const domain = context.templates.domain(session, view.getUint32(start + 12));
  if (domain === undefined) {
    context.counters.refusedDomainLimit++;
    return end;
  }
  const message: Message = {
    protocol: 'ipfix',
    exporter: session.exporter,
    domain,
    datagramId: datagram.id,
    receivedMs: datagram.receivedMs,
    exportMs: view.getUint32(start + 4) * 1000,
    uptimeMs: undefined,
    systemInitMs: undefined,
    records: 0,
    hasUncounted: false,
  };
  let at: number;
  try {
    at = decodeSets(context, message, view, start + HEADER, end);
  } catch (error) {
    message.hasUncounted = true;
    throw error;
  } finally {
    const sequence = view.getUint32(start + 8);
    const records = message.hasUncounted ? undefined : message.records;
    trackSequence(context, session, domain.id, domain.facts, 'records', sequence, records, undefined);
  }
  return Math.max(at, end);
}

/** Decodes the sets that begin before `end`; returns the octet after them. */
function decodeSets(context: SetContext, message: Message, view: DataView, from: number, end: number): number {
  let at = from;
  while (end - at >= SET_HEADER) {
    const id = view.getUint16(at);
    const setLength = view.getUint16(at + 2);
    if (setLength < SET_HEADER) throw new DecodeError('length', 'ipfix', at, `set ${id} has length ${setLength}`);
    // A set may end after its message where the message's length is wrong, but never after the datagram.
    if (setLength > view.byteLength - at) {
      throw new DecodeError('length', 'ipfix', at, `set ${id} of ${setLength} octets ends after the datagram`);
    }
    const setEnd = at + setLength;
    decodeSet(context, message, id, view, at + SET_HEADER, setEnd);
    at = setEnd;
  }
  return at;
}

function decodeSet(context: SetContext, message: Message, id: number, view: DataView, from: number, to: number): void {
  if (id >= FIRST_TEMPLATE_ID) decodeDataSet(context, message, id, view, from, to);
  else if (id === TEMPLATES) decodeTemplateSet(context, message, false, view, from, to);
  else if (id === OPTIONS_TEMPLATES) decodeTemplateSet(context, message, true, view, from, to);
  else context.counters.setsUnknown++;
}
