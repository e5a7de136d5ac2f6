// What NetFlow v1 to v8 have in common: a header with a count, then records of one fixed layout. The files of the
// versions only name header and record fields.

import type { Datagram } from '../flow/datagram.ts';
import type { ExportProtocol, Flow } from '../flow/flow.ts';
import { type DecodeContext, deliver, newFlow, trackSequence } from './context.ts';
import { DecodeError } from './errors.ts';
import type { Session } from './template/domain.ts';

/** A fixed layout. Octets of a header start with version u16, count u16, sysUptime u32, seconds u32, nanoseconds u32. */
export interface FixedLayout {
  readonly protocol: ExportProtocol;
  readonly version: number;
  readonly headerLength: number;
  readonly recordLength: number;
  /** Where the header counts the flows sent before it, u32; undefined where it does not. */
  readonly sequenceAt: number | undefined;
  /** Added to the engine where the same engine has several sequences. */
  readonly sequenceSpace?: number;
  /** The engine that counts for itself, from the header at `at`; stands in for the observation domain. */
  engine(view: DataView, at: number): number;
  /** How packets are chosen, from the header at `at`; undefined where it does not say. */
  samplingMode?(view: DataView, at: number): number;
  /** Fills what the header at `header` and the record at `at` say. */
  fill(flow: Flow, view: DataView, header: number, at: number): void;
}

/**
 * Emits the flows of a datagram, or of several after one another as files hold them. Throws DecodeError where it holds
 * fewer than its count says, after those it holds.
 */
export function decodeFixedLayout(
  layout: FixedLayout,
  context: DecodeContext,
  datagram: Datagram,
  session: Session,
  view: DataView,
): void {
  let at = 0;
  do at = decodeFixedMessage(layout, context, datagram, session, view, at);
  while (isFixedMessage(layout, view, at));
}

/** Emits the flows of the message at `start`; the octet after its records. Throws DecodeError. */
export function decodeFixedMessage(
  layout: FixedLayout,
  context: DecodeContext,
  datagram: Datagram,
  session: Session,
  view: DataView,
  start: number,
): number {
  const { protocol, headerLength, recordLength } = layout;
  if (view.byteLength - start < headerLength) throw new DecodeError('truncated', protocol, start, 'header cut off');
  const count = view.getUint16(start + 2);
  const uptimeMs = view.getUint32(start + 4);
  const exportMs = view.getUint32(start + 8) * 1000 + Math.floor(view.getUint32(start + 12) / 1e6);
  const engine = layout.engine(view, start);
  const facts = context.templates.facts(session.exporter, engine);
  if (facts === undefined) {
    context.counters.refusedDomainLimit++;
    return view.byteLength;
  }
  const sequence = layout.sequenceAt === undefined ? undefined : view.getUint32(start + layout.sequenceAt);
  if (sequence !== undefined) {
    const key = engine + (layout.sequenceSpace ?? 0);
    trackSequence(context, session, key, facts, 'records', sequence, count, uptimeMs);
  }
  const header = { records: count, sequence, samplingMode: layout.samplingMode?.(view, start) ?? 0 };
  const first = start + headerLength;
  const held = Math.min(count, Math.floor((view.byteLength - first) / recordLength));
  for (let i = 0; i < held; i++) {
    const at = first + i * recordLength;
    const flow = newFlow(session.exporter, facts, protocol, datagram.id, datagram.receivedMs, at);
    flow.observationDomainId = engine;
    flow.exportMs = exportMs;
    flow.uptimeMs = uptimeMs;
    flow.header = header;
    layout.fill(flow, view, start, at);
    deliver(context, flow);
  }
  if (held < count) {
    throw new DecodeError('length', protocol, start + 2, `count is ${count}, the datagram holds ${held} records`);
  }
  return first + held * recordLength;
}

/** True where one more whole message of the same version begins; anything else after the records is padding. */
export function isFixedMessage(layout: FixedLayout, view: DataView, at: number): boolean {
  const rest = view.byteLength - at - layout.headerLength;
  if (rest < layout.recordLength || view.getUint16(at) !== layout.version) return false;
  const count = view.getUint16(at + 2);
  return count > 0 && count * layout.recordLength <= rest;
}
