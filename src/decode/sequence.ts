// What never reached us: gaps in the sequence numbers of datagram headers. Estimated, and corrected: a datagram that
// comes late takes its loss back, one that comes twice changes nothing, and an exporter that starts anew has lost
// nothing. What is counted never changes what is decoded.
//
//   v5, v6, v7, v8   flows sent before this datagram (Cisco, "NetFlow Export Datagram Formats"); v1 has no sequence
//   v9               datagrams of the source id (RFC 3954 §5.1)
//   IPFIX            data records of the domain sent before this message, option records included (RFC 7011 §3.1)
//   sFlow            datagrams of the sub-agent; samples of the data source (sflow_version_5.txt §5)

import type { LossCounts } from '../flow/exporter.ts';

/** What a sequence number counts. */
export type SequenceUnit = 'records' | 'datagrams' | 'samples';

/** Sequence numbers that did not come; `flowsEach`: how many flows one of them stands for. */
interface Gap {
  from: number;
  length: number;
  readonly flowsEach: number;
}

/** Gaps remembered for late datagrams: the oldest is given up as lost for good. */
const MAX_GAPS = 16;
/** How far back a datagram may be late; further back the exporter has started anew. In datagrams, and records in them. */
const WINDOW: Readonly<Record<SequenceUnit, number>> = { datagrams: 1000, samples: 1000, records: 30_000 };
/** How far ahead a datagram of a port not seen before may be to count as going on; likewise. */
const JOIN: Readonly<Record<SequenceUnit, number>> = { datagrams: 8, samples: 8, records: 240 };
/** How far before the first datagram an earlier one may be that the network delivered after it; likewise. */
const EARLIER: Readonly<Record<SequenceUnit, number>> = { datagrams: 32, samples: 32, records: 240 };
/** Among so many datagrams that is looked for. */
const EARLY_DATAGRAMS = 16;
/** More than this cannot be lost between two datagrams that came: the exporter chose another number to start with. */
const MAX_GAP = 2 ** 24;
/** Datagrams in a row that follow one another behind what is expected: that is where the exporter counts now. */
const BEHIND_RUN = 3;
/** Datagrams that are late or read their clock sloppily may state an uptime that is lower by this, ms. */
const UPTIME_TOLERANCE_MS = 60_000;
/** A 32-bit clock of ms that goes back has wrapped if it went on by no more than this. */
const MAX_SILENCE_MS = 86_400_000;
/** v9 exporters that wrongly count records are known by so many datagrams in a row. */
const MISCOUNT_RUN = 3;

export class SequenceTracker {
  /** What is told: decoder, exporter, domain. */
  readonly #sinks: readonly LossCounts[];
  #unit: SequenceUnit;
  /** The next sequence number; undefined at first, and after a message whose records could not be counted. */
  #expected: number | undefined = undefined;
  #uptimeMs: number | undefined = undefined;
  /** The lowest sequence number, while it may still go down. */
  #first: number | undefined = undefined;
  readonly #gaps: Gap[] = [];
  /** Follows the last datagram that was behind. */
  #behindNext = -1;
  #behindRun = 0;
  /** What was expected before the exporter seemed to start anew: a single stray datagram does not count as that. */
  #beforeRestart: number | undefined = undefined;
  #datagrams = 0;
  #flows = 0;
  #lastRecords = 0;
  #miscountRun = 0;

  constructor(unit: SequenceUnit, sinks: readonly LossCounts[]) {
    this.#unit = unit;
    this.#sinks = sinks;
  }

  /** True where a datagram of another port goes on where this tracker's last one ended. */
  isContinuedBy(sequence: number): boolean {
    if (this.#expected === undefined) return false;
    const ahead = distance(sequence, this.#expected);
    return ahead >= 0 && ahead <= JOIN[this.#unit];
  }

  /** True where observing this would be taken for a new start. */
  isForeign(sequence: number): boolean {
    return this.#expected !== undefined && Math.abs(distance(sequence, this.#expected)) > WINDOW[this.#unit];
  }

  /**
   * Takes the header of the next datagram.
   * @param records data records in it; undefined where some could not be counted
   * @param uptimeMs sysUptime of the header, where the protocol has one
   */
  observe(sequence: number, records: number | undefined, uptimeMs: number | undefined): void {
    const expected = this.#expected;
    if (this.#datagrams === 0) this.#first = sequence;
    else if (this.#datagrams === EARLY_DATAGRAMS) this.#first = undefined;
    if (expected === undefined) this.#advance(sequence, records);
    else this.#place(sequence, records, distance(sequence, expected), uptimeMs);
    if (uptimeMs !== undefined) this.#uptimeMs = uptimeMs;
    this.#datagrams++;
    this.#flows += records ?? 0;
    this.#lastRecords = records ?? 0;
  }

  #place(sequence: number, records: number | undefined, ahead: number, uptimeMs: number | undefined): void {
    if (ahead === 0) {
      this.#beforeRestart = undefined;
      this.#miscountRun = 0;
      this.#advance(sequence, records);
    } else if (this.#returns(sequence)) {
      this.#restart(-1);
      const before = this.#beforeRestart!;
      this.#beforeRestart = undefined;
      this.#place(sequence, records, distance(sequence, before), uptimeMs);
    } else if (this.#hasBooted(uptimeMs)) {
      this.#restart(1);
      this.#advance(sequence, records);
    } else if (ahead > MAX_GAP || ahead < -WINDOW[this.#unit]) {
      this.#beforeRestart = this.#expected;
      this.#restart(1);
      this.#advance(sequence, records);
    } else if (ahead > 0) {
      if (!this.#isMiscount(ahead)) this.#open(this.#expected!, ahead);
      this.#advance(sequence, records);
    } else {
      this.#behind(sequence, records);
    }
  }

  #units(records: number | undefined): number | undefined {
    return this.#unit === 'records' ? records : 1;
  }

  #advance(sequence: number, records: number | undefined): void {
    const units = this.#units(records);
    this.#expected = units === undefined ? undefined : (sequence + units) >>> 0;
    this.#behindRun = 0;
  }

  /** Late, twice, or the exporter counts otherwise than expected. */
  #behind(sequence: number, records: number | undefined): void {
    const units = this.#units(records);
    if (this.#close(sequence, units ?? 1) || this.#beginEarlier(sequence, units)) {
      for (const sink of this.#sinks) sink.reordered++;
      return;
    }
    // What came before cannot reach beyond it: this exporter does not count all that we do, such as option records.
    if (units !== undefined && distance((sequence + units) >>> 0, this.#expected!) > 0) {
      this.#advance(sequence, records);
      return;
    }
    this.#behindRun = sequence === this.#behindNext ? this.#behindRun + 1 : 1;
    this.#behindNext = units === undefined ? -1 : (sequence + units) >>> 0;
    if (this.#behindRun < BEHIND_RUN || units === 0) {
      for (const sink of this.#sinks) sink.duplicates++;
      return;
    }
    // Without having come near 0, it is the exporter's way of counting.
    if (sequence < WINDOW[this.#unit]) this.#restart(1);
    this.#advance(sequence, records);
  }

  /** True for a datagram from before the first one: what is missing between the two is a gap like others. */
  #beginEarlier(sequence: number, units: number | undefined): boolean {
    const first = this.#first;
    if (first === undefined || units === undefined) return false;
    const between = distance(first, (sequence + units) >>> 0);
    if (sequence === first || between < 0 || between > EARLIER[this.#unit]) return false;
    if (between > 0) this.#open((sequence + units) >>> 0, between);
    this.#first = sequence;
    return true;
  }

  #hasBooted(uptimeMs: number | undefined): boolean {
    const last = this.#uptimeMs;
    if (uptimeMs === undefined || last === undefined || uptimeMs >= last) return false;
    return last - uptimeMs > UPTIME_TOLERANCE_MS && (uptimeMs - last) >>> 0 > MAX_SILENCE_MS;
  }

  #returns(sequence: number): boolean {
    if (this.#beforeRestart === undefined) return false;
    const ahead = distance(sequence, this.#beforeRestart);
    return ahead >= 0 && ahead <= WINDOW[this.#unit];
  }

  #restart(count: 1 | -1): void {
    this.#gaps.length = 0;
    this.#first = undefined;
    for (const sink of this.#sinks) sink.restarts += count;
  }

  /** Some exporters count records in v9: then the gap is always what the last datagram held. */
  #isMiscount(ahead: number): boolean {
    if (this.#unit !== 'datagrams' || this.#lastRecords < 2 || ahead + 1 !== this.#lastRecords) {
      this.#miscountRun = 0;
      return false;
    }
    this.#miscountRun++;
    if (this.#miscountRun < MISCOUNT_RUN) return false;
    for (const gap of this.#gaps) this.#count(-gap.length, gap.flowsEach);
    this.#gaps.length = 0;
    this.#unit = 'records';
    return true;
  }

  #open(from: number, length: number): void {
    const flowsEach = this.#unit === 'datagrams' ? Math.round(this.#flows / this.#datagrams) : 1;
    if (this.#gaps.length >= MAX_GAPS) this.#gaps.shift();
    this.#gaps.push({ from, length, flowsEach });
    this.#count(length, flowsEach);
  }

  /** Takes `units` out of the gap that they are in; false where they are in none. */
  #close(sequence: number, units: number): boolean {
    const gaps = this.#gaps;
    for (let i = 0; i < gaps.length; i++) {
      const gap = gaps[i]!;
      const before = distance(sequence, gap.from);
      const after = gap.length - before - units;
      if (before < 0 || after < 0) continue;
      // A message of templates only: it is late, and no loss is taken back.
      if (units === 0) return true;
      this.#count(-units, gap.flowsEach);
      const rest: Gap[] = [];
      if (before > 0) rest.push({ from: gap.from, length: before, flowsEach: gap.flowsEach });
      if (after > 0) rest.push({ from: (sequence + units) >>> 0, length: after, flowsEach: gap.flowsEach });
      gaps.splice(i, 1, ...rest);
      if (gaps.length > MAX_GAPS) gaps.shift();
      return true;
    }
    return false;
  }

  #count(units: number, flowsEach: number): void {
    for (const sink of this.#sinks) {
      sink.lostFlows += units * flowsEach;
      if (this.#unit === 'datagrams') sink.lostDatagrams += units;
    }
  }
}

/** a − b of two numbers that wrap at 2^32: −2^31 … 2^31 − 1. */
function distance(a: number, b: number): number {
  return (a - b) | 0;
}

/** What of a port's session this needs to know (template/store.ts). */
interface SequencedSession {
  readonly sequences: Map<number, SharedTracker>;
}

/** A tracker, and whether datagrams of several ports go through it. */
export interface SharedTracker {
  readonly tracker: SequenceTracker;
  readonly unit: SequenceUnit;
  isShared: boolean;
}

/**
 * The tracker of a session and domain. Several processes of one address count each for itself, by port; but a port that
 * goes on where another one ended belongs to the same process, as exporters with a socket per thread have several.
 * @param siblings all sessions of the exporter; asked only when the session is new to the domain
 */
export function trackerFor(
  session: SequencedSession,
  siblings: () => Iterable<SequencedSession>,
  domainId: number,
  unit: SequenceUnit,
  sequence: number,
  sinks: () => readonly LossCounts[],
): SequenceTracker {
  const known = session.sequences.get(domainId);
  if (known !== undefined && known.unit === unit && !(known.isShared && known.tracker.isForeign(sequence))) {
    return known.tracker;
  }
  if (known === undefined) {
    for (const sibling of siblings()) {
      const shared = sibling.sequences.get(domainId);
      if (shared === undefined || shared.unit !== unit || !shared.tracker.isContinuedBy(sequence)) continue;
      shared.isShared = true;
      session.sequences.set(domainId, shared);
      return shared.tracker;
    }
  }
  const tracker = new SequenceTracker(unit, sinks());
  session.sequences.set(domainId, { tracker, unit, isShared: false });
  return tracker;
}
