// `npm run chaos -- [--minutes N] [--rate N] [--seed N]`: faults of Elasticsearch in random order for ten minutes, at half
// the rate at which flows can be indexed, unless one is given.
// Reproducible in order and length; what happens meanwhile is up to the machine. Exit code 1: a flow is missing or there twice.

import { parseArgs } from 'node:util';
import { FAULTS } from './faults.ts';
import { type ChaosStep, runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

/** Park and Miller's generator: enough to choose faults. */
function* steps(seed: number, lengthMs: number): Generator<ChaosStep> {
  const names = Object.keys(FAULTS);
  let state = seed;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const endMs = Date.now() + lengthMs; // from the first one: measuring the rate comes before
  while (Date.now() < endMs) {
    const fault = names[Math.floor(random() * names.length)]!;
    yield { fault, lengthMs: Math.round(2 + random() * 18) * 1000, restMs: Math.round(random() * 10) * 1000 };
  }
}

const report = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
const lengthMs = Number(values.minutes) * 60_000;
const rate = values.rate === undefined ? undefined : Number(values.rate);
const result = await runChaos({ rate, steps: steps(Number(values.seed), lengthMs), report });
if (result === undefined) {
  report('no Elasticsearch of our own can be had: neither Docker nor Java and Maven');
  process.exitCode = 2;
} else {
  const { sent, missing, twice, imbalances, dropped } = result;
  report(`${sent} flows sent, ${missing.length} missing, ${twice.length} twice, ${dropped} dropped or dead-lettered`);
  if (result.kernelDropped > 0)
    report(`${result.kernelDropped} of them the kernel dropped: a larger net.core.rmem_max bridges longer pauses`);
  for (const imbalance of imbalances) report(`does not add up: ${imbalance}`);
  process.exitCode = missing.length + twice.length + imbalances.length + dropped === 0 ? 0 : 1;
}
