// Which autonomous system an end of a flow belongs to: what the database says of its address, or what the exporter's
// routes say. Databases know the internet as others announce it; exporters know the user's own routing, but often state
// neighbours, or 0. The first of the order that knows a number decides; names are found for either.

import type { Flow } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { AS_TRANS, type AsNames } from './as-names.ts';
import type { Enricher } from './enricher.ts';

export type AsSource = 'database' | 'exporter';

export interface AsOptions {
  /** Who is asked first; who is not in the list is not asked. */
  readonly order: readonly AsSource[];
}

/** Takes the database's AS from new hosts where the order leaves it out. To run after the database. */
export function asOfHosts(options: AsOptions, names: AsNames): (host: Host) => void {
  const usesDatabase = options.order.includes('database');
  return function asOfHost(host: Host): void {
    // Learnt from, even where it is not used.
    names.complete(host);
    if (usesDatabase) return;
    host.asNumber = undefined;
    host.asOrganization = undefined;
  };
}

/** Settles sourceAs, destinationAs and their names, and isExporterAsFirst. Needs hosts before it. */
export function asEnricher(options: AsOptions, names: AsNames): Enricher {
  const usesExporter = options.order.includes('exporter');
  const isExporterFirst = options.order[0] === 'exporter';
  return function as(flow: Flow): void {
    if (flow.sourceAs === undefined && flow.destinationAs === undefined) return;
    // Stands for a number that did not fit; the database has that one.
    if (flow.sourceAs === AS_TRANS && flow.source?.asNumber !== undefined) flow.sourceAs = undefined;
    if (flow.destinationAs === AS_TRANS && flow.destination?.asNumber !== undefined) flow.destinationAs = undefined;
    const { sourceAs, destinationAs } = flow;
    if (!usesExporter) {
      flow.sourceAs = undefined;
      flow.destinationAs = undefined;
      return;
    }
    flow.isExporterAsFirst = isExporterFirst;
    if (sourceAs !== undefined && (isExporterFirst || flow.source?.asNumber === undefined)) {
      flow.sourceAsName = names.name(sourceAs);
    }
    if (destinationAs !== undefined && (isExporterFirst || flow.destination?.asNumber === undefined)) {
      flow.destinationAsName = names.name(destinationAs);
    }
  };
}
