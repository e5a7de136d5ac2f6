// Programs of other people that tests run: exporters and second opinions. Where one is missing a test skips, but not in
// CI: .ci/run installs them, so that a missing one there is a fault.

import { type ChildProcess, spawn } from 'node:child_process';
import { endProcess, findProgram } from '../ci/process.mjs';

export { endProcess };

export const inCi = !['', 'false', undefined].includes(process.env['CI']);

/** For `test(…, { skip })`: false when all are there (or in CI), else which are not. */
export function toolSkip(...names: readonly string[]): string | false {
  const missing = names.filter((name) => findProgram(name) === undefined);
  return missing.length === 0 || inCi ? false : `not installed: ${missing.join(', ')}`;
}

/** Starts a program in the background. Its output is gathered. */
export function startTool(name: string, args: readonly string[]): { child: ChildProcess; output: () => string } {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, output: () => text };
}

export interface RunOptions {
  /** Exit codes that are no failure; 0 when not given. */
  readonly codes?: readonly number[];
  /** ms until it is killed; 30 000 when not given. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end and gives what it printed. Rejects when it fails or takes too long. */
export async function runTool(name: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { child, output } = startTool(name, args);
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 30_000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  if (code === null || !(options.codes ?? [0]).includes(code)) {
    throw new Error(`${name} ${args.join(' ')} ended with ${code}: ${output().slice(-1_000)}`);
  }
  return output();
}
