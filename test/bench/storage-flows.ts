// The flows of the storage benchmark: what `weir demo` sends with its defaults, through decoder, enrichers and documents,
// with the ids that a receiver gives. The same call gives the same documents, but for the GeoIP databases.

import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { Demo } from '../../src/demo/demo.ts';
import { loadWorld } from '../../src/demo/world.ts';
import { bootId, DatagramIds } from '../../src/input/datagram-id.ts';
import { createLog } from '../../src/lib/log.ts';

export interface StoredFlow {
  /** `_id` */
  readonly id: string;
  /** One line of JSON. */
  readonly text: string;
}

export interface DemoFlows {
  readonly flows: readonly StoredFlow[];
  /** Databases that places and AS came from. */
  readonly databases: readonly string[];
}

/** Rate and exporters of `weir demo`; 200,000 flows are 33 minutes of it. */
const RATE = 100;
const EXPORTERS = 6;
const START_MS = Date.UTC(2026, 10, 20, 10);
const STEP_MS = 50;

/** @param geoip folder with databases; '' for none */
export async function demoFlows(count: number, geoip: string): Promise<DemoFlows> {
  const { enrich } = configSchema.parse({});
  const withGeoip = enrich.map((item) => (item === 'geoip' ? { geoip: { folder: geoip } } : item));
  const config = configSchema.parse({ enrich: geoip === '' ? enrich.filter((item) => item !== 'geoip') : withGeoip });
  const flows: StoredFlow[] = [];
  const pipeline = new Pipeline(config, (_timestampMs, id, text) => flows.push({ id, text }), createLog('silent'));
  await pipeline.start();
  const world = loadWorld();
  const demo = new Demo({ rate: RATE, exporters: EXPORTERS, dayCurve: false, seed: 1, startMs: START_MS }, world);
  const ids = new DatagramIds(bootId(START_MS, 0));
  for (let nowMs = START_MS + STEP_MS; flows.length < count; nowMs += STEP_MS) {
    for (const { exporter, bytes } of demo.step(nowMs)) {
      const exporterAddress = `10.255.0.${exporter + 1}`;
      pipeline.decoder.decode({ bytes, exporterAddress, exporterPort: 50_000, receivedMs: nowMs, id: ids.next() });
    }
  }
  const databases = pipeline.enrichment.geoip.databases.map(({ file, type }) => `${file} (${type})`);
  pipeline.stop();
  return { flows: flows.slice(0, count), databases };
}
