// Real exporters, reading a pcap instead of an interface: softflowd for NetFlow and IPFIX, pmacctd for sFlow; and nfcapd,
// which receives the same datagrams for a second opinion.

import { createSocket } from 'node:dgram';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, runTool, startTool } from './tools.ts';
import { flowKey } from './traffic.ts';
import { waitFor } from './wait.ts';

/** NetFlow 5, 9, or 10 for IPFIX. Exports everything at the file's end, to every port; templates come first. */
export async function runSoftflowd(
  pcap: string,
  version: 5 | 9 | 10,
  ports: readonly number[],
  transport: 'udp' | 'tcp' = 'udp',
): Promise<void> {
  const targets = ports.map((port) => `127.0.0.1:${port}`).join(',');
  // -c none: with a control socket it waits for somebody to connect and reads nothing.
  await runTool('softflowd', [
    '-d',
    '-r',
    pcap,
    '-v',
    String(version),
    '-P',
    transport,
    '-n',
    targets,
    '-p',
    `${pcap}.pid`,
    '-c',
    'none',
  ]);
}

/**
 * sFlow v5, every packet a sample, in the file's order. Takes four seconds, two of them its own pause. When it ends it
 * loses the last few packets (pmacctd 1.7.7; with pcap_savefile_wait it invents some): give the traffic a trailer.
 * @param folder takes its configuration
 */
export async function runSfprobe(pcap: string, port: number, folder: string): Promise<void> {
  const file = join(folder, 'pmacctd.conf');
  writeFileSync(
    file,
    `daemonize: false
pcap_savefile: ${pcap}
plugins: sfprobe
sfprobe_receiver: 127.0.0.1:${port}
sfprobe_agentip: 127.0.0.1
sampling_rate: 1
`,
  );
  // 1: its parts end at the same time, and sometimes it takes the plugin's end for a loss.
  await runTool('pmacctd', ['-f', file], { codes: [0, 1] });
}

export interface CollectedSum {
  readonly records: number;
  readonly bytes: number;
  readonly packets: number;
}

interface NfdumpFlow {
  readonly proto: number;
  readonly src4_addr?: string;
  readonly dst4_addr?: string;
  readonly src6_addr?: string;
  readonly dst6_addr?: string;
  readonly src_port?: number;
  readonly dst_port?: number;
  readonly in_bytes: number;
  readonly in_packets: number;
}

/** nfcapd on a port of its own. `stop` ends it and gives what nfdump reads from its files, by `flowKey`. */
export async function startNfcapd(folder: string): Promise<{
  readonly port: number;
  readonly stop: () => Promise<ReadonlyMap<string, CollectedSum>>;
}> {
  const port = await freeUdpPort();
  const files = join(folder, 'nfcapd');
  mkdirSync(files);
  const { child, output } = startTool('nfcapd', ['-b', '127.0.0.1', '-p', String(port), '-w', files, '-t', '3600']);
  await waitFor('nfcapd is up', () => output().includes('Startup nfcapd'), 20_000, output);
  return {
    port,
    stop: async () => {
      await endProcess(child);
      const text = await runTool('nfdump', ['-R', files, '-o', 'json']);
      return sumsOf(JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1)) as NfdumpFlow[]);
    },
  };
}

function sumsOf(flows: readonly NfdumpFlow[]): ReadonlyMap<string, CollectedSum> {
  const sums = new Map<string, CollectedSum>();
  for (const flow of flows) {
    const hasPorts = flow.proto === 6 || flow.proto === 17;
    const key = flowKey(
      flow.proto,
      flow.src4_addr ?? flow.src6_addr ?? '',
      hasPorts ? flow.src_port : undefined,
      flow.dst4_addr ?? flow.dst6_addr ?? '',
      hasPorts ? flow.dst_port : undefined,
    );
    const { records, bytes, packets } = sums.get(key) ?? { records: 0, bytes: 0, packets: 0 };
    sums.set(key, { records: records + 1, bytes: bytes + flow.in_bytes, packets: packets + flow.in_packets });
  }
  return sums;
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
