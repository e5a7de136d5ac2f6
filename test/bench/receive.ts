// What a datagram costs the receiver of the scaled form (`npm run bench:receive`), beside a handler that does nothing, in
// the same run: CPU time of the process, kernel included, read from /proc.
//
//   -- --rate 20000 --seconds 4 --rounds 3

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readKernelDrops } from '../../src/input/kernel-drops.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { freePort } from '../helpers/redis.ts';

const LISTEN = /"listen":"127\.0\.0\.1:(\d+)"/;
const PORT = /"port":(\d+)/;
/** USER_HZ of every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
  },
});
const [rate, seconds, rounds] = [Number(values.rate), Number(values.seconds), Number(values.rounds)];

interface Cost {
  readonly datagrams: number;
  readonly microseconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const redisPort = await freePort();
const redisArguments = ['--port', `${redisPort}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
const redis = spawn('redis-server', redisArguments, { stdio: 'ignore' });
const redisPrefix = () => `bench${Date.now()}`;

try {
  print(`datagrams/s, seconds, rounds        ${rate}, ${seconds}, ${rounds}, Node.js ${process.version}`);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const empty = await measure([join(import.meta.dirname, 'empty-receiver.js')], PORT);
    const weir = await measure([join(packageRoot, 'dist', 'main.js'), 'receive', '-c', configFile()], LISTEN);
    ratios.push(weir.microseconds / empty.microseconds);
    print(`empty handler                       ${text(empty)}`);
    print(`weir receive into Redis             ${text(weir)}`);
  }
  ratios.sort((a, b) => a - b);
  const [least, median, most] = [ratios[0]!, ratios[ratios.length >> 1]!, ratios.at(-1)!];
  print(`ratio                               ${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`);
} finally {
  redis.kill();
  rmSync(folder, { recursive: true, force: true });
}

function configFile(): string {
  const file = join(folder, 'weir.yml');
  const settings = {
    metrics: { listen: 'off' },
    input: { listen: ['127.0.0.1:0'], receiveBuffer: '4MiB' },
    redis: { url: `redis://127.0.0.1:${redisPort}`, prefix: redisPrefix(), maxSize: '4GiB' },
    spool: { directory: join(folder, 'spool') },
  };
  writeFileSync(file, JSON.stringify(settings));
  return file;
}

async function measure(program: readonly string[], portPattern: RegExp): Promise<Cost> {
  const child = spawn(process.execPath, program, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (!portPattern.test(output)) await sleep(20);
  const port = portPattern.exec(output)![1]!;
  await source(port, 1); // compiled by then
  const [cpuBefore, dropsBefore] = [cpuSeconds(child.pid!), dropsOf(port)];
  await source(port, seconds);
  await sleep(300); // the last batch is sent
  const datagrams = rate * seconds - (dropsOf(port) - dropsBefore);
  const used = cpuSeconds(child.pid!) - cpuBefore;
  child.kill();
  await ended;
  return { datagrams, microseconds: (used / datagrams) * 1e6 };
}

async function source(port: string, duration: number): Promise<void> {
  const script = join(import.meta.dirname, 'datagram-source.js');
  const child = spawn(process.execPath, [script, port, `${rate}`, `${duration}`], { stdio: 'inherit' });
  await new Promise((resolve) => child.once('exit', resolve));
}

/** Datagrams that the kernel dropped at a port. */
function dropsOf(port: string): number {
  return readKernelDrops(new Set([Number(port)]), undefined) ?? 0;
}

/** User and system time of a process so far (proc_pid_stat(5), fields 14 and 15). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function text({ datagrams, microseconds }: Cost): string {
  return `${microseconds.toFixed(1)} µs CPU per datagram, ${Math.round(datagrams)} datagrams`;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
