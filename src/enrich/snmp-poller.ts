// Polls exporters by SNMP for their names and those of their interfaces. Nothing waits for an answer: an exporter is asked
// beside its flows when it is first seen, and again every so often; what it said before stays until it says something
// else. Few agents at once. Only exporters in the networks of the user are asked: anybody can send a datagram with any
// address, and would else be told the community.

import type * as NetSnmp from 'net-snmp';
import type { Exporter } from '../flow/exporter.ts';
import { ConfigError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { type ExporterStep, forEachExporter } from './for-each-exporter.ts';
import { PrefixTable } from './prefix-table.ts';
import { pollAgent, type SnmpAgentOptions } from './snmp-agent.ts';

export interface SnmpOptions extends SnmpAgentOptions {
  /** False: nobody is asked. */
  readonly enabled: boolean;
  /** Networks of exporters that are asked, and that are not; the longest prefix of both lists decides. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Agents asked at once. */
  readonly concurrency: number;
  /** Milliseconds between two polls of an exporter. */
  readonly refreshMs: number;
}

/** Exporters that are polled; further ones are not. */
const MAX_EXPORTERS = 10_000;
/** First wait after a failure, doubled with each one up to the refresh interval. */
const RETRY_MS = 60_000;
/** An exporter that was silent for so many refreshs is forgotten. */
const SILENT_REFRESHS = 24;
const TICK_MS = 1000;
/** RFC 3414 §11.2 */
const SHORTEST_PASSWORD = 8;

interface Agent {
  exporter: Exporter;
  dueMs: number;
  failures: number;
  isBusy: boolean;
}

export class SnmpPoller {
  /** Polls that were answered. */
  polls = 0;
  /** Polls that were not, or refused. */
  failures = 0;
  readonly #options: SnmpOptions;
  readonly #log: Log;
  readonly #networks = new PrefixTable<boolean>();
  readonly #agents = new Map<string, Agent>();
  #busy = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopping = new AbortController();
  #snmp: typeof NetSnmp | undefined;

  /** Throws ConfigError for a network that is none, or credentials that cannot be used. */
  constructor(options: SnmpOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    if (!options.enabled) return;
    checkCredentials(options);
    options.include.forEach((network, i) => {
      this.#networks.add(network, true, `enrich.snmp.include[${i}]`);
    });
    options.exclude.forEach((network, i) => {
      this.#networks.add(network, false, `enrich.snmp.exclude[${i}]`);
    });
  }

  async start(): Promise<void> {
    if (!this.#options.enabled || this.#timer !== undefined) return;
    // Loaded when it is needed only: it takes 30 ms. The package is CommonJS: all that it exports is its default.
    const loaded = (await import('net-snmp')) as unknown as { default: typeof NetSnmp };
    this.#snmp = loaded.default;
    this.#stopping = new AbortController();
    this.#timer = setInterval(() => this.poll(Date.now()), TICK_MS);
    this.#timer.unref();
  }

  /** Polls nobody any more, and waits for no answer. */
  stop(): void {
    this.#stopping.abort();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Exporters that are polled. */
  get size(): number {
    return this.#agents.size;
  }

  /** Takes an exporter in, which is asked soon. */
  add(exporter: Exporter): void {
    const agent = this.#agents.get(exporter.address);
    if (agent !== undefined) {
      // One that was forgotten and came again: what is known of it is still true.
      exporter.polled ??= agent.exporter.polled;
      exporter.json = undefined;
      agent.exporter = exporter;
    } else if (this.#agents.size < MAX_EXPORTERS && this.#networks.find(exporter.address) === true) {
      this.#agents.set(exporter.address, { exporter, dueMs: 0, failures: 0, isBusy: false });
    }
  }

  /** Begins what is due, as far as the number of agents at once allows. */
  poll(nowMs: number): void {
    const { concurrency, refreshMs } = this.#options;
    for (const [address, agent] of this.#agents) {
      if (this.#busy >= concurrency) return;
      if (agent.isBusy || agent.dueMs > nowMs) continue;
      if (nowMs - agent.exporter.lastSeenMs > SILENT_REFRESHS * refreshMs) this.#agents.delete(address);
      else void this.#poll(agent);
    }
  }

  /** Never rejects. */
  async #poll(agent: Agent): Promise<void> {
    const { refreshMs } = this.#options;
    const { address } = agent.exporter;
    agent.isBusy = true;
    this.#busy++;
    try {
      const polled = await pollAgent(this.#snmp!, address, this.#options, this.#stopping.signal);
      agent.exporter.polled = polled;
      agent.exporter.json = undefined;
      agent.failures = 0;
      agent.dueMs = Date.now() + refreshMs;
      this.polls++;
      this.#log.debug({ exporter: address, name: polled.name, interfaces: polled.interfaces.size }, 'SNMP answered');
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.failures++;
      const wait = Math.min(refreshMs, RETRY_MS * 2 ** agent.failures);
      agent.dueMs = Date.now() + wait;
      const facts = { exporter: address, reason: (error as Error).message };
      if (agent.failures++ === 0) this.#log.warn(facts, 'SNMP: no answer; asked again in a while');
      else this.#log.debug(facts, 'SNMP: still no answer');
    }
    agent.isBusy = false;
    this.#busy--;
  }
}

function checkCredentials({ version, community, user, authPassword, privacyPassword }: SnmpOptions): void {
  if (version === '2c') {
    if (community === undefined) throw new ConfigError('snmp.community', undefined, 'a community, for version 2c');
    return;
  }
  if (user === undefined) throw new ConfigError('snmp.user', undefined, 'a user, for version 3');
  if (authPassword === undefined && privacyPassword !== undefined) {
    throw new ConfigError('snmp.authPassword', undefined, 'a password: privacy needs authentication');
  }
  for (const [key, password] of Object.entries({ authPassword, privacyPassword })) {
    if (password !== undefined && password.length < SHORTEST_PASSWORD) {
      throw new ConfigError(`snmp.${key}`, '…', `at least ${SHORTEST_PASSWORD} characters`);
    }
  }
}

/** Has the poller ask for flow.exporter. */
export function snmpEnricher(poller: SnmpPoller): ExporterStep {
  return forEachExporter(
    () => 0,
    (exporter) => poller.add(exporter),
  );
}
