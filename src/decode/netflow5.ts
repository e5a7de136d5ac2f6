// NetFlow v5: a fixed header and up to 30 fixed records, IPv4 only. Layouts: Cisco, "NetFlow Export Datagram Formats".
//
//   header, 24 octets                           record, 48 octets
//    0 version = 5      16 flow sequence         0 source           24 first, sysUptime    38 protocol
//    2 count            20 engine type           4 destination      28 last, sysUptime     39 TOS
//    4 sysUptime, ms    21 engine id             8 next hop         32 source port         40 source AS
//    8 seconds          22 sampling:            12 input interface  34 destination port    42 destination AS
//   12 nanoseconds         2 bits mode,         14 output interface 36 (pad)               44 source mask
//                         14 bits interval      16 packets          37 TCP flags           45 destination mask
//                                               20 octets                                  46 (pad)

import { ipv4Text } from '../flow/address.ts';
import type { Datagram } from '../flow/datagram.ts';
import type { Flow } from '../flow/flow.ts';
import type { DecodeContext } from './context.ts';
import { decodeFixedLayout, type FixedLayout } from './legacy.ts';
import type { Session } from './template/domain.ts';

const LAYOUT: FixedLayout = {
  protocol: 'netflow_v5',
  version: 5,
  headerLength: 24,
  recordLength: 48,
  sequenceAt: 16,
  engine: (view, at) => view.getUint16(at + 20),
  samplingMode: (view, at) => view.getUint16(at + 22) >>> 14,
  fill,
};

/** Emits the datagram's flows. Throws DecodeError where it holds fewer than its count says, after those it holds. */
export function decodeNetflow5(context: DecodeContext, datagram: Datagram, session: Session, view: DataView): void {
  decodeFixedLayout(LAYOUT, context, datagram, session, view);
}

function fill(flow: Flow, view: DataView, header: number, at: number): void {
  // The two bits above say how packets are chosen (1 every Nth, 2 at random), and are left unread: 0 should mean that no
  // sampling is done, but Junos writes 0 beside an interval that it does sample by, and no collector heeds it. An
  // interval of 0 is what says "not sampled".
  const samplingInterval = view.getUint16(header + 22) & 0x3fff;
  if (samplingInterval > 0) flow.headerSamplingInterval = samplingInterval;
  fillNetflow5Record(flow, view, at);
}

/** The record without its header; those of v6 and v7 begin alike. */
export function fillNetflow5Record(flow: Flow, view: DataView, at: number): void {
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
