// Tells flow datagrams from other UDP payloads by their first bytes, whatever the port. Used on captures, which hold DNS
// and anything else as well; the decoder does not depend on it. Two strengths: a header alone (enough for a file whose
// only content is a datagram, and for the usual ports) and a header whose lengths fit the payload.

export type FlowProtocol =
  | 'netflow1'
  | 'netflow5'
  | 'netflow6'
  | 'netflow7'
  | 'netflow8'
  | 'netflow9'
  | 'ipfix'
  | 'sflow';

const NETFLOW9_HEADER_BYTES = 20;
const IPFIX_HEADER_BYTES = 16;

const HEADER_BYTES: Readonly<Record<FlowProtocol, number>> = {
  netflow1: 16,
  netflow5: 24,
  netflow6: 24,
  netflow7: 24,
  netflow8: 28,
  netflow9: NETFLOW9_HEADER_BYTES,
  ipfix: IPFIX_HEADER_BYTES,
  sflow: 24,
};

/** Layouts whose length follows from the header's count (Cisco NetFlow FlowCollector formats; v1, v6: flow-tools). */
const RECORD_BYTES: Readonly<Partial<Record<FlowProtocol, number>>> = {
  netflow1: 48,
  netflow5: 48,
  netflow6: 52,
  netflow7: 52,
};

const BY_VERSION: readonly (FlowProtocol | undefined)[] = [
  undefined,
  'netflow1',
  undefined,
  undefined,
  undefined,
  'netflow5',
  'netflow6',
  'netflow7',
  'netflow8',
  'netflow9',
  'ipfix',
];

/** The protocol that the version tells, whatever the length; undefined where it tells none. */
export function versionProtocol(view: DataView, start = 0, end = view.byteLength): FlowProtocol | undefined {
  if (end - start < 4) return undefined;
  const version = view.getUint16(start);
  if (version !== 0) return BY_VERSION[version];
  const sflowVersion = view.getUint32(start);
  return sflowVersion === 2 || sflowVersion === 4 || sflowVersion === 5 ? 'sflow' : undefined;
}

/** The protocol of a whole header; undefined for what is none or is shorter. */
export function flowProtocol(view: DataView, start = 0, end = view.byteLength): FlowProtocol | undefined {
  const protocol = versionProtocol(view, start, end);
  if (protocol === undefined || end - start < HEADER_BYTES[protocol]) return undefined;
  if (protocol === 'sflow' && view.getUint32(start + 4) !== 1 && view.getUint32(start + 4) !== 2) return undefined;
  return protocol;
}

/**
 * True for a payload whose header and lengths are those of a flow datagram.
 * @param wireBytes length of the payload as it was sent, where the capture cut it
 */
export function looksLikeFlowDatagram(
  view: DataView,
  start = 0,
  end = view.byteLength,
  wireBytes = end - start,
): boolean {
  const protocol = flowProtocol(view, start, end);
  switch (protocol) {
    case undefined:
      return false;
    case 'netflow8':
      // 8.x: aggregation method 1–14, format version 2 in the bytes after the sequence (flow-tools, ftlib).
      return view.getUint8(start + 22) >= 1 && view.getUint8(start + 22) <= 14 && view.getUint8(start + 23) <= 2;
    case 'netflow9':
      return setFits(view, start + NETFLOW9_HEADER_BYTES, end, wireBytes - NETFLOW9_HEADER_BYTES, 0, 1);
    case 'ipfix': {
      const length = view.getUint16(start + 2);
      if (length < IPFIX_HEADER_BYTES || length > wireBytes) return false;
      return setFits(view, start + IPFIX_HEADER_BYTES, end, length - IPFIX_HEADER_BYTES, 2, 3);
    }
    case 'sflow':
      return sflowFits(view, start, end, wireBytes);
    default:
      return countedLength(view, start, protocol) <= wireBytes && view.getUint16(start + 2) > 0;
  }
}

/** Length in bytes of a datagram of v1, v5, v6 or v7 by its count. */
export function countedLength(view: DataView, start: number, protocol: FlowProtocol): number {
  return HEADER_BYTES[protocol] + view.getUint16(start + 2) * (RECORD_BYTES[protocol] ?? 0);
}

/** First set of a template protocol: a possible id, a length that fits; nothing after the header is fine, too. */
function setFits(
  view: DataView,
  at: number,
  end: number,
  wireBytes: number,
  templateSet: number,
  optionsSet: number,
): boolean {
  if (wireBytes === 0 || at + 4 > end) return wireBytes >= 0;
  const id = view.getUint16(at);
  const length = view.getUint16(at + 2);
  return (id === templateSet || id === optionsSet || id >= 256) && length >= 4 && length <= wireBytes;
}

/** sFlow: the number of samples is plausible, and in version 5 the first sample's length fits. */
function sflowFits(view: DataView, start: number, end: number, wireBytes: number): boolean {
  const version = view.getUint32(start);
  const afterAgent = start + 8 + (view.getUint32(start + 4) === 1 ? 4 : 16);
  // Version 5 has a sub-agent id before sequence and uptime.
  const countAt = afterAgent + (version === 5 ? 12 : 8);
  if (countAt + 4 > end) return wireBytes > end - start;
  const samples = view.getUint32(countAt);
  const samplesBytes = wireBytes - (countAt + 4 - start);
  if (samples * 8 > samplesBytes) return false;
  if (version !== 5 || samples === 0 || countAt + 12 > end) return true;
  return view.getUint32(countAt + 8) <= samplesBytes - 8;
}
