// Where workers keep what Elasticsearch cannot take: a folder each under spool.directory, `worker-1`, `worker-2`, …; a
// single process uses spool.directory itself. When their number changes, what is in folders that nobody has any more is
// moved into those of who is there: whole segments, each by a rename, so that a crash leaves every one in one place.

import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { segmentName } from '../lib/spool-scan.ts';

const SEGMENT = /^\d{10}\.spool$/;
const WORKER = /^worker-(\d+)$/;
const OWNER = 'owner';
const LOOK_EVERY_MS = 100;

export function workerFolder(directory: string, worker: number): string {
  return join(directory, `worker-${worker}`);
}

/** Notes that this process writes to the folder; to be taken back by releaseFolder(). */
export function claimFolder(folder: string): void {
  makeFolder(folder);
  writeFileSync(join(folder, OWNER), `${process.pid}\n`);
}

export function releaseFolder(folder: string): void {
  rmSync(join(folder, OWNER), { force: true });
}

/**
 * Waits for workers whose receiver was killed, which still write down what they hold, and hands what they and others have
 * left to those who will be there.
 * @param workers how many there will be; 1: a single process
 * @param timeoutMs longest wait for such workers
 */
export async function gatherSpools(directory: string, workers: number, timeoutMs: number, log: Log): Promise<void> {
  const found = workerNumbers(directory);
  await ownersGone(
    found.map((worker) => workerFolder(directory, worker)),
    timeoutMs,
    log,
  );
  const targets =
    workers === 1 ? [directory] : Array.from({ length: workers }, (_, i) => workerFolder(directory, i + 1));
  const former = found.map((worker) => workerFolder(directory, worker)).filter((folder) => !targets.includes(folder));
  if (workers > 1) former.push(directory);
  let moved = 0;
  for (const folder of former) {
    for (const segment of segments(folder)) move(join(folder, segment), targets[moved++ % targets.length]!);
    if (folder !== directory) rmSync(folder, { recursive: true, force: true });
  }
  if (moved > 0)
    log.info({ segments: moved, workers }, 'took over what another number of workers had left in the spool');
}

function move(segment: string, target: string): void {
  makeFolder(target);
  const last = segments(target).at(-1);
  const number = last === undefined ? 1 : Number.parseInt(last, 10) + 1;
  renameSync(segment, join(target, segmentName(number)));
}

async function ownersGone(folders: readonly string[], timeoutMs: number, log: Log): Promise<void> {
  const untilMs = performance.now() + timeoutMs;
  for (const folder of folders) {
    for (let told = false; isOwned(folder); await sleep(LOOK_EVERY_MS)) {
      if (performance.now() > untilMs) {
        log.warn({ folder }, 'a process seems to use this folder still; it is taken over');
        break;
      }
      if (!told) log.info({ folder }, 'waiting for a worker of the run before to finish');
      told = true;
    }
  }
}

function isOwned(folder: string): boolean {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, OWNER), 'utf8'), 10);
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it is there, and somebody else's
  }
}

function workerNumbers(directory: string): number[] {
  return names(directory)
    .map((name) => Number(WORKER.exec(name)?.[1] ?? 0))
    .filter((worker) => worker > 0)
    .sort((a, b) => a - b);
}

/** Oldest first. */
function segments(folder: string): string[] {
  return names(folder)
    .filter((name) => SEGMENT.test(name))
    .sort();
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // not there yet
  }
}
