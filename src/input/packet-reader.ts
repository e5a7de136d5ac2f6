// From a captured packet to a datagram: link layer, IP, UDP, and whether its payload is a flow datagram.

import type { Datagram } from '../flow/datagram.ts';
import type { CaptureStats } from './capture-stats.ts';
import { sortableNumber } from './datagram-id.ts';
import { looksLikeFlowDatagram, versionProtocol } from './flow-datagram.ts';
import { IpReassembly } from './ip-reassembly.ts';
import { ipOffset, isKnownLinkType } from './link-layer.ts';
import { type UdpPayload, udpPayload } from './udp-packet.ts';

/** Ports that exporters send to by default or by habit: here the header's version is proof enough, lengths may lie. */
const FLOW_PORTS: ReadonlySet<number> = new Set([
  2055, 2056, 4432, 4729, 4739, 4740, 6343, 6344, 9025, 9555, 9666, 9995, 9996, 9997, 9998, 9999,
]);

export class PacketReader {
  private readonly fileId: string;
  private readonly stats: CaptureStats;
  private readonly fragments = new IpReassembly();
  /** Time of the packet before, for packets without one. */
  private lastMs: number;

  /** @param modifiedMs time for packets before the first that has one, epoch ms */
  constructor(fileId: string, modifiedMs: number, stats: CaptureStats) {
    this.fileId = fileId;
    this.lastMs = modifiedMs;
    this.stats = stats;
  }

  /** The datagram in the packet [start, end), or undefined. Numbers packets as Wireshark does, in the order of the file. */
  read(
    view: DataView,
    start: number,
    end: number,
    linkType: number,
    timeMs: number,
    wireBytes: number,
  ): Datagram | undefined {
    const number = ++this.stats.packets;
    if (!Number.isNaN(timeMs)) this.lastMs = timeMs;
    const at = ipOffset(view, start, end, linkType);
    if (at < 0) return this.foreign(linkType);
    const payload = udpPayload(view, at, end, this.lastMs, this.fragments);
    if (payload === 'fragment') return undefined;
    if (payload === 'other' || !isFlow(payload)) return this.foreign(linkType);
    const isCut = payload.end - payload.start < payload.wireBytes && wireBytes > end - start;
    if (isCut) this.stats.truncated++;
    this.stats.datagrams++;
    return {
      bytes: new Uint8Array(payload.view.buffer, payload.view.byteOffset + payload.start, payload.end - payload.start),
      exporterAddress: payload.sourceAddress,
      exporterPort: payload.sourcePort,
      receivedMs: this.lastMs,
      id: this.fileId + sortableNumber(number),
    };
  }

  /** After the last packet. */
  end(): void {
    this.fragments.end();
    this.stats.fragmentsLost = this.fragments.lost;
  }

  private foreign(linkType: number): undefined {
    this.stats.foreign++;
    if (!isKnownLinkType(linkType)) {
      const { unknownLinkTypes } = this.stats;
      unknownLinkTypes.set(linkType, (unknownLinkTypes.get(linkType) ?? 0) + 1);
    }
  }
}

function isFlow(payload: UdpPayload): boolean {
  const { view, start, end } = payload;
  if (FLOW_PORTS.has(payload.destinationPort)) return versionProtocol(view, start, end) !== undefined;
  return looksLikeFlowDatagram(view, start, end, payload.wireBytes);
}
