// NetFlow v8: flows that the router has already added up, by one of 14 schemes. Each has a record layout of its own
// (netflow8-layouts.ts). Layouts: Cisco, "NetFlow Export Datagram Formats".
//
//   header, 28 octets
//    0 version = 8        8 seconds           20 engine type      23 version of the aggregation = 2
//    2 count             12 nanoseconds       21 engine id        24 (reserved)
//    4 sysUptime, ms     16 flow sequence     22 aggregation

import type { Datagram } from '../flow/datagram.ts';
import type { Flow } from '../flow/flow.ts';
import type { DecodeContext } from './context.ts';
import { DecodeError } from './errors.ts';
import { decodeFixedMessage, type FixedLayout, isFixedMessage } from './legacy.ts';
import { AGGREGATION_LAYOUTS, type AggregationLayout, type LayoutField } from './netflow8-layouts.ts';
import type { Session } from './template/domain.ts';
import { FILLERS, type Filler, type MakeFiller } from './template/fillers.ts';
import { type ElementType, readerFor } from './template/readers.ts';

const HEADER = 28;
const SCHEME = 22;

const OCTETS: Readonly<Partial<Record<ElementType, number>>> = {
  unsigned8: 1,
  unsigned16: 2,
  unsigned32: 4,
  ipv4Address: 4,
};

interface Step {
  readonly offset: number;
  readonly length: number;
  readonly fill: Filler;
}

const LAYOUTS: ReadonlyMap<number, FixedLayout> = new Map(
  [...AGGREGATION_LAYOUTS].map(([scheme, layout]) => [scheme, fixedLayout(scheme, layout)]),
);

/**
 * Emits the datagram's flows. Throws DecodeError where its scheme is not known, and where it holds fewer than its count
 * says, after those it holds.
 */
export function decodeNetflow8(context: DecodeContext, datagram: Datagram, session: Session, view: DataView): void {
  let at = 0;
  let layout: FixedLayout | undefined;
  do {
    if (view.byteLength - at < HEADER) throw new DecodeError('truncated', 'netflow_v8', at, 'header cut off');
    const scheme = view.getUint8(at + SCHEME);
    layout = LAYOUTS.get(scheme);
    if (layout === undefined) {
      throw new DecodeError('value', 'netflow_v8', at + SCHEME, `aggregation ${scheme} is not known`);
    }
    at = decodeFixedMessage(layout, context, datagram, session, view, at);
    // Switches pad their datagrams. What follows may be of another scheme, with shorter records: asked by the shortest.
  } while (isFixedMessage(SHORTEST, view, at) && LAYOUTS.has(view.getUint8(at + SCHEME)));
}

function fixedLayout(scheme: number, { recordLength, fields }: AggregationLayout): FixedLayout {
  const steps = fields.map(stepOf);
  return {
    protocol: 'netflow_v8',
    version: 8,
    headerLength: HEADER,
    recordLength,
    sequenceAt: 16,
    // Each aggregation counts for itself, which one counter per engine would take for gaps.
    sequenceSpace: scheme * 0x10000,
    engine: (view, at) => view.getUint16(at + 20),
    fill: (flow, view, _header, at) => fill(steps, flow, view, at),
  };
}

const SHORTEST = LAYOUTS.get(1)!;

function stepOf([field, offset, type]: LayoutField): Step {
  const length = OCTETS[type]!;
  const make = FILLERS[field] as MakeFiller<unknown>; // as: the table names fields that have a filler
  return { offset, length, fill: make(readerFor(type, length)!) };
}

function fill(steps: readonly Step[], flow: Flow, view: DataView, at: number): void {
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    step.fill(flow, view, at + step.offset, step.length);
  }
}
