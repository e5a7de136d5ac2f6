// Marks flows that another record counts, too, so that totals can leave them out. No memory of flows is needed:
//
//   1  the record was metered at an interface that the user's table says is no boundary: another exporter, or another
//      interface, meters the same packets where they enter or leave
//   2  the record was metered at egress, and the same exporter meters the interface that it came in by at ingress
//
// Which interfaces are metered at ingress is learnt per exporter, from records that say so (IE 61) and are no duplicates by
// rule 1. Not per domain: line cards are domains of their own, and the egress record comes from the card that the flow
// leaves by. Records without a direction are ingress records, as NetFlow v5's are, but teach nothing.

import type { Exporter } from '../flow/exporter.ts';
import type { Flow } from '../flow/flow.ts';
import type { Enricher } from './enricher.ts';
import type { InterfaceRows, InterfaceTable } from './interface-table.ts';

export interface DuplicatesOptions {
  /** Milliseconds for which an interface counts as metered at ingress after its last ingress record. */
  readonly windowMs: number;
}

/** Interfaces learnt per exporter; further ones are not. */
const INTERFACE_LIMIT = 16_384;
/** … of all of them, about 50 MB; when there are more, everything is learnt anew. */
const TOTAL_LIMIT = 1_000_000;
const EGRESS = 1;
const INGRESS = 0;

/** What is known of one exporter. */
interface ExporterState {
  /** Epoch ms of the last ingress record by interface, to a sixteenth of the window. */
  readonly ingressMs: Map<number, number>;
  boundaries: InterfaceRows | undefined;
  /** Of the table that boundaries are from. */
  version: number;
}

/** Sets flow.isDuplicate. */
export function duplicatesEnricher(options: DuplicatesOptions, table: InterfaceTable): Enricher {
  const { windowMs } = options;
  // Goes with the exporters, whose number the decoder bounds.
  let states = new WeakMap<Exporter, ExporterState>();
  let total = 0;
  // Flows come by the datagram, so the last exporter is mostly the same.
  let lastExporter: Exporter | undefined;
  let state: ExporterState = { ingressMs: new Map(), boundaries: undefined, version: 0 };

  return function duplicates(flow: Flow): void {
    const { exporter, direction, inputInterface, receivedMs } = flow;
    if (exporter !== lastExporter || state.version !== table.version) enter(exporter);
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
    lastExporter = undefined;
    total = 0;
  }

  function enter(exporter: Exporter): void {
    let found = states.get(exporter);
    if (found === undefined) {
      found = { ingressMs: new Map(), boundaries: undefined, version: -1 };
      states.set(exporter, found);
    }
    if (found.version !== table.version) {
      found.version = table.version;
      found.boundaries = table.find(exporter.address);
    }
    lastExporter = exporter;
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
