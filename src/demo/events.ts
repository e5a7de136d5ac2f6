// What there is to be discovered: a port scan, floods, backup jobs. When and where says pipelines/demo.yml.

import { PROTOCOL_TCP, PROTOCOL_UDP } from '../flow/protocols.ts';
import { TCP_ACK, TCP_RST, TCP_SYN } from '../flow/tcp-flags.ts';
import { refused } from './conversations.ts';
import type { DemoFlow } from './demo-flow.ts';
import type { Random } from './random.ts';
import { flowBetween, type Site } from './site.ts';
import type { WorldEvent } from './world.ts';

const TCP_PSH = 8;
const NO_APPLICATION = { app: 0 };
/** Ports that a scanned server answers on. */
const OPEN_PORTS: ReadonlySet<number> = new Set([22, 80, 443, 445, 3389, 5432]);
/** NetFlow v5 counts bytes in 32 bits. */
const MAX_BYTES = 3.5e9;

/** True while the event goes on. @param startMs begin of the demo */
export function isActive(event: WorldEvent, startMs: number, nowMs: number): boolean {
  const seconds = (nowMs - startMs) / 1000 - event.start;
  if (seconds >= 0 && seconds % event.every < event.seconds) return true;
  const secondOfDay = (nowMs / 1000) % 86400;
  return (
    event.daily !== undefined && secondOfDay >= event.daily * 3600 && secondOfDay < event.daily * 3600 + event.seconds
  );
}

/** The event's flows number `count` (from 0). */
export function eventFlows(event: WorldEvent, site: Site, random: Random, nowMs: number, count: number): DemoFlow[] {
  switch (event.kind) {
    case 'port-scan':
      return portScan(event, site, random, nowMs, count);
    case 'udp-flood':
      return udpFlood(event, site, random, nowMs);
    case 'syn-flood':
      return synFlood(event, site, random, nowMs);
    case 'backup':
      return backup(event, site, random, nowMs);
  }
}

/** Port after port, each on a few hosts. */
function portScan(event: WorldEvent, site: Site, random: Random, nowMs: number, count: number): DemoFlow[] {
  const hosts = 40;
  const port = 1 + (Math.floor(count / hosts) % 65535);
  const scanner = site.host(event.from, 0, 40000 + random.below(20000), false);
  const target = site.host(event.to, count % hosts, port, true);
  const probe = refused(scanner, target, NO_APPLICATION, nowMs);
  if (OPEN_PORTS.has(port)) {
    const load = { protocol: PROTOCOL_TCP, startMs: nowMs, endMs: nowMs };
    return [
      flowBetween(scanner, target, { ...load, tcpFlags: TCP_SYN | TCP_RST, packets: 2, bytes: 100 }),
      flowBetween(target, scanner, { ...load, tcpFlags: TCP_SYN | TCP_ACK, packets: 1, bytes: 60 }),
    ];
  }
  return random.isTrue(0.85) ? probe : probe.slice(0, 1);
}

/** Answers of many open resolvers to questions that the victim never asked. */
function udpFlood(event: WorldEvent, site: Site, random: Random, nowMs: number): DemoFlow[] {
  const source = site.host(event.from, random.below(250), event.port, false);
  const victim = site.host(event.to, 0, 1024 + random.below(64000), true);
  const packets = 20 + random.below(400);
  const load = {
    protocol: PROTOCOL_UDP,
    packets,
    bytes: packets * 1400,
    startMs: nowMs - random.below(900),
    endMs: nowMs,
  };
  return [flowBetween(source, victim, load)];
}

function synFlood(event: WorldEvent, site: Site, random: Random, nowMs: number): DemoFlow[] {
  const source = site.host(event.from, random.below(250), 1024 + random.below(64000), false);
  const victim = site.host(event.to, 0, event.port, true);
  const packets = 1 + random.below(3);
  const load = {
    protocol: PROTOCOL_TCP,
    packets,
    bytes: packets * 60,
    startMs: nowMs - random.below(500),
    endMs: nowMs,
  };
  const flood = flowBetween(source, victim, { ...load, tcpFlags: TCP_SYN });
  if (!random.isTrue(0.3)) return [flood];
  return [flood, flowBetween(victim, source, { ...load, tcpFlags: TCP_SYN | TCP_ACK })];
}

function backup(event: WorldEvent, site: Site, random: Random, nowMs: number): DemoFlow[] {
  const source = site.host(event.from, random.below(30), 40000 + random.below(20), true);
  const target = site.host(event.to, 0, event.port, false);
  const bytes = Math.min(MAX_BYTES, Math.round(random.lognormal(2e7, 0.7)));
  const packets = Math.ceil(bytes / 1480);
  const acknowledgements = Math.ceil(packets / 2);
  const load = { protocol: PROTOCOL_TCP, startMs: nowMs - 60_000, endMs: nowMs - random.below(500), tos: 8 << 2 };
  return [
    flowBetween(source, target, { ...load, tcpFlags: TCP_ACK | TCP_PSH, packets, bytes }),
    flowBetween(target, source, {
      ...load,
      tcpFlags: TCP_ACK,
      packets: acknowledgements,
      bytes: acknowledgements * 52,
    }),
  ];
}
