// An enricher that has something to do once per exporter, and again when its table changes: per flow it costs a comparison.

import type { Exporter } from '../flow/exporter.ts';

/** Also an enricher of flows; counter samples are of an exporter as well. */
export type ExporterStep = (subject: { readonly exporter: Exporter }) => void;

/**
 * @param version grows when everything must be done anew
 * @param apply does it for one exporter
 */
export function forEachExporter(version: () => number, apply: (exporter: Exporter) => void): ExporterStep {
  const versions = new WeakMap<Exporter, number>();
  // Flows come by the datagram, so the last exporter is mostly the same.
  let lastExporter: Exporter | undefined;
  let lastVersion = -1;
  return function forExporter({ exporter }): void {
    const current = version();
    if (exporter === lastExporter && current === lastVersion) return;
    lastExporter = exporter;
    lastVersion = current;
    if (versions.get(exporter) === current) return;
    versions.set(exporter, current);
    apply(exporter);
  };
}
