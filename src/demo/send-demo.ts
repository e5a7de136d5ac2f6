// `weir demo`: sends the demo's datagrams as time goes by. Exporters have a socket each and, towards this host, an
// address of 127.0.0.0/8 each, so that the receiver sees as many devices; from elsewhere they differ by port only.

import { setTimeout as sleep } from 'node:timers/promises';
import { UdpSender } from '../lib/udp-sender.ts';
import { Demo, type DemoOptions } from './demo.ts';
import { loadWorld } from './world.ts';

export interface SendDemoOptions extends Omit<DemoOptions, 'startMs'> {
  /** Name or address to send to. */
  readonly host: string;
  readonly port: number;
  /** How long, ms; 0 goes on until the signal. */
  readonly durationMs: number;
}

export interface SendDemoCounters {
  /** Flow records made; sFlow: flow samples. */
  readonly flows: number;
  /** Datagrams given to the kernel, and those that were refused. */
  readonly sent: number;
  readonly failed: number;
  readonly lastError: Error | undefined;
}

const STEP_MS = 50;
/** After a pause (a suspended laptop) what was missed is made up in steps of this length, to bound the memory. */
const MAX_LAG_MS = 5000;
/** 127.0.0.11 and on. */
const FIRST_LOOPBACK = 11;

export class SendDemo {
  private readonly options: SendDemoOptions;
  private readonly signal: AbortSignal | undefined;
  private readonly sender: UdpSender;
  private demo: Demo | undefined = undefined;

  constructor(options: SendDemoOptions, signal?: AbortSignal) {
    this.options = options;
    this.signal = signal;
    this.sender = new UdpSender({ host: options.host, port: options.port, maxSockets: options.exporters });
  }

  /** How far it is, any time. */
  get counters(): SendDemoCounters {
    const { sent, failed, lastError } = this.sender;
    return { flows: this.demo?.flows ?? 0, sent, failed, lastError };
  }

  /** Resolves after the duration, or at the signal. Throws where the host has no address. */
  async run(): Promise<SendDemoCounters> {
    await this.sender.start();
    try {
      const startMs = Date.now();
      const endMs = this.options.durationMs === 0 ? Number.POSITIVE_INFINITY : startMs + this.options.durationMs;
      const demo = new Demo({ ...this.options, startMs }, loadWorld());
      this.demo = demo;
      let nowMs = startMs;
      while (nowMs < endMs && !this.signal?.aborted) {
        await this.pause();
        nowMs = Math.min(Date.now(), endMs - 1, nowMs + MAX_LAG_MS);
        await this.send(demo, nowMs);
        if (nowMs === endMs - 1) break;
      }
      for (const datagram of demo.finish(nowMs)) await this.sendOne(datagram.exporter, datagram.bytes);
      return this.counters;
    } finally {
      await this.sender.stop();
    }
  }

  private async send(demo: Demo, nowMs: number): Promise<void> {
    for (const datagram of demo.step(nowMs)) await this.sendOne(datagram.exporter, datagram.bytes);
  }

  private sendOne(exporter: number, bytes: Uint8Array): Promise<void> {
    const address = this.sender.isLoopback ? `127.0.0.${FIRST_LOOPBACK + exporter}` : undefined;
    return this.sender.send(String(exporter), bytes, address);
  }

  private async pause(): Promise<void> {
    try {
      await sleep(STEP_MS, undefined, { signal: this.signal });
    } catch (error) {
      if (!this.signal?.aborted) throw error;
    }
  }
}
