// Datagrams of real agents against sflowtool's decode of the same bytes: number of flow samples, addresses, protocol,
// ports, frame length and rate of each. Raw datagrams only; the feeds in pcap files are compared end to end elsewhere.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DecodeCounters } from '../../../src/decode/counters.ts';
import { DecodeMemory } from '../../../src/decode/memory.ts';
import { SflowLoss } from '../../../src/decode/sflow/loss.ts';
import { decodeSflow } from '../../../src/decode/sflow/sflow.ts';
import { SflowCounters } from '../../../src/decode/sflow/sflow-context.ts';
import { canonicalAddress } from '../../../src/flow/address.ts';
import { Exporter } from '../../../src/flow/exporter.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { packageRoot } from '../../../src/lib/package-root.ts';

const CAPTURES = join(packageRoot, '..', 'shared', 'captures');

const COMPARED = [
  'cistern-sflow/counter_sample.dump',
  'cistern-sflow/flow_sample.dump',
  'cistern-sflow/flow_samples_2.dump',
  'fluent-sflow/sflow.v5.counters.dump',
  'gen-sflow-legacy/sflow2_multi.bin',
  'gen-sflow-legacy/sflow4_agent_ipv6_ext_user_url.bin',
  'gen-sflow-legacy/sflow4_sampled_ipv4.bin',
  'gen-sflow-legacy/sflow4_sampled_ipv6.bin',
  'goflow2/TestExpandedSFlowDecode.data.L30.sflow5.bin',
  'goflow2/TestSFlowDecode.data.L11.sflow5.bin',
  'gopacket/SFlowEthernetFramePacket.L338.sflow5.bin',
  'gopacket/SFlowTestPacket1.L17.sflow5.bin',
  'gopacket/SFlowTestPacket10.L305.sflow5.bin',
  'gopacket/SFlowTestPacket12.L376.sflow5.bin',
  'gopacket/SFlowTestPacket2.L115.sflow5.bin',
  'gopacket/SFlowTestPacket7.L253.sflow5.bin',
  'logstash-sflow/sflow_1_counters_sample.dat',
  'logstash-sflow/sflow_counters_sample.dat',
  'logstash-sflow/sflow_flow_sample.dat',
  'nxthdr/sflow.bin',
  'sflowtool-issues/issue33_counter_sample.bin',
  'telegraf/sflow_issue_15918.message.bin',
  'telegraf/sflow_v5_example.sflow_v5.bin',
  'vflow/TestsFlowRawPacket.L30.sflow5.bin',
  'vflow/sFlowDataSamples.L27.sflow5.bin',
  'vflow/sFlowDataSamples.L29.sflow5.bin',
] as const;

/** Where sflowtool gives up on a length: the number of flow samples that tshark finds. */
const DEVIATING = [
  // A record's length is 6 where its data take 16 octets.
  ['goflow/getExpandedSFlowDecode.L23.sflow5.bin', 6],
  // The sample's length is 4 less than its records take.
  ['gopacket/SFlowTestPacket5.L224.sflow5.bin', 1],
  // The sample's length is 4 more than its records take.
  ['vflow/TestsFlowRawPacketWithPaddingAfterSample.L105.sflow5.bin', 5],
] as const;

function decode(file: string): readonly Flow[] {
  const flows: Flow[] = [];
  const exporters = new Map<string, Exporter>();
  decodeSflow(
    {
      bytes: readFileSync(join(CAPTURES, file)),
      exporterAddress: '192.0.2.1',
      exporterPort: 6343,
      receivedMs: 1_700_000_000_000,
      id: 'x',
    },
    {
      emit: (flow) => flows.push(flow),
      emitCounters: () => {},
      counterTable: undefined,
      exporterOf: (address) => {
        const exporter = exporters.get(address) ?? new Exporter(address);
        exporters.set(address, exporter);
        return exporter;
      },
      counters: new SflowCounters(),
      loss: new SflowLoss(new DecodeCounters(), 16, new DecodeMemory(1 << 20)),
      bytes: 'frame',
      factsOf: (exporter, subAgentId) => exporter.facts(subAgentId),
    },
  );
  return flows;
}

/** The line that both sides are written as. */
function line(...values: readonly unknown[]): string {
  return values.map((value) => String(value ?? '-')).join(' ');
}

/** What is compared of sflowtool's fields. */
interface Fields {
  readonly sampleType?: string;
  readonly meanSkipCount?: string;
  readonly srcIP?: string;
  readonly srcIP6?: string;
  readonly dstIP?: string;
  readonly dstIP6?: string;
  readonly IPProtocol?: string;
  readonly TCPSrcPort?: string;
  readonly TCPDstPort?: string;
  readonly UDPSrcPort?: string;
  readonly UDPDstPort?: string;
  readonly sampledPacketSize?: string;
  readonly ethernet_len?: string;
}

function sflowtoolLines(file: string): string[] {
  const lines: string[] = [];
  for (const row of readFileSync(join(CAPTURES, `${file}.sflowtool.jsonl`), 'utf8').split('\n')) {
    if (row.trim() === '') continue;
    const { samples } = JSON.parse(row) as { samples: (Fields & { elements: Fields[] })[] };
    for (const sample of samples) {
      if (sample.sampleType !== 'FLOWSAMPLE') continue;
      const all: Fields = {};
      for (const element of sample.elements) Object.assign(all, element);
      const address = (text: string | undefined) => (text === undefined ? undefined : canonicalAddress(text));
      lines.push(
        line(
          address(all.srcIP ?? all.srcIP6),
          address(all.dstIP ?? all.dstIP6),
          all.IPProtocol,
          all.TCPSrcPort ?? all.UDPSrcPort,
          all.TCPDstPort ?? all.UDPDstPort,
          all.sampledPacketSize ?? all.ethernet_len,
          sample.meanSkipCount,
        ),
      );
    }
  }
  return lines;
}

function ourLines(file: string): string[] {
  return decode(file).map((flow) =>
    line(
      flow.sourceIp,
      flow.destinationIp,
      flow.protocolNumber,
      flow.sourcePort,
      flow.destinationPort,
      flow.bytes,
      flow.samplingInterval,
    ),
  );
}

const skip = existsSync(CAPTURES) ? false : `no captures in ${CAPTURES}`;

describe('sFlow captures', { skip }, () => {
  for (const file of COMPARED) {
    it(`reads ${file} as sflowtool does`, () => {
      assert.deepEqual(ourLines(file), sflowtoolLines(file));
    });
  }

  for (const [file, count] of DEVIATING) {
    it(`reads all ${count} samples of ${file} in spite of its lengths`, () => {
      assert.equal(decode(file).length, count);
    });
  }
});
