// NetFlow v9 (RFC 3954): message and set framing. Templates and records are template/'s work.
//
//   header, 20 octets (§5.1)      then sets (§5.2, §5.3, §6.1)
//    0 version = 9                 0 id: 0 templates, 1 options templates, from 256 on data
//    2 count of records            2 length, header included
//    4 sysUptime, ms               4 content
//    8 seconds
//   12 sequence, of datagrams
//   16 source id
//
// The count is not believed: softflowd's is too small, others count sets. Sets are read until the octets end.

import type { Datagram } from '../flow/datagram.ts';
import { type Message, trackSequence } from './context.ts';
import { DecodeError } from './errors.ts';
import type { Session } from './template/domain.ts';
import { decodeDataSet, decodeTemplateSet, FIRST_TEMPLATE_ID, type SetContext } from './template/sets.ts';

const HEADER = 20;
const SET_HEADER = 4;
const TEMPLATES = 0;
const OPTIONS_TEMPLATES = 1;

/** Decodes a datagram, or several after one another as files hold them. Throws DecodeError; what came before stands. */
export function decodeNetflow9(context: SetContext, datagram: Datagram, session: Session, view: DataView): void {
  let at = 0;
  do at = decodeMessage(context, datagram, session, view, at);
  while (at < view.byteLength);
}

/** Decodes the message at `start` and returns the octet after it. */
function decodeMessage(
  context: SetContext,
  datagram: Datagram,
  session: Session,
  view: DataView,
  start: number,
): number {
  const end = view.byteLength;
  if (end - start < HEADER) throw new DecodeError('truncated', 'netflow_v9', start, 'header cut off');
  const domain = context.templates.domain(session, view.getUint32(start + 16));
  if (domain === undefined) {
    context.counters.refusedDomainLimit++;
    return end;
  }
  const message: Message = {
    protocol: 'netflow_v9',
    exporter: session.exporter,
    domain,
    datagramId: datagram.id,
    receivedMs: datagram.receivedMs,
    exportMs: view.getUint32(start + 8) * 1000,
    uptimeMs: view.getUint32(start + 4),
    systemInitMs: undefined,
    records: 0,
    hasUncounted: false,
  };
  try {
    return decodeSets(context, message, view, start + HEADER, end);
  } finally {
    const sequence = view.getUint32(start + 12);
    const records = message.hasUncounted ? undefined : message.records;
    trackSequence(context, session, domain.id, domain.facts, 'datagrams', sequence, records, message.uptimeMs);
  }
}

/** Decodes the sets from `from` to the end of the octets or the next header; returns the octet after them. */
function decodeSets(context: SetContext, message: Message, view: DataView, from: number, end: number): number {
  let at = from;
  // Fewer than 4 octets, or zeros, after the last set are padding.
  while (end - at >= SET_HEADER && view.getUint32(at) !== 0) {
    if (isMessage(view, at, end, message.domain.id)) return at;
    const id = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (length < SET_HEADER) throw new DecodeError('length', 'netflow_v9', at, `set ${id} has length ${length}`);
    const setEnd = Math.min(at + length, end);
    decodeSet(context, message, id, view, at + SET_HEADER, setEnd);
    if (at + length > end)
      throw new DecodeError('truncated', 'netflow_v9', at, `set ${id} of ${length} octets cut off`);
    at = setEnd;
  }
  return end;
}

function decodeSet(context: SetContext, message: Message, id: number, view: DataView, from: number, to: number): void {
  if (id >= FIRST_TEMPLATE_ID) decodeDataSet(context, message, id, view, from, to);
  else if (id === TEMPLATES) decodeTemplateSet(context, message, false, view, from, to);
  else if (id === OPTIONS_TEMPLATES) decodeTemplateSet(context, message, true, view, from, to);
  else context.counters.setsUnknown++;
}

/** True where another header begins: 9 is no set id, the source is the same, and a set follows. */
function isMessage(view: DataView, at: number, end: number, sourceId: number): boolean {
  if (view.getUint16(at) !== 9 || end - at < HEADER + SET_HEADER || view.getUint32(at + 16) !== sourceId) return false;
  const id = view.getUint16(at + HEADER);
  return id === TEMPLATES || id === OPTIONS_TEMPLATES || id >= FIRST_TEMPLATE_ID;
}
