// `weir run` under a steady load for a long time: does memory grow, do descriptors leak, and how long does a flow take from
// its datagram until it can be found.

import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlowIndex } from '../helpers/flow-index.ts';
import { compareNumbers, FlowStream, indexedNumbers } from '../helpers/flow-stream.ts';
import { waitFor } from '../helpers/wait.ts';
import { startWeir } from '../helpers/weir.ts';

export interface SoakOptions {
  readonly elasticsearchUrl: string;
  /** Flows per second. */
  readonly rate: number;
  readonly lengthMs: number;
  /** Until the heap has its size and code is compiled; what is measured begins then. */
  readonly warmUpMs: number;
  readonly report: (line: string) => void;
}

export interface SoakResult {
  readonly sent: number;
  readonly missing: number;
  readonly twice: number;
  readonly imbalances: readonly string[];
  /** Resident memory after the warm-up, in the last third at most, bytes. */
  readonly residentBefore: number;
  readonly residentLate: number;
  /** Growth by the line of least squares through what was measured, bytes per hour. */
  readonly residentSlope: number;
  readonly descriptorsBefore: number;
  readonly descriptorsLate: number;
  /** From the datagram to the search that finds its flow, ms; sorted. */
  readonly latenciesMs: readonly number[];
}

interface Sample {
  readonly timeMs: number;
  readonly residentBytes: number;
  readonly descriptors: number;
}

const PREFIX = 'weir-soak';
const SAMPLE_MS = 1000;
const REPORT_MS = 60_000;

export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const index = new FlowIndex(options.elasticsearchUrl, PREFIX);
  await index.remove();
  const weir = await startWeir({ elasticsearchUrl: options.elasticsearchUrl, prefix: PREFIX });
  const stream = new FlowStream(weir.port, options.rate);
  const samples: Sample[] = [];
  const latenciesMs: number[] = [];
  const endMs = Date.now() + options.lengthMs;
  const warmMs = Date.now() + options.warmUpMs;
  try {
    const probing = probe(options.elasticsearchUrl, stream, endMs, latenciesMs);
    for (let reportMs = Date.now() + REPORT_MS; Date.now() < endMs; await sleep(SAMPLE_MS)) {
      const { process, pid } = await weir.status();
      const descriptors = readdirSync(`/proc/${pid}/fd`).length;
      samples.push({ timeMs: Date.now(), residentBytes: process.residentBytes, descriptors });
      if (Date.now() < reportMs) continue;
      reportMs += REPORT_MS;
      options.report(
        `${stream.sent} flows, ${(process.residentBytes / 1e6).toFixed(0)} MB, ${descriptors} descriptors`,
      );
    }
    stream.stop();
    await probing;
    const { sent } = stream;
    await waitFor('all is indexed', async () => (await index.count()) >= sent, 120_000).catch((error: Error) =>
      options.report(error.message),
    );
    const { missing, twice } = compareNumbers(await indexedNumbers(options.elasticsearchUrl, PREFIX), sent);
    const counts = { sent, missing: missing.length, twice: twice.length, imbalances: await weir.imbalances() };
    const warm = samples.filter(({ timeMs }) => timeMs >= warmMs);
    return { ...counts, ...trend(warm), latenciesMs: latenciesMs.sort((a, b) => a - b) };
  } finally {
    await weir.stop();
    await index.remove();
  }
}

/** Asks for the newest flow until it is found, again and again. */
async function probe(url: string, stream: FlowStream, endMs: number, latenciesMs: number[]): Promise<void> {
  while (Date.now() < endMs) {
    const number = stream.sent;
    await waitFor('another datagram is sent', () => stream.sent > number);
    const sentMs = stream.sentAt(number);
    const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
    const query = `${url}/${PREFIX}-flows-*/_count?q=source.ip:${address}&ignore_unavailable=true`;
    const isFound = async () => {
      const answer = await fetch(query);
      return answer.ok && ((await answer.json()) as { count: number }).count > 0;
    };
    await waitFor(`flow ${number} is found`, isFound, 60_000);
    latenciesMs.push(Date.now() - sentMs);
  }
}

function trend(samples: readonly Sample[]) {
  const first = samples[0]!;
  const late = samples.slice(Math.floor((samples.length * 2) / 3));
  const hours = samples.map(({ timeMs }) => (timeMs - first.timeMs) / 3_600_000);
  const meanHour = mean(hours);
  const meanBytes = mean(samples.map(({ residentBytes }) => residentBytes));
  let [above, below] = [0, 0];
  for (const [i, { residentBytes }] of samples.entries()) {
    above += (hours[i]! - meanHour) * (residentBytes - meanBytes);
    below += (hours[i]! - meanHour) ** 2;
  }
  return {
    residentBefore: first.residentBytes,
    residentLate: Math.max(...late.map(({ residentBytes }) => residentBytes)),
    residentSlope: below === 0 ? 0 : above / below,
    descriptorsBefore: first.descriptors,
    descriptorsLate: Math.max(...late.map(({ descriptors }) => descriptors)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which so much of them lie, 0 to 1. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
