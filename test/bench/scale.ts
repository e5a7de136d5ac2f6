// How a fixed backlog in Redis shrinks with 1, 2 and 4 workers (`npm run bench:scale`), against a sink that takes bulks at
// once. Workers share the machine with Redis and the sink: beyond its cores there is nothing to win, so CPU time per flow
// is told as well. With --delay the sink takes so many ms for each answer, and a worker has one bulk under way: it then
// needs little CPU, and what shows is whether workers get into each other's way.
//
//   -- --datagrams 40000 --workers 1,2,4 --delay 0

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { OpenBatch } from '../../src/cluster/batch-format.ts';
import { BufferPool } from '../../src/cluster/buffer-pool.ts';
import { partitionKeys, partitionOf } from '../../src/cluster/keys.ts';
import { RedisStreams } from '../../src/cluster/redis.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { connection, log } from '../cluster/support.ts';
import { freePort } from '../helpers/redis.ts';

const PARTITIONS = 16;
const FLOWS_EACH = 30;
const BATCH = 100;
const TICKS_PER_SECOND = 100;

const { values } = parseArgs({
  options: {
    datagrams: { type: 'string', default: '40000' },
    workers: { type: 'string', default: '1,2,4' },
    delay: { type: 'string', default: '0' },
  },
});
const datagrams = Number(values.datagrams);

const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const redisPort = await freePort();
const redisUrl = `redis://127.0.0.1:${redisPort}`;
const children: ChildProcess[] = [];
try {
  const redisArguments = ['--port', `${redisPort}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  children.push(spawn('redis-server', redisArguments, { stdio: 'ignore' }));
  const sink = spawn(process.execPath, [join(import.meta.dirname, 'instant-sink.js'), values.delay]);
  children.push(sink);
  const sinkPort = await printed(sink, /"port":(\d+)/);
  print(`flows, partitions, cores            ${datagrams * FLOWS_EACH}, ${PARTITIONS}, ${availableParallelism()}`);
  let single: number | undefined;
  for (const count of values.workers.split(',').map(Number)) {
    const { seconds, cpu } = await measure(count, sinkPort);
    single ??= seconds;
    const flows = datagrams * FLOWS_EACH;
    print(
      `${count} worker${count === 1 ? ' ' : 's'}                           ` +
        `${Math.round(flows / seconds)} flows/s (${(single / seconds).toFixed(2)} of the first), ` +
        `${((cpu / flows) * 1e6).toFixed(1)} µs CPU per flow`,
    );
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function measure(count: number, sinkPort: string): Promise<{ seconds: number; cpu: number }> {
  const prefix = `bench${count}`;
  const file = join(folder, `${prefix}.yml`);
  const settings = {
    metrics: { listen: 'off' },
    redis: { url: redisUrl, prefix, maxSize: '4GiB', lease: '20s', partitions: PARTITIONS },
    elasticsearch: { url: `http://127.0.0.1:${sinkPort}`, ...(values.delay === '0' ? {} : { inFlight: 1 }) },
    deadLetter: { directory: join(folder, 'dead') },
  };
  writeFileSync(file, JSON.stringify(settings));
  const redis = new RedisStreams(connection(redisUrl, { timeoutMs: 30_000 }), prefix, log);
  await redis.start();
  await redis.agree(PARTITIONS);
  const workers = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, [join(packageRoot, 'dist', 'main.js'), 'work', '-c', file], { cwd: folder });
    children.push(child);
    return child;
  });
  await sharedOut(prefix, count);
  for (const child of workers) child.kill('SIGSTOP');
  await fill(redis);
  const total = await lag(redis);
  for (const child of workers) child.kill('SIGCONT');
  // Over the middle of the backlog: by then code is compiled, and all are still at work.
  let startMs = 0;
  let startLag = 0;
  let cpuStart = 0;
  let endMs = 0;
  let endLag = 0;
  let cpuEnd = 0;
  const cpu = () => workers.reduce((sum, { pid }) => sum + cpuSeconds(pid!), 0);
  for (let left = total; endMs === 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    left = await lag(redis);
    if (startMs === 0 && left < total * 0.85) [startMs, startLag, cpuStart] = [performance.now(), left, cpu()];
    if (startMs > 0 && left < total * 0.25) [endMs, endLag, cpuEnd] = [performance.now(), left, cpu()];
  }
  const share = (startLag - endLag) / total;
  for (const child of workers) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  }
  redis.stop();
  return { seconds: (endMs - startMs) / 1000 / share, cpu: (cpuEnd - cpuStart) / share };
}

/** Resolves when every worker has its share of the partitions. */
async function sharedOut(prefix: string, count: number): Promise<void> {
  const client = new Redis(redisUrl, { protocol: 2 });
  for (let isDone = false; !isDone; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const owned = new Map<string, number>();
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const owner = (await client.hget(partitionKeys(prefix, partition).meta, 'owner'))?.replace(/:\d+$/, '');
      if (owner !== undefined) owned.set(owner, (owned.get(owner) ?? 0) + 1);
    }
    isDone = owned.size === count && [...owned.values()].every((number) => number === PARTITIONS / count);
  }
  client.disconnect();
}

async function lag(redis: RedisStreams): Promise<number> {
  let sum = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) sum += (await redis.lag(partition)).datagrams;
  return sum;
}

/** NetFlow v5 of 64 exporters, four in each partition. */
async function fill(redis: RedisStreams): Promise<void> {
  const exporters: string[][] = Array.from({ length: PARTITIONS }, () => []);
  for (let i = 0; exporters.some((list) => list.length < 4); i++) {
    const address = `192.0.${2 + (i >> 8)}.${i & 255}`;
    const list = exporters[partitionOf(address, PARTITIONS)]!;
    if (list.length < 4) list.push(address);
  }
  const pool = new BufferPool(256 * 1024);
  let number = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const open = new OpenBatch('bench', pool);
    for (let i = 0; i < datagrams / PARTITIONS; i++) {
      open.append({
        bytes: netflow5(number),
        exporterAddress: exporters[partition]![i % 4]!,
        exporterPort: 2055,
        receivedMs: Date.now(),
        id: `bench0000000${(number++).toString(36).padStart(6, '0')}`,
      });
      if (open.datagrams === BATCH) await send(redis, partition, open, pool);
    }
    if (!open.isEmpty) await send(redis, partition, open, pool);
  }
}

async function send(redis: RedisStreams, partition: number, open: OpenBatch, pool: BufferPool): Promise<void> {
  const batch = open.close();
  await redis.add(partition, 'bench', batch, 1, 4e9);
  pool.giveBack(batch.body);
}

function netflow5(seed: number): Buffer {
  const datagram = Buffer.alloc(24 + FLOWS_EACH * 48);
  datagram.writeUInt16BE(5, 0);
  datagram.writeUInt16BE(FLOWS_EACH, 2);
  datagram.writeUInt32BE(3_600_000, 4);
  datagram.writeUInt32BE(Math.floor(Date.now() / 1000), 8);
  for (let i = 0; i < FLOWS_EACH; i++) {
    const at = 24 + i * 48;
    const random = Math.imul(seed * FLOWS_EACH + i + 1, 0x9e3779b1) >>> 0;
    datagram.writeUInt32BE((0x0a000000 | (random & 0xffff)) >>> 0, at);
    datagram.writeUInt32BE((0xc6336400 | (random >>> 24)) >>> 0, at + 4);
    datagram.writeUInt32BE(1 + (random & 1023), at + 16);
    datagram.writeUInt32BE(1000 + (random & 0xffff), at + 20);
    datagram.writeUInt32BE(3_590_000, at + 24);
    datagram.writeUInt32BE(3_599_000, at + 28);
    datagram.writeUInt16BE(1024 + (random % 60_000), at + 32);
    datagram.writeUInt16BE(443, at + 34);
    datagram.writeUInt8(6, at + 38);
  }
  return datagram;
}

/** User and system time of a process so far (proc_pid_stat(5), fields 14 and 15). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
