// `npm run chaos:scaled -- [--minutes N] [--seed N]`: the scaled form for ten minutes under load, while members are killed,
// stopped and added, Redis is killed and paused, and the sink refuses. Exit code 1: a flow is missing, there twice, or
// decoded by another template. Receivers are stopped and not killed: what is in their memory would be gone.

import type { TestContext } from 'node:test';
import { parseArgs } from 'node:util';
import { type BulkSink, startBulkSink } from '../helpers/bulk-sink.ts';
import { Fleet, type Member } from '../helpers/fleet.ts';
import { essence, faults, NumberedExporter } from '../helpers/numbered-flows.ts';
import { type OwnRedis, ownRedis } from '../helpers/redis.ts';
import { waitFor } from '../helpers/wait.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});

const afters: (() => unknown)[] = [];
// as: all that the helpers ask of a test
const context = { after: (task: () => unknown) => afters.unshift(task) } as unknown as TestContext;
const report = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

let state = Number(values.seed);
/** Park and Miller's generator: enough to choose what happens. */
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

class Scene {
  readonly redis: OwnRedis;
  readonly sink: BulkSink;
  readonly fleet: Fleet;
  receivers: Member[] = [];
  workers: Member[] = [];
  #names = 0;

  constructor(redis: OwnRedis, sink: BulkSink) {
    this.redis = redis;
    this.sink = sink;
    this.fleet = new Fleet(context, { redisUrl: redis.url, elasticsearchUrl: sink.url, redis: { partitions: 8 } });
  }

  async addWorker(): Promise<void> {
    this.workers.push(await this.fleet.worker(`worker-${this.#names++}`));
  }

  async addReceiver(): Promise<void> {
    this.receivers.push(await this.fleet.receiver(`receiver-${this.#names++}`));
  }
}

const ACTIONS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'a worker is killed, another one comes': async (scene) => {
    await scene.workers.shift()?.kill();
    await scene.addWorker();
  },
  'a worker is stopped, another one comes': async (scene) => {
    await scene.workers.shift()?.stop();
    await scene.addWorker();
  },
  'a worker comes': async (scene) => {
    if (scene.workers.length < 4) await scene.addWorker();
  },
  'a worker goes': async (scene) => {
    if (scene.workers.length > 1) await scene.workers.shift()?.kill();
  },
  'a worker stands still for longer than its lease': async (scene) => {
    const worker = scene.workers[0];
    worker?.signal('SIGSTOP');
    await pause(2 + random() * 4);
    worker?.signal('SIGCONT');
  },
  'all workers are killed': async (scene) => {
    await Promise.all(scene.workers.splice(0).map((worker) => worker.kill()));
    await pause(2);
    await scene.addWorker();
    await scene.addWorker();
  },
  'a receiver is stopped, another one comes': async (scene) => {
    await scene.addReceiver();
    const old = scene.receivers.shift()!;
    await pause(0.5); // datagrams on their way to it
    await old.stop();
  },
  'Redis is killed': async (scene) => {
    await scene.redis.kill();
    await pause(random() * 8);
    await scene.redis.start();
  },
  'Redis says nothing': async (scene) => {
    scene.redis.signal('SIGSTOP');
    await pause(random() * 8);
    scene.redis.signal('SIGCONT');
  },
  'the sink refuses': async (scene) => {
    scene.sink.refuse = random() < 0.5 ? 503 : 0;
    await pause(random() * 8);
    scene.sink.refuse = undefined;
  },
};

let code = 1;
try {
  const scene = new Scene(await ownRedis(context), await startBulkSink(essence));
  afters.unshift(() => scene.sink.close());
  await scene.addReceiver();
  await scene.addWorker();
  await scene.addWorker();
  const numbers = { next: 1 };
  const exporters: NumberedExporter[] = [];
  for (let i = 1; i <= 12; i++) exporters.push(await NumberedExporter.open(`127.0.7.${i}`, i, numbers));
  const port = () => scene.receivers.at(-1)!.port;
  for (const exporter of exporters) await exporter.sendTemplate(port());
  let isSending = true;
  const sending = (async () => {
    for (let turn = 1; isSending; turn++) {
      for (const exporter of exporters) {
        if (turn % 20 === 0) await exporter.sendTemplate(port(), true);
        await exporter.sendFlows(port(), 10);
      }
      await pause(0.2);
    }
  })();
  const names = Object.keys(ACTIONS);
  for (const endMs = Date.now() + Number(values.minutes) * 60_000; Date.now() < endMs; ) {
    const name = names[Math.floor(random() * names.length)]!;
    report(`${name}; ${numbers.next - 1} flows sent, ${scene.sink.documents['flows']!.size} written`);
    await ACTIONS[name]!(scene);
    await pause(random() * 6);
  }
  isSending = false;
  await sending;
  for (const exporter of exporters) exporter.close();
  if (scene.workers.length === 0) await scene.addWorker();
  const all = () => scene.sink.documents['flows']!.size >= numbers.next - 1;
  await waitFor('all flows are written', all, 120_000).catch((error: Error) => report(error.message));
  const found = faults(scene.sink, numbers.next);
  report(
    `${numbers.next - 1} flows sent, ${scene.sink.duplicates} written again: ${found.join('; ') || 'all there, once'}`,
  );
  code = found.length === 0 ? 0 : 1;
} finally {
  for (const task of afters) await task();
}
process.exit(code);
