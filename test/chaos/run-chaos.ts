// `weir run` between a steady stream of flows and an Elasticsearch that fails in one way after the other; at the end every
// flow must be there, once, and the accounting must add up at every look.

import { setTimeout as sleep } from 'node:timers/promises';
import { ownElasticsearch } from '../helpers/elasticsearch.ts';
import { FlowIndex } from '../helpers/flow-index.ts';
import { compareNumbers, FlowStream, indexedNumbers, RECORDS } from '../helpers/flow-stream.ts';
import { Gate } from '../helpers/gate.ts';
import { waitFor } from '../helpers/wait.ts';
import { startWeir } from '../helpers/weir.ts';
import { FAULTS } from './faults.ts';
import { measureIndexingRate } from './indexing-rate.ts';

export interface ChaosStep {
  /** A name of FAULTS. */
  readonly fault: string;
  readonly lengthMs: number;
  /** Good weather after it, from when documents are written again. */
  readonly restMs: number;
}

export interface ChaosOptions {
  /** Flows per second; undefined: half of what is indexed in good weather, measured first. */
  readonly rate: number | undefined;
  readonly steps: Iterable<ChaosStep>;
  readonly report: (line: string) => void;
}

export interface ChaosResult {
  readonly sent: number;
  readonly missing: readonly number[];
  readonly twice: readonly number[];
  /** Looks at the accounting that did not add up, as text. */
  readonly imbalances: readonly string[];
  readonly dropped: number;
  /** Flows in datagrams that the kernel dropped, since weir did not fetch them in time: they are among the missing. */
  readonly kernelDropped: number;
}

const PREFIX = 'weir-chaos';
const SETTLE_MS = 180_000;

/** Undefined where no Elasticsearch of one's own can be had and it is not CI. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult | undefined> {
  const elasticsearch = await ownElasticsearch();
  if (elasticsearch === undefined) return undefined;
  const rate = options.rate ?? (await halfTheIndexingRate(elasticsearch.url, options.report));
  const gate = new Gate(elasticsearch.url, 'open');
  const weir = await startWeir({ elasticsearchUrl: await gate.start(), prefix: PREFIX });
  const index = new FlowIndex(elasticsearch.url, PREFIX);
  const stream = new FlowStream(weir.port, rate);
  const imbalances: string[] = [];
  try {
    await waitFor('the first flows are indexed', async () => (await index.count()) > 0);
    for (const { fault, lengthMs, restMs } of options.steps) {
      options.report(`${fault} for ${lengthMs / 1000} s`);
      await FAULTS[fault]!({ elasticsearch, gate, prefix: PREFIX }, lengthMs);
      imbalances.push(...(await weir.imbalances()));
      const { output } = await weir.status();
      const isWriting = async () => (await weir.status()).output.written > output.written;
      await waitFor('documents are written again', isWriting, SETTLE_MS);
      options.report(`  ${stream.sent} sent, ${output.written} written, ${output.spooled} on disk`);
      await sleep(restMs);
    }
    stream.stop();
    const { sent } = stream;
    const kernelDropped = async () => ((await weir.status()).kernelDrops ?? 0) * RECORDS;
    const all = async () => (await index.count()) + (await kernelDropped()) >= sent;
    await waitFor('all is indexed', all, SETTLE_MS, () => JSON.stringify(weir.log().slice(-5))).catch((error: Error) =>
      options.report(error.message),
    );
    imbalances.push(...(await weir.imbalances()));
    const { output } = await weir.status();
    const dropped = Object.values(output.dropped).reduce((sum, count) => sum + count, 0) + output.deadLettered;
    const numbers = compareNumbers(await indexedNumbers(elasticsearch.url, PREFIX), sent);
    return { sent, ...numbers, imbalances, dropped, kernelDropped: await kernelDropped() };
  } finally {
    await weir.stop();
    gate.stop();
    await elasticsearch.remove();
  }
}

async function halfTheIndexingRate(elasticsearchUrl: string, report: ChaosOptions['report']): Promise<number> {
  const measured = await measureIndexingRate(elasticsearchUrl);
  report(`${Math.round(measured)} flows/s are indexed in good weather: half of them from now on`);
  return measured / 2;
}
