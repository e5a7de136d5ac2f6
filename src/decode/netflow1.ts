// NetFlow v1: the first layout, without sequence numbers, AS numbers and masks. Layouts: Cisco, "NetFlow Export Datagram
// Formats". softflowd puts more than the 24 records into a datagram that Cisco allows: the count says how many.
//
//   header, 16 octets    record, 48 octets
//    0 version = 1        0 source            16 packets             34 destination port
//    2 count              4 destination       20 octets              36 (pad)
//    4 sysUptime, ms      8 next hop          24 first, sysUptime    38 protocol
//    8 seconds           12 input interface   28 last, sysUptime     39 TOS
//   12 nanoseconds       14 output interface  32 source port         40 TCP flags, then padding

import { ipv4Text } from '../flow/address.ts';
import type { Datagram } from '../flow/datagram.ts';
import type { Flow } from '../flow/flow.ts';
import type { DecodeContext } from './context.ts';
import { decodeFixedLayout, type FixedLayout } from './legacy.ts';
import type { Session } from './template/domain.ts';

const LAYOUT: FixedLayout = {
  protocol: 'netflow_v1',
  version: 1,
  headerLength: 16,
  recordLength: 48,
  sequenceAt: undefined,
  engine: () => 0,
  fill,
};

/** Emits the datagram's flows. Throws DecodeError where it holds fewer than its count says, after those it holds. */
export function decodeNetflow1(context: DecodeContext, datagram: Datagram, session: Session, view: DataView): void {
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
  flow.protocolNumber = view.getUint8(at + 38);
  flow.tos = view.getUint8(at + 39);
  flow.tcpFlags = view.getUint8(at + 40);
}
