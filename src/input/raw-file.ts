// Raw files: UDP payloads without any packet around them (.bin .dat .dump .raw), or IPFIX files (RFC 5655), which are
// messages one after the other. A file is one datagram, unless at its computed end the header of another one of the same
// version follows. What follows a datagram and is no header belongs to it (padding, and lengths that lie): the decoder
// counts it. They tell no sender: all raw files share one exporter, so a template file serves the data file after it.

import type { Datagram } from '../flow/datagram.ts';
import type { CaptureStats } from './capture-stats.ts';
import { sortableNumber } from './datagram-id.ts';
import { countedLength, type FlowProtocol, flowProtocol } from './flow-datagram.ts';

/** Sender of all raw files: RFC 1122 §3.2.1.3 has 0.0.0.0 mean "unknown". */
export const RAW_EXPORTER_ADDRESS = '0.0.0.0';
export const RAW_EXPORTER_PORT = 0;

/** No datagram is longer: UDP has a length of 16 bits, an IPFIX message, too. */
const MAX_DATAGRAM_BYTES = 65535;
/** A datagram and the header of the next: with that much at hand the end of a datagram is certain. */
const LOOKAHEAD_BYTES = 2 * MAX_DATAGRAM_BYTES + 64;

/** True for a file that starts with the header of a flow datagram. */
export function isFlowFile(view: DataView): boolean {
  return flowProtocol(view) !== undefined;
}

/** Reads a raw file by chunks. */
export class RawReader {
  readonly problem = undefined;
  private readonly fileId: string;
  private readonly modifiedMs: number;
  private readonly stats: CaptureStats;

  /** @param modifiedMs receive time of datagrams that tell no export time (sFlow): when the file was written */
  constructor(fileId: string, modifiedMs: number, stats: CaptureStats) {
    this.fileId = fileId;
    this.modifiedMs = modifiedMs;
    this.stats = stats;
  }

  /** Appends the datagrams of `view` whose end is certain; returns how many bytes they take. */
  read(view: DataView, isEnd: boolean, datagrams: Datagram[]): number {
    let at = 0;
    while (at < view.byteLength && (isEnd || view.byteLength - at >= LOOKAHEAD_BYTES)) {
      const end = rawDatagramEnd(view, at);
      this.stats.packets++;
      this.stats.datagrams++;
      datagrams.push({
        bytes: new Uint8Array(view.buffer, view.byteOffset + at, end - at),
        exporterAddress: RAW_EXPORTER_ADDRESS,
        exporterPort: RAW_EXPORTER_PORT,
        receivedMs: headerTimeMs(view, at) ?? this.modifiedMs,
        id: this.fileId + sortableNumber(this.stats.packets),
      });
      at = end;
    }
    return at;
  }

  end(): void {}
}

/** End of the datagram that starts at `start`; `view` must hold LOOKAHEAD_BYTES more, or end with the file. */
export function rawDatagramEnd(view: DataView, start: number): number {
  const fileEnd = view.byteLength;
  const protocol = flowProtocol(view, start, fileEnd);
  const next = nextHeaderAt(view, start, protocol);
  if (next !== undefined && next > start && flowProtocol(view, next, fileEnd) === protocol) return next;
  return Math.min(fileEnd, start + MAX_DATAGRAM_BYTES);
}

function nextHeaderAt(view: DataView, start: number, protocol: FlowProtocol | undefined): number | undefined {
  switch (protocol) {
    case 'ipfix':
      return start + view.getUint16(start + 2);
    case 'netflow9':
      return netflow9End(view, start);
    case 'netflow1':
    case 'netflow5':
    case 'netflow6':
    case 'netflow7':
      return start + countedLength(view, start, protocol);
    default:
      return undefined;
  }
}

/**
 * NetFlow v9 has no length (RFC 3954 §5.1), and its count is often wrong. So its sets are walked: ids 2 to 255 are
 * reserved, hence a "set" with id 9 is the version of the next header.
 */
function netflow9End(view: DataView, start: number): number | undefined {
  let at = start + 20;
  while (at + 4 <= view.byteLength && at - start < MAX_DATAGRAM_BYTES) {
    const id = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (id === 9) return at;
    if (length < 4) return undefined;
    at += length;
  }
  return undefined;
}

/** Export time in the datagram's header, epoch ms; undefined where it has none (sFlow) or it is not set. */
export function headerTimeMs(view: DataView, start: number): number | undefined {
  switch (flowProtocol(view, start)) {
    case undefined:
    case 'sflow':
      return undefined;
    case 'ipfix':
      return seconds(view.getUint32(start + 4));
    case 'netflow9':
      return seconds(view.getUint32(start + 8));
    default: {
      // v1, v5, v6, v7, v8 alike: sysUptime, then seconds and nanoseconds.
      const ms = seconds(view.getUint32(start + 8));
      const nanoseconds = view.getUint32(start + 12);
      return ms === undefined || nanoseconds >= 1e9 ? ms : ms + Math.floor(nanoseconds / 1e6);
    }
  }
}

function seconds(value: number): number | undefined {
  return value === 0 ? undefined : value * 1000;
}
