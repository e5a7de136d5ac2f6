// Marks flows that another record counts, too, so that totals can leave them out. No memory of flows is needed:
//
//   1  the record was metered at an interface that the user's table says is no boundary: another exporter, or another
//      interface, meters the same packets where they enter or leave
//   2  the record was metered at egress, and the same exporter meters the interface that it came in by at ingress
//
// Which interfaces are metered at ingress is learnt per exporter and domain, from records that say so (IE 61) and are no
// duplicates by rule 1. Records without a direction are ingress records, as NetFlow v5's are, but teach nothing.

import type { DomainFacts, Exporter } from '../flow/exporter.ts';
import type { Flow } from '../flow/flow.ts';
import type { Enricher } from './enricher.ts';
import type { InterfaceRows, InterfaceTable } from './interface-table.ts';

export interface DuplicatesOptions {
  /** Milliseconds for which an interface counts as metered at ingress after its last ingress record. */
  readonly windowMs: number;
}

/** Interfaces learnt per exporter and domain; further ones are not. */
const INTERFACE_LIMIT = 4096;
/** … of all of them, about 50 MB; when there are more, everything is learnt anew. */
const TOTAL_LIMIT = 1_000_000;
const EGRESS = 1;
const INGRESS = 0;

/** What is known of one observation domain. */
interface DomainState {
  /** Epoch ms of the last ingress record by interface, to a sixteenth of the window. */
  readonly ingressMs: Map<number, number>;
  boundaries: InterfaceRows | undefined;
  /** Of the table that boundaries are from. */
  version: number;
}

/** Sets flow.isDuplicate. */
export function duplicatesEnricher(options: DuplicatesOptions, table: InterfaceTable): Enricher {
  const { windowMs } = options;
  // Goes with the facts, whose number the decoder bounds.
  let states = new WeakMap<DomainFacts, DomainState>();
  let total = 0;
  // Flows come by the datagram, so the last domain is mostly the same.
  let lastFacts: DomainFacts | undefined;
  let state: DomainState = { ingressMs: new Map(), boundaries: undefined, version: 0 };

  return function duplicates(flow: Flow): void {
    const { direction, inputInterface, receivedMs } = flow;
    if (flow.facts !== lastFacts || state.version !== table.version) enter(flow.facts, flow.exporter);
    if (state.boundaries !== undefined) {
      const metered = direction === EGRESS ? flow.outputInterface : inputInterface;
      if (metered !== undefined && state.boundaries.get(metered)?.isBoundary === false) {
        flow.isDuplicate = true;
        return;
      }
    }
    if (inputInterface === undefined) return;
    if (direction === EGRESS) {
      const seenMs = state.ingressMs.get(inputInterface);
      if (seenMs !== undefined && receivedMs - seenMs <= windowMs) flow.isDuplicate = true;
    } else if (direction === INGRESS) {
      total += learn(state.ingressMs, inputInterface, receivedMs, windowMs);
      if (total > TOTAL_LIMIT) forgetAll();
    }
  };

  function forgetAll(): void {
    states = new WeakMap();
    lastFacts = undefined;
    total = 0;
  }

  function enter(facts: DomainFacts, exporter: Exporter): void {
    let found = states.get(facts);
    if (found === undefined) {
      found = { ingressMs: new Map(), boundaries: undefined, version: -1 };
      states.set(facts, found);
    }
    if (found.version !== table.version) {
      found.version = table.version;
      found.boundaries = table.find(exporter.address);
    }
    lastFacts = facts;
    state = found;
  }
}

/** Writes a time only when it has changed noticeably: reading a map is much cheaper. Returns how many are new: 0 or 1. */
function learn(ingressMs: Map<number, number>, index: number, nowMs: number, windowMs: number): number {
  const seenMs = ingressMs.get(index);
  if (seenMs === undefined ? ingressMs.size < INTERFACE_LIMIT : Math.abs(nowMs - seenMs) > windowMs / 16) {
    ingressMs.set(index, nowMs);
    return seenMs === undefined ? 1 : 0;
  }
  return 0;
}
