// The demo without its network: what datagrams the pretended exporters send until a given time. The same options give
// the same bytes.

import { DemoExporter } from './demo-exporter.ts';
import type { Prefix } from './prefix.ts';
import type { World, WorldExporter } from './world.ts';

export interface DemoOptions {
  /** Flow records a second, all exporters together; sFlow: flow samples. */
  readonly rate: number;
  /** How many exporters; at most MAX_EXPORTERS. */
  readonly exporters: number;
  /** Let the rate follow the hour of the day, 0.4 to 1.6 of it. */
  readonly dayCurve: boolean;
  readonly seed: number;
  /** When the demo begins, epoch ms. */
  readonly startMs: number;
}

export interface DemoDatagram {
  /** Index of the exporter. */
  readonly exporter: number;
  readonly bytes: Uint8Array;
}

export const MAX_EXPORTERS = 180;

export class Demo {
  /** Flow records (sFlow: flow samples) exported so far; some may wait in a datagram not yet full. */
  get flows(): number {
    return this.exporters.reduce((sum, exporter) => sum + exporter.flows, 0);
  }
  datagrams = 0;
  private readonly exporters: readonly DemoExporter[];
  private outgoing: DemoDatagram[] = [];

  constructor(options: DemoOptions, world: World) {
    const chosen = chooseExporters(world, options.exporters);
    const shares = chosen.reduce((sum, exporter) => sum + exporter.share, 0);
    this.exporters = chosen.map(
      (exporter, index) =>
        new DemoExporter(
          {
            exporter,
            world,
            rate: (options.rate * exporter.share) / shares,
            dayCurve: options.dayCurve,
            seed: options.seed * 1_000_003 + index,
            startMs: options.startMs,
          },
          (bytes) => this.outgoing.push({ exporter: index, bytes }),
        ),
    );
  }

  /** The datagrams sent until `nowMs`, in order per exporter. */
  step(nowMs: number): DemoDatagram[] {
    for (const exporter of this.exporters) exporter.step(nowMs);
    return this.taken();
  }

  /** The datagrams that were not full yet: the end. */
  finish(nowMs: number): DemoDatagram[] {
    for (const exporter of this.exporters) exporter.flush(nowMs);
    return this.taken();
  }

  private taken(): DemoDatagram[] {
    const taken = this.outgoing;
    this.outgoing = [];
    this.datagrams += taken.length;
    return taken;
  }
}

/** The first of the world's exporters; beyond them copies with names, addresses and clients of their own. */
function chooseExporters(world: World, wanted: number): WorldExporter[] {
  const originals = world.exporters;
  return Array.from({ length: wanted }, (_, index) => {
    const original = originals[index % originals.length]!;
    const copy = Math.floor(index / originals.length);
    if (copy === 0) return original;
    return {
      ...original,
      name: `${original.name}-${copy + 1}`,
      domain: original.domain + copy * 1000,
      address: withByte(original.address, 3, 1 + index),
      // 10.60.0.0 and on; 2001:db8:…
      clients4: withByte(original.clients4, 1, 60 + index),
      ...(original.clients6 === undefined ? {} : { clients6: withByte(original.clients6, 5, 60 + index) }),
    };
  });
}

function withByte(prefix: Prefix, at: number, value: number): Prefix {
  const address = prefix.address.slice();
  address[at] = value;
  return { ...prefix, address };
}
