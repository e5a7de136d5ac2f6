// `weir replay`: sends the flow datagrams of captures over UDP, each original exporter from a socket of its own, so that
// template sessions stay apart. Addresses and times of the originals cannot be sent: the receiver sees this host and now.

import { Pacer } from '../lib/pacer.ts';
import { UdpSender } from '../lib/udp-sender.ts';
import { readCapture } from './capture.ts';
import { CaptureStats } from './capture-stats.ts';

export interface ReplayOptions {
  /** Name or address to send to. */
  readonly host: string;
  readonly port: number;
  /** Datagrams a second, or the captures' own timing; pauses of those are cut at MAX_PAUSE_MS. */
  readonly rate: number | 'capture';
  /** How often the files are sent; 0 goes on until the signal. */
  readonly loop: number;
}

export interface ReplayHooks {
  /** After each file of the first round: what was found in it. */
  file(path: string, stats: CaptureStats): void;
  /** Ends the replay. */
  readonly signal?: AbortSignal;
}

export interface ReplayCounters {
  /** Datagrams given to the kernel. */
  readonly sent: number;
  /** Datagrams that were refused, and the last refusal. */
  readonly failed: number;
  readonly lastError: Error | undefined;
}

/** Greatest pause kept of a capture's own timing: nobody waits for a router to come back. */
const MAX_PAUSE_MS = 10_000;
const MAX_SOCKETS = 512;

export class Replay {
  private readonly options: ReplayOptions;
  private readonly hooks: ReplayHooks;
  private readonly sender: UdpSender;

  constructor(options: ReplayOptions, hooks: ReplayHooks) {
    this.options = options;
    this.hooks = hooks;
    this.sender = new UdpSender({ host: options.host, port: options.port, maxSockets: MAX_SOCKETS });
  }

  /** How far it is, any time. */
  get counters(): ReplayCounters {
    return this.sender;
  }

  /** Sends the files in order; resolves at the end. Throws where the host has no address. */
  async run(files: readonly string[]): Promise<ReplayCounters> {
    await this.sender.start();
    const pacer = new Pacer(this.hooks.signal);
    try {
      for (let round = 0; round < this.options.loop || this.options.loop === 0; round++) {
        const before = this.sender.sent + this.sender.failed;
        for (const path of files) {
          const stats = new CaptureStats();
          await this.sendFile(path, stats, pacer);
          if (this.hooks.signal?.aborted) return this.counters;
          if (round === 0) this.hooks.file(path, stats);
        }
        // Files without datagrams must not keep us busy for ever.
        if (this.sender.sent + this.sender.failed === before) break;
      }
      return this.counters;
    } finally {
      await this.sender.stop();
    }
  }

  private async sendFile(path: string, stats: CaptureStats, pacer: Pacer): Promise<void> {
    const { rate } = this.options;
    let lastMs: number | undefined;
    for await (const datagrams of readCapture(path, stats)) {
      for (const datagram of datagrams) {
        const pauseMs = datagram.receivedMs - (lastMs ?? datagram.receivedMs);
        lastMs = datagram.receivedMs;
        if (rate === 'capture') await pacer.pause(Math.min(MAX_PAUSE_MS, Math.max(0, pauseMs)));
        else await pacer.pass(1000 / rate);
        if (this.hooks.signal?.aborted) return;
        await this.sender.send(`${datagram.exporterAddress} ${datagram.exporterPort}`, datagram.bytes);
      }
    }
  }
}
