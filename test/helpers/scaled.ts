// What tests of the scaled form share: a fleet on a sink that knows every id, and exporters in several partitions.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type BulkSink, startBulkSink } from './bulk-sink.ts';
import { Fleet, type FleetOptions, imbalancesOf, type Member } from './fleet.ts';
import { faults, NumberedExporter } from './numbered-flows.ts';
import { waitFor } from './wait.ts';

/** Loopback addresses, so that exporters lie in different partitions. */
export const ADDRESSES = ['127.0.5.1', '127.0.5.2', '127.0.5.3', '127.0.5.4', '127.0.5.5', '127.0.5.6'];

async function sinkOf(t: TestContext): Promise<BulkSink> {
  const sink = await startBulkSink();
  t.after(() => sink.close());
  return sink;
}

export class Traffic {
  readonly numbers = { next: 1 };
  readonly exporters: NumberedExporter[] = [];

  static async open(t: TestContext): Promise<Traffic> {
    const traffic = new Traffic();
    for (const [domain, address] of ADDRESSES.entries()) {
      traffic.exporters.push(await NumberedExporter.open(address, domain, traffic.numbers));
    }
    t.after(() => {
      for (const exporter of traffic.exporters) exporter.close();
    });
    return traffic;
  }

  async sendTemplates(port: number): Promise<void> {
    for (const exporter of this.exporters) await exporter.sendTemplate(port);
  }

  /** Sends so many datagrams of each exporter, 20 flows each; every tenth time the template changes. */
  async send(port: () => number, datagrams: number): Promise<void> {
    for (let i = 0; i < datagrams; i++) {
      for (const exporter of this.exporters) {
        if (i % 10 === 9) await exporter.sendTemplate(port(), true);
        await exporter.sendFlows(port(), 20);
      }
      // 1200 datagrams a second and exporter: less than a small socket buffer holds.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

export async function allArrive(
  sink: BulkSink,
  traffic: Traffic,
  members: readonly Member[],
  timeoutMs = 60_000,
): Promise<void> {
  const expected = traffic.numbers.next - 1;
  const count = () => sink.documents['flows']!.size;
  await waitFor(
    `${expected} flows are written`,
    () => count() >= expected,
    timeoutMs,
    () =>
      `${count()} are; ${faults(sink, traffic.numbers.next)}\n${members.map((member) => member.log()).join('\n\n')}`,
  );
  assert.deepEqual(faults(sink, traffic.numbers.next), []);
  for (const member of members) assert.deepEqual(await imbalancesOf(member), []);
}

export async function fleetOf(
  t: TestContext,
  redisUrl: string,
  redis: FleetOptions['redis'] = {},
  more: Pick<FleetOptions, 'enrich'> = {},
) {
  const sink = await sinkOf(t);
  const fleet = new Fleet(t, { redisUrl, elasticsearchUrl: sink.url, redis, ...more });
  return { sink, fleet, traffic: await Traffic.open(t) };
}
