// `npm run bench`: what a flow costs from datagram to enriched text, beside the CPU that JSON.stringify takes for the same
// documents as plain objects already built; then what decoding alone costs, by protocol. Machines differ threefold and are
// shared, so the ratio is the figure; each side runs in a process of its own (inline caches), in turns, and the median of
// the rounds counts.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchProtocol, writeBenchCapture } from './bench-captures.ts';
import { geoipFolder } from './geoip-folder.ts';

const FLOWS = 200_000;
const ROUNDS = 5;
/** What decoding alone may cost, of the yardstick. */
const DECODING: readonly (readonly [BenchProtocol, limit: number | undefined])[] = [
  ['netflow_v5', 0.06],
  ['netflow_v9', 0.12],
  ['ipfix', 0.12],
  ['sflow_v5', undefined],
];

const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
try {
  const geoip = geoipFolder();
  const capture = join(folder, 'v9.pcap');
  const documents = join(folder, 'documents.ndjson');
  writeBenchCapture(capture, FLOWS, 'netflow_v9');
  const decode = (output: string, schema = 'weir') => measure('measure-decode.js', [capture, geoip, output, schema]);
  decode(documents);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    decode: decode(''),
    elastiflow: decode('', 'elastiflow-3.5'),
    yardstick: measure('measure-yardstick.js', [documents]),
  }));
  report(rounds, geoip);
  for (const [protocol, limit] of DECODING) reportDecoding(protocol, limit);
} finally {
  rmSync(folder, { recursive: true });
}

interface Figure {
  /** CPU, user and system, µs per flow. */
  readonly cpu: number;
  /** Bytes of text per flow. */
  readonly bytes: number;
}

/** Runs one side in a fresh process; it prints its figure as JSON. */
function measure(script: string, args: readonly string[]): Figure {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const run = spawnSync(process.execPath, [path, ...args], { encoding: 'utf8', maxBuffer: 1 << 20 });
  if (run.status !== 0) throw new Error(`${script} failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as Figure;
}

function report(rounds: readonly { decode: Figure; elastiflow: Figure; yardstick: Figure }[], geoip: string): void {
  const decode = median(rounds.map((round) => round.decode.cpu));
  const yardstick = median(rounds.map((round) => round.yardstick.cpu));
  line('flows, rounds, Node.js', `${FLOWS}, ${ROUNDS}, ${process.version}`);
  line('GeoIP databases from', geoip === '' ? 'nowhere: the figure lacks their cost' : geoip);
  line('text per flow', `${Math.round(rounds[0]!.decode.bytes)} bytes`);
  line(
    'datagram to enriched text',
    `${decode.toFixed(2)} µs CPU per flow (${Math.round(1e6 / decode)} flows/s per core)`,
  );
  line('yardstick: JSON.stringify', `${yardstick.toFixed(2)} µs CPU per flow`);
  line('ratio', spread(rounds.map((round) => round.decode.cpu / round.yardstick.cpu)));
  line('schema elastiflow-3.5, beside weir', spread(rounds.map((round) => round.elastiflow.cpu / round.decode.cpu)));
}

/** "0.99 (0.89 to 1.03)" */
function spread(ratios: readonly number[]): string {
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}

/** Decoder alone beside JSON.stringify of what its flows become, without databases. */
function reportDecoding(protocol: BenchProtocol, limit: number | undefined): void {
  const capture = join(folder, `${protocol}.pcap`);
  const documents = join(folder, `${protocol}.ndjson`);
  writeBenchCapture(capture, FLOWS, protocol);
  measure('measure-decoding.js', [capture, documents]);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    decoding: measure('measure-decoding.js', [capture]).cpu,
    yardstick: measure('measure-yardstick.js', [documents]).cpu,
  }));
  const ratios = rounds.map(({ decoding, yardstick }) => decoding / yardstick);
  const admitted = limit === undefined ? '' : `, at most ${limit}`;
  line(
    `decoding alone, ${protocol}`,
    `${median(rounds.map(({ decoding }) => decoding)).toFixed(2)} µs, ratio ${median(ratios).toFixed(3)} ` +
      `(${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}${admitted})`,
  );
}

function line(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(36)}${value}\n`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
