// `npm run fuzz [-- --datagrams N --seed N]`: mutated datagrams through the whole pipeline, ten million unless said
// otherwise. Exit code 1 when one crashed, hung or cost too much, which is printed in hexadecimal; or when memory grew:
// what the heap and buffers hold after garbage collection, at twelve points of the run, against its first quarter.

import { parseArgs } from 'node:util';
import { fuzz, heapGrowth, MAX_HEAP_GROWTH } from './supervise.ts';

const { values } = parseArgs({
  options: {
    datagrams: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const datagrams = Number(values.datagrams);
const seed = Number(values.seed);
if (!(datagrams >= 1) || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run fuzz -- [--datagrams NUMBER] [--seed NUMBER]\n');
  process.exit(2);
}
const startMs = performance.now();
process.stdout.write(`${datagrams} datagrams, seed ${seed}\n`);
try {
  const figures = await fuzz(datagrams, seed, ({ done, flows, heapBytes }) => {
    const seconds = (performance.now() - startMs) / 1000;
    const rss = process.memoryUsage().rss;
    process.stdout.write(
      `${done} datagrams, ${flows} flows, ${Math.round(done / seconds)}/s, heap ${mib(heapBytes)}, resident ${mib(rss)}\n`,
    );
  });
  const { decoded, malformed, refused, octets, flows, templates, stepsPerOctet, worstStepsPerOctet } = figures;
  if (heapGrowth(figures) > MAX_HEAP_GROWTH)
    throw new Error(`memory grew by ${(heapGrowth(figures) * 100).toFixed(0)} %`);
  process.stdout.write(
    `no crash, no hang: ${decoded} decoded, ${malformed} malformed, ${refused} refused; ${octets} octets, ` +
      `${flows} flows, ${templates} templates\nsteps per octet: ${stepsPerOctet.toFixed(2)}, ` +
      `worst datagram ${worstStepsPerOctet.toFixed(1)}; heap grew by ${(heapGrowth(figures) * 100).toFixed(1)} %\n`,
  );
} catch (error) {
  process.stderr.write(
    `FAILED: ${error instanceof Error ? (error.cause instanceof Error ? error.cause.stack : '') : ''}\n${String(error)}\n`,
  );
  process.exitCode = 1;
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
