// `weir run` with workers, as processes, for tests that kill them: a folder that outlives runs, and something in front of
// which they can be started again.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { WorkersStatus } from '../../src/app/status.ts';
import { type BulkSink, startBulkSink } from './bulk-sink.ts';
import { waitFor } from './wait.ts';
import { type RunningWeir, startWeir } from './weir.ts';

/** A file system in memory, where there is one: others make the disk slow, and a process that waits for it says nothing. */
const MEMORY = '/dev/shm';

export interface WorkerScene {
  readonly folder: string;
  /** @param yaml further keys of the configuration */
  start(workers: number, yaml?: string, env?: Readonly<Record<string, string>>): Promise<RunningWeir>;
}

/** All that is started is stopped after the test. */
export function workerScene(t: TestContext, elasticsearchUrl: string, prefix = 'weir'): WorkerScene {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'weir-workers-'));
  const started: RunningWeir[] = [];
  t.after(async () => {
    await Promise.all(started.map((weir) => weir.stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    async start(workers, yaml = '', env = {}) {
      const weir = await startWeir({ elasticsearchUrl, prefix, folder, yaml: `workers: ${workers}\n${yaml}`, env });
      started.push(weir);
      return weir;
    },
  };
}

/** The same before a stand-in for Elasticsearch. */
export async function sinkScene(t: TestContext): Promise<WorkerScene & { readonly sink: BulkSink }> {
  const sink = await startBulkSink();
  const scene = workerScene(t, sink.url);
  t.after(() => sink.close());
  return { ...scene, sink };
}

export async function workersOf(weir: RunningWeir): Promise<WorkersStatus> {
  const { workers } = await weir.status();
  if (workers === undefined) throw new Error('weir runs without workers');
  return workers;
}

/** Process ids of the workers, in no order. */
export function workerPids(weir: RunningWeir): number[] {
  const pids = new Map<unknown, number>();
  for (const line of weir.log()) if (line.msg === 'worker started') pids.set(line['worker'], Number(line['pid']));
  return [...pids.values()];
}

/** Kills workers, and waits for those that take their place. */
export async function killWorkers(weir: RunningWeir, pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await waitFor('workers are started again', () => workerPids(weir).every((pid) => !pids.includes(pid)));
}
