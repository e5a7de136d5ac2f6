// How many flows per second `weir run` gets into an Elasticsearch: it is sent more than that, and what is written is counted.

import { setTimeout as sleep } from 'node:timers/promises';
import { FlowIndex } from '../helpers/flow-index.ts';
import { FlowStream } from '../helpers/flow-stream.ts';
import { waitFor } from '../helpers/wait.ts';
import { startWeir } from '../helpers/weir.ts';

const PREFIX = 'weir-rate';
/** More than an Elasticsearch on the same machine takes. */
const OFFERED = 30_000;
/** Until code is compiled and the bulk writer has found its size and concurrency. */
const WARM_UP_MS = 15_000;
const MEASURED_MS = 20_000;

/** Flows per second; 30,000 at most. Takes 35 s and more. */
export async function measureIndexingRate(elasticsearchUrl: string): Promise<number> {
  const index = new FlowIndex(elasticsearchUrl, PREFIX);
  const weir = await startWeir({ elasticsearchUrl, prefix: PREFIX });
  const stream = new FlowStream(weir.port, OFFERED);
  const written = async () => (await weir.status()).output.written;
  try {
    await waitFor('the first flows are written', async () => (await written()) > 0, 120_000);
    await sleep(WARM_UP_MS);
    const [before, startMs] = [await written(), performance.now()];
    await sleep(MEASURED_MS);
    return ((await written()) - before) / ((performance.now() - startMs) / 1000);
  } finally {
    stream.stop();
    await weir.kill(); // what it still holds is nobody's
    await index.remove();
  }
}
