// The composition root of `weir receive`: sockets, and the way into the streams of Redis.

import { join } from 'node:path';
import type { RedisStreams } from '../cluster/redis.ts';
import { sendDrops } from '../cluster/send-counters.ts';
import { StreamSender } from '../cluster/stream-sender.ts';
import type { Config } from '../config.ts';
import { bootId } from '../input/datagram-id.ts';
import { TcpInput } from '../input/tcp.ts';
import { UdpInput } from '../input/udp.ts';
import type { Log } from '../lib/log.ts';
import { errorLimiter } from './elasticsearch-output.ts';
import { addressText, createAdmission, tcpListeners, udpListeners } from './listeners.ts';
import { createRedisStreams } from './redis-streams.ts';
import { RECEIVE_METRICS, scaledMetricsText } from './scaled-metrics.ts';
import { createStatusServer, type StatusServer } from './status-server.ts';

const REPORT_EVERY_MS = 60_000;
const SPOOL_AFTER_MS = 1000;
/** Covers the second that `appendfsync everysec` may lose, and a failover that takes no longer. */
const KEEP_MS = 3000;
const KEEP_BYTES = 2 * 1024 * 1024;
const RETRY_MS = 250;

export type ReceiveTotals = ReturnType<ReceiveApp['totals']>;

export class ReceiveApp {
  /** Rejects when it makes no sense to go on. */
  readonly failed: Promise<never>;
  readonly #config: Config;
  readonly #log: Log;
  readonly #redis: RedisStreams;
  readonly #sender: StreamSender;
  readonly #udp: UdpInput;
  readonly #status: StatusServer;
  readonly #tcp: TcpInput;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;
  #hurry = (): void => {};

  /** Throws ConfigError. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    const { redis, spool, input } = config;
    this.#redis = createRedisStreams(config, log);
    this.#status = createStatusServer(
      config,
      { status: () => this.totals(), metrics: () => scaledMetricsText(RECEIVE_METRICS, this.totals()) },
      log,
    );
    let onFatal = (_error: Error): void => {};
    this.failed = new Promise((_, reject) => {
      onFatal = reject;
    });
    this.failed.catch(() => {}); // whoever awaits it hears of it
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
      { onSpoolError: errorLimiter(component, 'the spool cannot be written'), onFatal, log: component },
    );
    const admission = createAdmission(config, log);
    this.#udp = new UdpInput(
      { listen: udpListeners(config), receiveBufferBytes: input.receiveBuffer },
      { receive: (datagram) => this.#sender.receive(datagram), admission, log: log.child({ component: 'udp' }) },
    );
    this.#tcp = new TcpInput(
      { listen: tcpListeners(config), maxConnections: input.maxConnections, idleTimeoutMs: input.idleTimeout },
      {
        receive: (datagram) => this.#sender.receive(datagram),
        forgetSession: (address, port) => this.#sender.endSession(address, port),
        admission,
        log: log.child({ component: 'tcp' }),
      },
    );
  }

  /** Receives at once, whether Redis is there or not. Throws ConfigError. */
  async start(): Promise<void> {
    await this.#redis.start();
    await this.#status.start();
    this.#sender.start();
    await this.#udp.start();
    await this.#tcp.start();
    const tcp = this.#tcp.addresses().map(addressText).join(', ');
    const listen = this.#udp.addresses().map(addressText).join(', ');
    this.#log.info({ listen, ...(tcp === '' ? {} : { tcp }), target: 'Redis' }, 'receiving');
    this.#timer = setInterval(() => this.#log.info(this.totals(), 'datagrams'), REPORT_EVERY_MS);
    this.#timer.unref();
  }

  /** Stops receiving, gives Redis its time to take the rest, and keeps on disk what it has not taken. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends the waiting for Redis that stop() does. */
  hurry(): void {
    this.#hurry();
  }

  /** What metrics and the log tell. */
  totals() {
    const { counters } = this.#sender;
    return {
      datagrams: this.#udp.counters.datagrams + this.#tcp.counters.messages,
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
      kernelDrops: this.#udp.readKernelDrops(),
    };
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#tcp.stop();
    await this.#udp.stop();
    this.#hurry = () => this.#sender.hurry();
    await this.#sender.stop(this.#config.stop.timeout);
    this.#redis.stop();
    this.#status.stop();
    this.#log.info(this.totals(), 'stopped');
  }
}
