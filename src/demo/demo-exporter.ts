// One pretended device: its traffic, its sampling and its encoder. Flows come at even distances in time, so that they do
// not depend on how often it is asked.

import { conversation } from './conversations.ts';
import type { DemoFlow, FlowEncoder } from './demo-flow.ts';
import { Netflow5Encoder } from './encode-netflow5.ts';
import { Sflow5Encoder } from './encode-sflow5.ts';
import { TemplateEncoder } from './encode-templates.ts';
import { eventFlows, isActive } from './events.ts';
import { ipfixTables, netflow9Tables } from './option-tables.ts';
import { Random } from './random.ts';
import { Site } from './site.ts';
import { ipfixTemplates, netflow9Templates } from './template-fields.ts';
import type { World, WorldEvent, WorldExporter } from './world.ts';

const DAY_MS = 86_400_000;
/** sysUptime wraps after 49.7 days; the demo's devices started more recently. */
const MAX_UPTIME_DAYS = 20;
/** One packet in a thousand misses most conversations; this many are tried for one that is seen. */
const MAX_TRIES = 2000;
/** sFlow: samples of one conversation that come at once. */
const MAX_SAMPLES = 8;

export interface DemoExporterOptions {
  readonly exporter: WorldExporter;
  readonly world: World;
  /** Flows (sFlow: samples) a second. */
  readonly rate: number;
  readonly dayCurve: boolean;
  readonly seed: number;
  readonly startMs: number;
}

export class DemoExporter {
  /** Flow records (sFlow: flow samples) given to the encoder. */
  flows = 0;
  private readonly options: DemoExporterOptions;
  private readonly random: Random;
  private readonly site: Site;
  private readonly encoder: FlowEncoder;
  private readonly events: readonly WorldEvent[];
  private readonly eventCounts = new Map<WorldEvent, number>();
  private nextMs: number;
  /** Flows of the last conversation that have not had their time yet. */
  private readonly waiting: DemoFlow[] = [];

  constructor(options: DemoExporterOptions, emit: (bytes: Uint8Array) => void) {
    this.options = options;
    this.random = new Random(options.seed);
    this.site = new Site(options.exporter, options.world);
    this.events = options.world.events.filter((event) => event.exporter === options.exporter.name);
    this.nextMs = options.startMs;
    const bootMs = options.startMs - DAY_MS - this.random.below(MAX_UPTIME_DAYS * DAY_MS);
    this.encoder = createEncoder(options.exporter, options.world, bootMs, emit);
  }

  /** Exports what there is until `nowMs`. */
  step(nowMs: number): void {
    while (this.nextMs <= nowMs) {
      this.encoder.add(this.nextFlow(Math.floor(this.nextMs)), Math.floor(this.nextMs));
      this.flows++;
      this.nextMs += 1000 / (this.options.rate * this.activity(this.nextMs));
    }
    this.encoder.tick(nowMs);
  }

  /** At the end: sends what waits in a datagram not yet full. */
  flush(nowMs: number): void {
    this.encoder.flush(nowMs);
  }

  /** Of the mean rate: 0.4 at two in the night, 1.6 at two in the afternoon, UTC. */
  private activity(nowMs: number): number {
    if (!this.options.dayCurve) return 1;
    return 1 + 0.6 * Math.cos((2 * Math.PI * (nowMs - 14 * 3_600_000)) / DAY_MS);
  }

  private nextFlow(nowMs: number): DemoFlow {
    for (let tries = 0; this.waiting.length === 0; tries++) {
      for (const flow of this.traffic(nowMs)) {
        if (this.options.exporter.protocol === 'netflow5' && flow.source.length !== 4) continue;
        // After so many tries it takes what comes.
        this.sample(flow, tries >= MAX_TRIES ? 1 : this.options.exporter.sampling);
      }
    }
    return this.waiting.shift()!;
  }

  private traffic(nowMs: number): DemoFlow[] {
    for (const event of this.events) {
      if (!isActive(event, this.options.startMs, nowMs) || !this.random.isTrue(event.share)) continue;
      const count = this.eventCounts.get(event) ?? 0;
      this.eventCounts.set(event, count + 1);
      return eventFlows(event, this.site, this.random, nowMs, count);
    }
    return conversation(this.site, this.random, nowMs);
  }

  /** What a sampler of one packet in `interval` sees of the flow: nothing, or some of its packets. */
  private sample(flow: DemoFlow, interval: number): void {
    if (interval === 1) {
      this.waiting.push(flow);
      return;
    }
    const expected = flow.packets / interval;
    const packets = Math.floor(expected) + (this.random.isTrue(expected % 1) ? 1 : 0);
    if (packets === 0) return;
    const bytes = Math.round((flow.bytes / flow.packets) * packets);
    if (this.options.exporter.protocol !== 'sflow5') {
      this.waiting.push({ ...flow, packets, bytes });
      return;
    }
    for (let i = 0; i < Math.min(packets, MAX_SAMPLES); i++) this.waiting.push(flow);
  }
}

function createEncoder(
  exporter: WorldExporter,
  world: World,
  bootMs: number,
  emit: (bytes: Uint8Array) => void,
): FlowEncoder {
  switch (exporter.protocol) {
    case 'netflow5':
      return new Netflow5Encoder(bootMs, exporter.sampling, emit);
    case 'sflow5':
      return new Sflow5Encoder(exporter, bootMs, emit);
    case 'netflow9': {
      const templates = netflow9Templates(bootMs, exporter.sampling > 1);
      return new TemplateEncoder(
        { version: 9, domain: exporter.domain, bootMs, templates, tables: netflow9Tables(exporter) },
        emit,
      );
    }
    case 'ipfix': {
      const templates = ipfixTemplates(exporter.nat4 !== undefined);
      const tables = ipfixTables(exporter, world.services);
      return new TemplateEncoder({ version: 10, domain: exporter.domain, bootMs, templates, tables }, emit);
    }
  }
}
