// NetFlow v7: v5 as Catalyst 5000 switches export it, with flags that say which fields the flow mask left empty, and
// the router that the switch cut the path of. Layouts: Cisco, "NetFlow Export Datagram Formats".
//
//   header, 24 octets    record, 52 octets
//    0 version = 7        0 source            20 octets              37 TCP flags           44 source mask
//    2 count              4 destination       24 first, sysUptime    38 protocol            45 destination mask
//    4 sysUptime, ms      8 next hop          28 last, sysUptime     39 TOS                 46 flags of the flow
//    8 seconds           12 input interface   32 source port         40 source AS           48 bypassed router
//   12 nanoseconds       14 output interface  34 destination port    42 destination AS
//   16 flow sequence     16 packets           36 flags of fields

import type { Datagram } from '../flow/datagram.ts';
import type { DecodeContext } from './context.ts';
import { decodeFixedLayout, type FixedLayout } from './legacy.ts';
import { fillNetflow5Record } from './netflow5.ts';
import type { Session } from './template/domain.ts';

const LAYOUT: FixedLayout = {
  protocol: 'netflow_v7',
  version: 7,
  headerLength: 24,
  recordLength: 52,
  sequenceAt: 16,
  engine: () => 0,
  fill: (flow, view, _header, at) => fillNetflow5Record(flow, view, at),
};

/** Emits the datagram's flows. Throws DecodeError where it holds fewer than its count says, after those it holds. */
export function decodeNetflow7(context: DecodeContext, datagram: Datagram, session: Session, view: DataView): void {
  decodeFixedLayout(LAYOUT, context, datagram, session, view);
}
