// `weir worker`: what `weir run` starts where the configuration has `workers`. Not for people: configuration, datagrams
// and the order to end come from the process that started it.

import { Socket } from 'node:net';
import { WorkerApp } from '../app/worker-app.ts';
import { BATCH_PIPE, type FromWorker, type ToWorker } from '../app/worker-messages.ts';
import { FrameReader } from '../cluster/batch-frames.ts';
import { ConfigError } from '../lib/errors.ts';
import { createLog } from '../lib/log.ts';
import type { Command } from './command.ts';

export const worker: Command = {
  name: 'worker',
  usage: 'weir worker',
  summary: 'One of the processes of weir run; started by it.',
  about: 'See workers in the configuration.',
  options: {},
  positionals: { min: 0, max: 0 },

  async run() {
    if (process.send === undefined) throw new ConfigError('command', 'worker', 'weir run, which starts workers');
    // A terminal, or a supervisor, tells all processes of a group; the receiver says when there is no more to come.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => {});
    const start = await new Promise<ToWorker>((resolve) => process.once('message', resolve));
    if (start.kind !== 'start') throw new Error(`a worker was sent ${start.kind} first`);
    const log = createLog(start.config.log.level).child({ worker: start.worker });
    const pipe = new Socket({ fd: BATCH_PIPE, readable: true, writable: false });
    pipe.on('error', () => {}); // it closes then
    let app: WorkerApp;
    try {
      app = new WorkerApp(start, send, log);
      await app.start();
    } catch (error) {
      await send({ kind: 'failed', reason: (error as Error).message });
      process.disconnect?.();
      return 1;
    }
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'databases') app.readDatabases();
      else if (message.kind === 'hurry') app.hurry();
    });
    const reader = new FrameReader((body) => app.take(body));
    // The pipe ends when there is no more to come, and also when the receiver dies: what has come is brought to its end.
    const ended = new Promise<void>((resolve) => pipe.once('close', () => resolve()));
    pipe.on('data', (chunk: Buffer) => reader.push(chunk));
    await send({ kind: 'ready' });
    await ended;
    await app.stop();
    if (process.connected) process.disconnect?.();
    return 0;
  },
};

/** Resolves when it is on its way, or when nobody is there any more. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) resolve();
    else process.send?.(message, undefined, {}, () => resolve());
  });
}
