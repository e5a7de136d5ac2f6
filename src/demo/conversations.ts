// Ordinary traffic: a client asks a server, the server answers. Two flows, or one where nobody answers.

import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from '../flow/protocols.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../flow/tcp-flags.ts';
import type { DemoFlow } from './demo-flow.ts';
import type { Random } from './random.ts';
import { type End, flowBetween, type Site } from './site.ts';
import type { WorldService } from './world.ts';

const TCP_PSH = 8;
const COMPLETE = TCP_SYN | TCP_ACK | TCP_PSH | TCP_FIN;
const PROTOCOL_ESP = 50;

/** Exporters end long flows (active timeout): no record is longer. */
const ACTIVE_TIMEOUT_MS = 60_000;
const REFUSED = 0.015;
const UNANSWERED = 0.01;
const RESET = 0.08;

/** One conversation that the exporter reports at `nowMs`. */
export function conversation(site: Site, random: Random, nowMs: number): DemoFlow[] {
  const service = site.drawService(random);
  const server = site.server(service, random);
  const isV4 = server.address.length === 4;
  const port = service.port === 0 ? 0 : clientPort(service, random);
  const client = service.inbound ? site.visitor(port, random) : site.client(isV4, port, random);
  const endMs = nowMs - random.below(1000);
  if (service.protocol === 'tcp') {
    const luck = random.next();
    if (luck < REFUSED) return refused(client, server, service, endMs);
    if (luck < REFUSED + UNANSWERED) return refused(client, server, service, endMs).slice(0, 1);
  }
  return answered(site, client, server, service, random, endMs);
}

function answered(
  site: Site,
  client: End,
  server: End,
  service: WorldService,
  random: Random,
  endMs: number,
): DemoFlow[] {
  const isV4 = server.address.length === 4;
  const protocol = protocolNumber(service, isV4);
  const headers = (isV4 ? 20 : 40) + (protocol === PROTOCOL_TCP ? 32 : 8);
  const payload = service.packet - headers;
  // Who asks for more gets more: both directions share the same draw.
  const size = random.lognormal(1, service.spread);
  const [dataUp, dataDown] = [service.up * size, service.down * size];
  let packetsUp = Math.max(1, Math.ceil(dataUp / payload));
  let packetsDown = Math.ceil(dataDown / payload);
  if (protocol === PROTOCOL_TCP) {
    // Three packets to open and close, and one acknowledgement for two packets of the other side.
    const forward = packetsUp;
    packetsUp += 3 + Math.ceil(packetsDown / 2);
    packetsDown += 3 + Math.ceil(forward / 2);
  }
  const durationMs = Math.min(ACTIVE_TIMEOUT_MS, Math.round(random.lognormal(service.seconds, 0.8) * 1000));
  const startMs = endMs - (packetsUp + packetsDown > 1 ? durationMs : 0);
  const common = { protocol, tos: service.dscp << 2, startMs, application: service.app };
  let tcpFlags = 0;
  if (protocol === PROTOCOL_TCP) {
    // A record that the timeout cut shows the middle of its connection.
    if (durationMs === ACTIVE_TIMEOUT_MS) tcpFlags = TCP_ACK | TCP_PSH;
    else tcpFlags = random.isTrue(RESET) ? COMPLETE ^ TCP_FIN ^ TCP_RST : COMPLETE;
  }
  const [request, reply] = icmpTypes(protocol);
  const nat = server.as !== 0 && isV4 ? site.exporter.nat4?.address : undefined;
  const up = { ...common, tcpFlags, icmp: request, packets: packetsUp, endMs };
  const flows = [flowBetween(client, server, { ...up, bytes: Math.round(dataUp + packetsUp * headers) }, nat)];
  if (packetsDown > 0) {
    const down = { ...common, tcpFlags, icmp: reply, packets: packetsDown, endMs };
    flows.push(flowBetween(server, client, { ...down, bytes: Math.round(dataDown + packetsDown * headers) }));
  }
  return flows;
}

/** A SYN, and the reset that answers it. */
export function refused(client: End, server: End, service: { readonly app: number }, endMs: number): DemoFlow[] {
  const isV4 = server.address.length === 4;
  const load = { protocol: PROTOCOL_TCP, packets: 1, startMs: endMs, endMs, application: service.app };
  return [
    flowBetween(client, server, { ...load, tcpFlags: TCP_SYN, bytes: isV4 ? 60 : 80 }),
    flowBetween(server, client, { ...load, tcpFlags: TCP_RST | TCP_ACK, bytes: isV4 ? 40 : 60 }),
  ];
}

function clientPort(service: WorldService, random: Random): number {
  if (service.name === 'ntp' || service.name === 'sip') return service.port;
  return 32768 + random.below(28232);
}

function protocolNumber(service: WorldService, isV4: boolean): number {
  switch (service.protocol) {
    case 'tcp':
      return PROTOCOL_TCP;
    case 'udp':
      return PROTOCOL_UDP;
    case 'esp':
      return PROTOCOL_ESP;
    case 'icmp':
      return isV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
  }
}

/** Type · 256 + code of echo request and reply. */
function icmpTypes(protocol: number): readonly [number, number] {
  if (protocol === PROTOCOL_ICMP) return [8 << 8, 0];
  if (protocol === PROTOCOL_ICMPV6) return [128 << 8, 129 << 8];
  return [0, 0];
}
