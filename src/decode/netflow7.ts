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

import { ipv4Text } from '../flow/address.ts';
import type { Datagram } from '../flow/datagram.ts';
import type { Flow } from '../flow/flow.ts';
import type { DecodeContext } from './context.ts';
import { decodeFixedLayout, type FixedLayout } from './legacy.ts';
import type { Session } from './template/store.ts';

const LAYOUT: FixedLayout = {
  protocol: 'netflow_v7',
  version: 7,
  headerLength: 24,
  recordLength: 52,
  sequenceAt: 16,
  engine: () => 0,
  fill,
};

/** Emits the datagram's flows. Throws DecodeError where it holds fewer than its count says, after those it holds. */
export function decodeNetflow7(context: DecodeContext, datagram: Datagram, session: Session, view: DataView): void {
  decodeFixedLayout(LAYOUT, context, datagram, session, view);
}

function fill(flow: Flow, view: DataView, _header: number, at: number): void {
  flow.sourceIp = ipv4Text(view, at);
  flow.destinationIp = ipv4Text(view, at + 4);
  flow.nextHopIp = ipv4Text(view, at + 8);
  flow.inputInterface = view.getUint16(at + 12);
  flow.outputInterface = view.getUint16(at + 14);
  flow.packets = view.getUint32(at + 16);
  flow.octets = view.getUint32(at + 20);
  flow.startUptimeMs = view.getUint32(at + 24);
  flow.endUptimeMs = view.getUint32(at + 28);
  flow.sourcePort = view.getUint16(at + 32);
  flow.destinationPort = view.getUint16(at + 34);
  flow.tcpFlags = view.getUint8(at + 37);
  flow.protocolNumber = view.getUint8(at + 38);
  flow.tos = view.getUint8(at + 39);
  flow.sourceAs = view.getUint16(at + 40);
  flow.destinationAs = view.getUint16(at + 42);
  flow.sourceMask = view.getUint8(at + 44);
  flow.destinationMask = view.getUint8(at + 45);
}
