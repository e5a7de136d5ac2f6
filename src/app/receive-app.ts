// The composition root of `weir receive`: sockets, and the way into the streams of Redis.

import { join } from 'node:path';
import type { RedisStreams } from '../cluster/redis.ts';
import { sendDrops } from '../cluster/send-counters.ts';
import { StreamSender } from '../cluster/stream-sender.ts';
import type { Config } from '../config.ts';
import type { Datagram } from '../flow/datagram.ts';
import { bootId } from '../input/datagram-id.ts';
import { Fatal } from '../lib/fatal.ts';
import type { Log } from '../lib/log.ts';
import { packageVersion } from '../lib/package-root.ts';
import { errorLimiter } from './elasticsearch-output.ts';
import { Inputs } from './inputs.ts';
import type { ReceiveStatus } from './receive-status.ts';
import { createRedisStreams, redisAddress } from './redis-streams.ts';
import { RECEIVE_METRICS, scaledMetricsText } from './scaled-metrics.ts';
import { processStatus } from './status.ts';
import { createStatusServer, type StatusServer } from './status-server.ts';

const REPORT_EVERY_MS = 60_000;
const SPOOL_AFTER_MS = 1000;
/** Covers the second that `appendfsync everysec` may lose, and a failover that takes no longer. */
const KEEP_MS = 3000;
const KEEP_BYTES = 2 * 1024 * 1024;
const RETRY_MS = 250;

export type ReceiveTotals = ReturnType<ReceiveApp['totals']>;

export class ReceiveApp {
  readonly #config: Config;
  readonly #log: Log;
  readonly #redis: RedisStreams;
  readonly #sender: StreamSender;
  readonly #inputs: Inputs;
  readonly #status: StatusServer;
  readonly #startedMs = Date.now();
  #timer: NodeJS.Timeout | undefined;
  readonly #fatal = new Fatal();
  #stopped: Promise<void> | undefined;
  #hurry = (): void => {};

  /** Throws ConfigError. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    const { redis, spool } = config;
    this.#redis = createRedisStreams(config, log);
    this.#status = createStatusServer(
      config,
      { status: () => this.status(), metrics: () => scaledMetricsText(RECEIVE_METRICS, this.totals()) },
      log,
    );
    const component = log.child({ component: 'streams' });
    this.#sender = new StreamSender(
      {
        receiver: bootId(Date.now()),
        partitions: redis.partitions,
        batchBytes: redis.batchSize,
        flushMs: redis.flush,
        memoryBytes: redis.memory,
        spoolAfterMs: SPOOL_AFTER_MS,
        keepMs: KEEP_MS,
        keepBytes: KEEP_BYTES,
        retryMs: RETRY_MS,
        maxStreamBytes: Math.floor(redis.maxSize / redis.partitions),
        directory: join(spool.directory, 'datagrams'),
        maxSpoolBytes: spool.maxSize,
      },
      this.#redis,
      {
        onSpoolError: errorLimiter(component, 'the spool cannot be written'),
        onFatal: this.#fatal.fail,
        log: component,
      },
    );
    const hooks = {
      receive: (datagram: Datagram) => this.#sender.receive(datagram),
      forgetSession: (address: string, port: number) => this.#sender.endSession(address, port),
    };
    this.#inputs = new Inputs(config, hooks, log);
  }

  /** Receives at once, whether Redis is there or not. Throws ConfigError. */
  async start(): Promise<void> {
    await this.#redis.start();
    await this.#status.start();
    this.#sender.start();
    await this.#inputs.start();
    this.#log.info({ ...this.#inputs.sockets, target: 'Redis' }, 'receiving');
    this.#timer = setInterval(() => this.#log.info(this.totals(), 'datagrams'), REPORT_EVERY_MS);
    this.#timer.unref();
  }

  /** Stops receiving, gives Redis its time to take the rest, and keeps on disk what it has not taken. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Rejects when it makes no sense to go on. */
  get failed(): Promise<never> {
    return this.#fatal.failed;
  }

  /** Ends the waiting for Redis that stop() does. */
  hurry(): void {
    this.#hurry();
  }

  status(): ReceiveStatus {
    const { counters, open } = this.#sender;
    return {
      version: packageVersion,
      pid: process.pid,
      startedMs: this.#startedMs,
      timeMs: Date.now(),
      target: redisAddress(this.#config),
      process: processStatus(),
      ...this.#inputs.status(),
      sender: { ...counters, open },
      resets: this.#redis.resets,
    };
  }

  /** What metrics and the log tell. */
  totals() {
    const { counters } = this.#sender;
    const { udp, tcp, kernelDrops } = this.#inputs.status();
    return {
      datagrams: udp.datagrams + tcp.messages,
      recovered: counters.recovered,
      sent: counters.sent,
      batches: counters.batches,
      waiting: counters.waiting,
      spooled: counters.spooled,
      dropped: sendDrops(counters.dropped),
      full: counters.full,
      rewound: counters.rewound,
      failures: counters.failures,
      resets: this.#redis.resets,
      kernelDrops,
    };
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#inputs.stop();
    this.#hurry = () => this.#sender.hurry();
    await this.#sender.stop(this.#config.stop.timeout);
    this.#redis.stop();
    this.#status.stop();
    this.#log.info(this.totals(), 'stopped');
  }
}
