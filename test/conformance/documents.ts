// Captures as documents: by the pipeline of `weir decode`, one session per feed but one process for all of them, as
// starting 600 processes would take minutes; and, for a few, by the command itself. And documents in the form compared.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { forCaptures, Pipeline } from '../../src/app/pipeline.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readCapture } from '../../src/input/capture.ts';
import { CaptureStats } from '../../src/input/capture-stats.ts';
import { createLog } from '../../src/lib/log.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { capturesFolder } from './feeds.ts';
import {
  address,
  type ComparedRecord,
  type Facts,
  known,
  labels,
  mac,
  mask,
  pair,
  times,
  tupleText,
} from './record.ts';

interface Endpoint {
  readonly ip?: string;
  readonly port?: number;
  readonly bytes?: number;
  readonly packets?: number;
  readonly mac?: string;
  readonly as?: { readonly number?: number };
  readonly nat?: { readonly ip?: string; readonly port?: number };
}

interface Interface {
  readonly interface?: { readonly id?: string; readonly name?: string };
}

interface Side {
  readonly mask_length?: number;
  readonly vlan?: string;
}

interface Address {
  readonly ip?: string;
}

interface Peer {
  readonly as?: number;
}

interface InnerPacket {
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
  readonly iana_number?: string;
}

/** The part of a flow document that is looked at here. */
export interface FlowDocument {
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
  readonly event?: { readonly start?: string; readonly end?: string };
  readonly observer?: { readonly ingress?: Interface; readonly egress?: Interface };
  readonly network?: {
    readonly iana_number?: string;
    readonly bytes?: number;
    readonly packets?: number;
    readonly vlan?: { readonly id?: string };
    readonly inner?: { readonly vlan?: { readonly id?: string } };
  };
  readonly user?: { readonly name?: string };
  readonly flow?: {
    readonly source?: Side;
    readonly destination?: Side;
    readonly next_hop?: Address;
    readonly bgp?: { readonly next_hop?: Address; readonly source_peer?: Peer; readonly destination_peer?: Peer };
    readonly tos?: number;
    readonly tcp_flags_bits?: number;
    readonly icmp?: { readonly type?: number; readonly code?: number };
    readonly mpls?: { readonly labels?: readonly string[] };
    readonly direction?: string;
    readonly export?: { readonly protocol?: string };
    readonly sampling?: { readonly interval?: number };
    readonly ttl?: number;
    readonly vrf?: { readonly ingress?: string; readonly egress?: string };
    readonly forwarding?: { readonly status?: string };
    readonly end_reason?: string;
    readonly event?: string;
    readonly fragment_offset?: number;
    readonly application?: { readonly id?: string };
    readonly count?: number;
    readonly http?: { readonly host?: string };
    readonly tunnel?: { readonly inner?: InnerPacket };
    readonly sampled?: { readonly bytes?: number; readonly packets?: number };
  };
}

/** The comparison wants the times themselves, not what the clock guard leaves. */
const NO_GUARD_MS = Number.MAX_SAFE_INTEGER;

/**
 * Documents of all files as one session, by file. Throws what a decoder must never throw.
 * @param maxSkewMs clock guard
 * @param schema form of the documents; of another than weir's they are no FlowDocument
 */
export async function decodeSession(
  files: readonly string[],
  maxSkewMs = NO_GUARD_MS,
  schema: 'weir' | 'elastiflow-3.5' = 'weir',
): Promise<readonly (readonly FlowDocument[])[]> {
  const { config } = loadConfig(undefined);
  const settings = {
    ...config,
    schema,
    enrich: config.enrich.filter((step) => step !== 'geoip'),
    clock: { ...config.clock, maxSkew: maxSkewMs },
  };
  const documents: FlowDocument[][] = [];
  // Flows may wait for what later files bring; their ids begin with the datagram's.
  const fileOf = new Map<string, number>();
  const append = (_timestampMs: number, id: string, text: string): void => {
    const file = fileOf.get(id.slice(0, -2)) ?? fileOf.get(id.slice(0, -6));
    documents[file ?? documents.length - 1]!.push(JSON.parse(text) as FlowDocument);
  };
  const pipeline = new Pipeline(forCaptures(settings), append, createLog('error'));
  await pipeline.start();
  for (const file of files) {
    documents.push([]);
    for await (const datagrams of readCapture(join(capturesFolder, file), new CaptureStats())) {
      for (const datagram of datagrams) {
        fileOf.set(datagram.id, documents.length - 1);
        pipeline.decoder.decode(datagram);
      }
    }
  }
  pipeline.decoder.flush(Number.POSITIVE_INFINITY);
  pipeline.stop();
  return documents;
}

export interface Run {
  readonly exitCode: number | null;
  readonly lines: readonly string[];
}

/** Runs `weir decode` over files of the captures' folder. */
export function runDecode(files: readonly string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const paths = files.map((file) => join(capturesFolder, file));
    const child = spawn(process.execPath, [join(packageRoot, 'dist', 'main.js'), 'decode', '--quiet', ...paths], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', reject);
    child.once('close', (exitCode) => {
      const text = Buffer.concat(output).toString('utf8');
      resolve({ exitCode, lines: text.split('\n').filter((line) => line !== '') });
    });
  });
}

/** As the exporter counted, source to destination: before scaling, one direction. */
export function countedRecord(document: FlowDocument): ComparedRecord {
  const { source, network, flow } = document;
  const interval = flow?.sampling?.interval ?? 1;
  const isBiflow = source?.bytes !== undefined || document.destination?.bytes !== undefined;
  return {
    tuple: documentTuple(document),
    bytes: isBiflow ? divided(source?.bytes, interval) : (flow?.sampled?.bytes ?? network?.bytes),
    packets: isBiflow ? divided(source?.packets, interval) : (flow?.sampled?.packets ?? network?.packets),
    facts: facts(document),
  };
}

/** As counted, by the packet inside the tunnel where there is one: what tools tell that take the last of repeated elements. */
export function innerRecord(document: FlowDocument): ComparedRecord {
  const record = countedRecord(document);
  const inner = document.flow?.tunnel?.inner;
  if (inner === undefined) return record;
  const tuple = tupleText({
    protocol: inner.iana_number,
    source: inner.source?.ip,
    sourcePort: inner.source?.port,
    destination: inner.destination?.ip,
    destinationPort: inner.destination?.port,
  });
  return { ...record, tuple };
}

/** As estimated: scaled by the sampling interval, one direction. */
export function scaledRecord(document: FlowDocument): ComparedRecord {
  const { source, destination, network } = document;
  const isBiflow = source?.bytes !== undefined || destination?.bytes !== undefined;
  return {
    tuple: documentTuple(document),
    bytes: isBiflow ? source?.bytes : network?.bytes,
    packets: isBiflow ? source?.packets : network?.packets,
    facts: facts(document),
  };
}

const DIRECTIONS: Readonly<Record<string, number>> = { ingress: 0, egress: 1 };

function facts(document: FlowDocument): Facts {
  const { event, source, destination, network, observer, flow } = document;
  const { icmp, mpls, direction, sampling } = flow ?? {};
  return {
    ...times(event?.start, event?.end),
    interfaces: pair(observer?.ingress?.interface?.id, observer?.egress?.interface?.id),
    as: pair(source?.as?.number, destination?.as?.number),
    masks: pair(flow?.source?.mask_length, flow?.destination?.mask_length, mask),
    'next hop': address(flow?.next_hop?.ip),
    'bgp hop': address(flow?.bgp?.next_hop?.ip),
    tos: known(flow?.tos),
    'tcp flags': known(flow?.tcp_flags_bits),
    icmp: known((icmp?.type ?? 0) * 256 + (icmp?.code ?? 0)),
    vlan: known(network?.vlan?.id),
    mac: pair(source?.mac, destination?.mac, mac),
    mpls: labels(mpls?.labels ?? []),
    nat: `${pair(source?.nat?.ip, destination?.nat?.ip, address) ?? '-/-'} ${pair(source?.nat?.port, destination?.nat?.port) ?? '-/-'}`,
    direction: direction === undefined ? '-' : known(DIRECTIONS[direction]),
    sampling: known(sampling?.interval),
    ...furtherFacts(document),
  };
}

function furtherFacts({ destination, network, observer, user, flow }: FlowDocument): Facts {
  const { bgp, vrf } = flow ?? {};
  const [ingress, egress] = [observer?.ingress?.interface, observer?.egress?.interface];
  const interval = flow?.sampling?.interval ?? 1;
  return {
    ttl: known(flow?.ttl),
    vrf: [vrf?.ingress, vrf?.egress].map((name) => (name === undefined || name === '0' ? '-' : name)).join('/'),
    'interface names': `${ingress?.name ?? '-'}/${egress?.name ?? '-'}`,
    forwarding: flow?.forwarding?.status ?? '-',
    'end reason': flow?.end_reason ?? '-',
    event: flow?.event ?? '-',
    'inner vlan': known(network?.inner?.vlan?.id),
    fragment: known(flow?.fragment_offset),
    application: flow?.application?.id ?? '-',
    reverse: pair(divided(destination?.bytes, interval), divided(destination?.packets, interval)) ?? '-/-',
    count: known(flow?.count),
    bgp: pair(bgp?.source_peer?.as, bgp?.destination_peer?.as) ?? '-/-',
    user: user?.name ?? '-',
    hosts: flow?.http?.host ?? '-',
  };
}

function documentTuple({ source, destination, network }: FlowDocument): string {
  return tupleText({
    protocol: network?.iana_number,
    source: source?.ip,
    sourcePort: source?.port,
    destination: destination?.ip,
    destinationPort: destination?.port,
  });
}

function divided(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}
