// The composition root of `weir run`: builds the stages, hands one to another, starts them in order and stops them in
// reverse. Everything from the datagram to the output's buffer happens in one call, on one stack.

import { createBulkWriter } from './app/elasticsearch-output.ts';
import { LiveLine, routerHint } from './app/live-line.ts';
import { createLocalStore } from './app/local-store.ts';
import { Pipeline } from './app/pipeline.ts';
import { StateFile } from './app/state-file.ts';
import { TopTalkers } from './app/top-talkers.ts';
import { type Config, hasElasticsearch } from './config.ts';
import { parseListen } from './input/listen-address.ts';
import { UdpInput } from './input/udp.ts';
import type { Log } from './lib/log.ts';
import { droppedTotal, type OutputCounters } from './output/counters.ts';
import type { Output } from './output/output.ts';

const EXPIRE_EVERY_MS = 5000;
const REPORT_EVERY_MS = 60_000;
/** An exporter that was silent for longer is not counted as heard. */
const HEARD_MS = 300_000;

export class App {
  readonly #config: Config;
  readonly #log: Log;
  readonly #output: Output & { readonly counters: OutputCounters };
  readonly #pipeline: Pipeline;
  readonly #input: UdpInput;
  readonly #state: StateFile;
  readonly #talkers = new TopTalkers();
  readonly #target: string;
  readonly #timers: NodeJS.Timeout[] = [];
  #live: LiveLine | undefined;
  #reportedFlows = 0;
  #stopped: Promise<void> | undefined;
  #hurry = (): void => {};

  /** Throws ConfigError. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#target = hasElasticsearch(config) ? 'Elasticsearch' : `${config.store.directory}/flows`;
    const output = hasElasticsearch(config) ? createBulkWriter(config, log) : createLocalStore(config, log);
    this.#output = output;
    this.#pipeline = new Pipeline(
      config,
      (timestampMs, id, text) => output.append('flows', timestampMs, id, text),
      log,
    );
    const { decoder } = this.#pipeline;
    this.#state = new StateFile(config.state.file, decoder, log.child({ component: 'state' }));
    const listen = config.input.listen.map((text, i) => parseListen(text, `input.listen[${i}]`));
    this.#input = new UdpInput(
      { listen, receiveBufferBytes: config.input.receiveBuffer },
      { receive: (datagram) => decoder.decode(datagram), log: log.child({ component: 'udp' }) },
    );
  }

  /** @param terminal where to draw the live line; undefined logs instead. Throws ConfigError and OutputError. */
  async start(terminal: NodeJS.WriteStream | undefined): Promise<void> {
    await this.#pipeline.start();
    await this.#output.start();
    this.#state.load();
    await this.#input.start();
    this.#every(this.#config.state.save, () => void this.#state.save());
    this.#every(EXPIRE_EVERY_MS, () => this.#pipeline.decoder.expire(Date.now()));
    this.#log.info({ listen: this.#ports(), target: this.#target }, 'receiving');
    if (terminal === undefined) {
      this.#every(REPORT_EVERY_MS, () => this.#report());
      return;
    }
    this.#pipeline.onFlow = (flow) => this.#talkers.add(flow);
    this.#live = new LiveLine(() => this.#facts(), this.#talkers, this.#ports(), terminal);
    this.#live.start();
  }

  /** Stops receiving, gives the output its time to finish, and keeps the rest on disk. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends the waiting for Elasticsearch that stop() does: what it has not taken goes to the spool now. */
  hurry(): void {
    this.#hurry();
  }

  async #stop(): Promise<void> {
    const hurried = new Promise<void>((resolve) => {
      this.#hurry = resolve;
    });
    for (const timer of this.#timers) clearInterval(timer);
    this.#live?.stop();
    await this.#input.stop();
    this.#pipeline.stop();
    await this.#state.save();
    await Promise.race([this.#output.drain(this.#config.stop.timeout), hurried]);
    await this.#output.stop();
    this.#log.info(this.#totals(), 'stopped');
  }

  #every(milliseconds: number, task: () => void): void {
    const timer = setInterval(task, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }

  #ports(): string {
    return this.#input
      .addresses()
      .map(({ address, port }) => (address === '::' || address === '0.0.0.0' ? `${port}` : `${address}:${port}`))
      .join(', ');
  }

  /** Once a minute off a terminal: the same facts, as one line of the log. */
  #report(): void {
    const flows = this.#pipeline.decoder.counters.flows;
    const totals = this.#totals();
    if (totals.datagrams === 0) this.#log.warn(`no flows yet: ${routerHint(this.#ports())}`);
    else
      this.#log.info({ ...totals, flowsPerSecond: (flows - this.#reportedFlows) / (REPORT_EVERY_MS / 1000) }, 'flows');
    this.#reportedFlows = flows;
  }

  #totals() {
    const { decoder } = this.#pipeline;
    const { counters } = this.#output;
    return {
      datagrams: this.#input.counters.datagrams,
      flows: decoder.counters.flows,
      malformed: decoder.counters.malformed,
      refused: decoder.counters.refused,
      setsWithoutTemplate: decoder.counters.setsWithoutTemplate,
      exporters: decoder.exporters.size,
      written: counters.written + counters.duplicates,
      waiting: counters.waiting,
      spooled: counters.spooled,
      deadLettered: counters.deadLettered,
      dropped: droppedTotal(counters.dropped),
      kernelDrops: this.#input.readKernelDrops(),
    };
  }

  #facts() {
    const { counters } = this.#output;
    const heardSince = Date.now() - HEARD_MS;
    let exporters = 0;
    for (const exporter of this.#pipeline.decoder.exporters.values())
      if (exporter.lastSeenMs >= heardSince) exporters++;
    return {
      datagrams: this.#input.counters.datagrams,
      flows: this.#pipeline.decoder.counters.flows,
      exporters,
      waiting: counters.waiting + counters.spooled,
      lost: droppedTotal(counters.dropped) + (this.#input.readKernelDrops() ?? 0),
      target: this.#target,
    };
  }
}
