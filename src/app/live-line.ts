// The one line that `weir run` keeps up to date on a terminal: flows per second, exporters, top talker; and where
// nothing arrives, what to configure on the router. Off a terminal the same facts go to the log once a minute.

import { networkInterfaces } from 'node:os';
import { formatBytes, formatNumber } from '../lib/units.ts';
import type { TopTalkers } from './top-talkers.ts';

/** Seconds without a datagram after which the line explains what to do. */
const SILENCE_SECONDS = 5;

export interface LiveFacts {
  readonly datagrams: number;
  readonly flows: number;
  /** Exporters heard in the last five minutes. */
  readonly exporters: number;
  /** Flows not yet written, in memory and on disk. */
  readonly waiting: number;
  /** Data sets that wait for their template or for option data: why there may be no flows yet. */
  readonly held: number;
  /** Flows lost for whatever reason since the start, and datagrams that the kernel dropped. */
  readonly lost: number;
  readonly target: string;
}

export class LiveLine {
  readonly #read: () => LiveFacts;
  readonly #talkers: TopTalkers;
  readonly #ports: string;
  readonly #stream: NodeJS.WriteStream;
  #timer: NodeJS.Timeout | undefined;
  #lastFlows = 0;
  #lastDatagrams = 0;
  #lastMs = 0;
  #silentSeconds = 0;

  constructor(read: () => LiveFacts, talkers: TopTalkers, ports: string, stream: NodeJS.WriteStream) {
    this.#read = read;
    this.#talkers = talkers;
    this.#ports = ports;
    this.#stream = stream;
  }

  start(): void {
    this.#lastMs = Date.now();
    this.#draw(this.text(Date.now()));
    this.#timer = setInterval(() => this.#draw(this.text(Date.now())), 1000);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write('\n');
  }

  /** The line as of now; rates are since the last call. */
  text(nowMs: number): string {
    const facts = this.#read();
    const seconds = Math.max(0.001, (nowMs - this.#lastMs) / 1000);
    const rate = (facts.flows - this.#lastFlows) / seconds;
    this.#silentSeconds = facts.datagrams > this.#lastDatagrams ? 0 : this.#silentSeconds + seconds;
    this.#lastFlows = facts.flows;
    this.#lastDatagrams = facts.datagrams;
    this.#lastMs = nowMs;
    const talker = this.#talkers.take();
    if (facts.datagrams === 0) return this.#nothingYet();
    const parts = [
      `${formatNumber(rate)} flows/s`,
      `${formatNumber(facts.flows)} flows`,
      `${facts.exporters} exporter${facts.exporters === 1 ? '' : 's'}`,
    ];
    if (talker !== undefined)
      parts.push(`top ${talker.address} ${formatBytes((talker.bytes * 8) / seconds).replace(/B$/, 'bit/s')}`);
    if (facts.waiting > 0) parts.push(`${formatNumber(facts.waiting)} waiting`);
    if (facts.held > 0) parts.push(`${formatNumber(facts.held)} sets wait for templates or sampling rates`);
    if (facts.lost > 0) parts.push(`${formatNumber(facts.lost)} lost`);
    if (this.#silentSeconds >= SILENCE_SECONDS) parts.push(`silent for ${Math.round(this.#silentSeconds)} s`);
    parts.push(`→ ${facts.target}`);
    return parts.join(' · ');
  }

  #nothingYet(): string {
    if (this.#silentSeconds < SILENCE_SECONDS) return `waiting for flows on UDP ${this.#ports}`;
    return `no flows yet: ${routerHint(this.#ports)}`;
  }

  #draw(text: string): void {
    const width = this.#stream.columns ?? 80;
    const line = text.length > width - 1 ? `${text.slice(0, width - 2)}…` : text;
    this.#stream.write(`\r\x1b[2K${line}`);
  }
}

/** What to do on the router so that flows arrive; the most useful first, for narrow terminals. */
export function routerHint(ports: string): string {
  const address = localAddress() ?? 'this host';
  const port = /\d+$/.exec(ports.split(', ')[0]!)?.[0] ?? '2055';
  return (
    `point the router's flow export at ${address}:${port} · or try: weir demo --to 127.0.0.1:${port} · ` +
    `Cisco: ip flow-export destination ${address} ${port}`
  );
}

/** The first address that other hosts can reach. */
function localAddress(): string | undefined {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((address) => !address.internal && address.family === 'IPv4');
    if (found !== undefined) return found.address;
  }
  return undefined;
}
