// NetFlow v6: v5 with the size of the encapsulations and one more next hop. Cisco never documented it; the layout is
// that of flow-tools (lib/ftlib.h, struct ftpdu_v6), which sends and reads it.
//
//   header, 24 octets     record, 52 octets
//    0 version = 6         0–45 as v5, without the sampling of its header
//    2 count              46 octets of encapsulation in, 47 out
//    4 … as v5            48 next hop within the peer

import type { Datagram } from '../flow/datagram.ts';
import type { DecodeContext } from './context.ts';
import { decodeFixedLayout, type FixedLayout } from './legacy.ts';
import { fillNetflow5Record } from './netflow5.ts';
import type { Session } from './template/domain.ts';

const LAYOUT: FixedLayout = {
  protocol: 'netflow_v6',
  version: 6,
  headerLength: 24,
  recordLength: 52,
  sequenceAt: 16,
  engine: (view, at) => view.getUint16(at + 20),
  fill: (flow, view, _header, at) => fillNetflow5Record(flow, view, at),
};

/** Emits the datagram's flows. Throws DecodeError where it holds fewer than its count says, after those it holds. */
export function decodeNetflow6(context: DecodeContext, datagram: Datagram, session: Session, view: DataView): void {
  decodeFixedLayout(LAYOUT, context, datagram, session, view);
}
