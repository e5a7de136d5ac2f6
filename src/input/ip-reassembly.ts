// Puts IP fragments together (RFC 791 §3.2, RFC 8200 §4.5). Exporters send datagrams longer than their MTU, sFlow above
// all. Memory is bounded: at most MAX_PARTIAL datagrams of 64 kB; the oldest gives way.

const MAX_PARTIAL = 256;
/** As long as hosts wait (RFC 1122 §3.3.2 has 60 to 120 s; Linux 30 s). */
const TIMEOUT_MS = 30_000;
const MAX_IP_PAYLOAD_BYTES = 65535;

interface Partial {
  readonly firstSeenMs: number;
  /** Payload so far; grows. */
  bytes: Uint8Array;
  /** Disjoint stretches that are filled, ascending: start, end, start, end … */
  readonly filled: number[];
  /** Length of the whole, known from the last fragment. */
  total: number | undefined;
}

export class IpReassembly {
  /** Datagrams given up: a fragment was missing for too long, or the fragments contradicted each other. */
  lost = 0;
  private readonly partials = new Map<string, Partial>();

  /**
   * Takes one fragment; returns the whole IP payload once it is complete.
   * @param key source, destination, protocol and identification
   * @param offset of this fragment in the payload, bytes
   */
  add(key: string, offset: number, isLast: boolean, fragment: Uint8Array, timeMs: number): Uint8Array | undefined {
    const end = offset + fragment.length;
    if (end > MAX_IP_PAYLOAD_BYTES || fragment.length === 0) return undefined;
    let partial = this.partials.get(key);
    if (partial !== undefined && timeMs - partial.firstSeenMs > TIMEOUT_MS) {
      // The identification has come round.
      this.giveUp(key);
      partial = undefined;
    }
    if (partial === undefined) {
      if (this.partials.size >= MAX_PARTIAL) this.giveUp(this.partials.keys().next().value!);
      partial = { firstSeenMs: timeMs, bytes: new Uint8Array(2048), filled: [], total: undefined };
      this.partials.set(key, partial);
    }
    if (isLast) partial.total = end;
    const fits = insert(partial.filled, offset, end);
    if (fits === 'overlap' || (partial.total !== undefined && partial.filled.at(-1)! > partial.total)) {
      // Not something an exporter does (RFC 5722 has receivers drop the datagram).
      this.giveUp(key);
      return undefined;
    }
    if (fits === 'repeated') return undefined;
    if (end > partial.bytes.length) partial.bytes = grown(partial.bytes, end);
    partial.bytes.set(fragment, offset);
    if (partial.total === undefined || partial.filled.length !== 2 || partial.filled[0] !== 0) return undefined;
    this.partials.delete(key);
    return partial.bytes.subarray(0, partial.total);
  }

  /** At the end of the capture: what is incomplete is lost. */
  end(): void {
    this.lost += this.partials.size;
    this.partials.clear();
  }

  private giveUp(key: string): void {
    if (this.partials.delete(key)) this.lost++;
  }
}

/** Adds [start, end) to the stretches and joins neighbours; a packet that was captured twice is told from an overlap. */
function insert(filled: number[], start: number, end: number): 'new' | 'repeated' | 'overlap' {
  let index = 0;
  while (index < filled.length && filled[index]! < start) index += 2;
  // The stretch before ends at filled[index - 1], the one behind starts at filled[index].
  if (index > 0 && filled[index - 1]! >= end) return 'repeated';
  if (index < filled.length && filled[index]! === start && filled[index + 1]! >= end) return 'repeated';
  if (index > 0 && filled[index - 1]! > start) return 'overlap';
  if (index < filled.length && filled[index]! < end) return 'overlap';
  const joinsBefore = index > 0 && filled[index - 1] === start;
  const joinsBehind = index < filled.length && filled[index] === end;
  if (joinsBefore && joinsBehind) filled.splice(index - 1, 2);
  else if (joinsBefore) filled[index - 1] = end;
  else if (joinsBehind) filled[index] = start;
  else filled.splice(index, 0, start, end);
  return 'new';
}

function grown(bytes: Uint8Array, needed: number): Uint8Array {
  const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
  larger.set(bytes);
  return larger;
}
