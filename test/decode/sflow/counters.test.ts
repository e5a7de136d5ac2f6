// Counter samples: every structure of every capture against sflowtool's decode, and what the captures lack by hand.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Decoder } from '../../../src/decode/decoder.ts';
import type { CounterSample } from '../../../src/flow/counter-sample.ts';
import { readCapture } from '../../../src/input/capture.ts';
import { CaptureStats } from '../../../src/input/capture-stats.ts';
import { type CounterField, loadCounterTable } from '../../../src/lib/counter-table.ts';
import { packageRoot } from '../../../src/lib/package-root.ts';
import { datagram, TEST_OPTIONS } from '../support.ts';
import { block, hex, join, opaque, text, words } from './octets.ts';

const CAPTURES = joinPath(packageRoot, '..', 'shared', 'captures');
const TABLE = loadCounterTable();

function collector(): { readonly decoder: Decoder; readonly samples: CounterSample[] } {
  const samples: CounterSample[] = [];
  const decoder = new Decoder(TEST_OPTIONS, { emit: () => {}, emitCounters: (sample) => samples.push(sample) });
  return { decoder, samples };
}

function valuesOf(sample: CounterSample): Record<string, unknown> {
  return Object.fromEntries(sample.values);
}

/** Counter samples of version 5 from 192.0.2.1, sub-agent 0. */
function version5(...samples: readonly Uint8Array[]): Uint8Array {
  return join(words(5, 1, 0xc0000201, 0, 1, 5000, samples.length), ...samples);
}

/** A compact sample, number 7 of interface 3. */
function counterSample(...structures: readonly Uint8Array[]): Uint8Array {
  return block(2, join(words(7, 3, structures.length), ...structures));
}

function decodeStructures(...structures: readonly Uint8Array[]): Record<string, unknown> {
  const { decoder, samples } = collector();
  decoder.decode(datagram(version5(counterSample(...structures))));
  return samples[0] === undefined ? {} : valuesOf(samples[0]);
}

describe('counter samples', () => {
  it('reads number, source and place of compact and expanded samples', () => {
    const { decoder, samples } = collector();
    const vlan = block(5, words(10, 1, 2, 3, 4, 5, 6));
    decoder.decode(
      datagram(
        version5(block(2, join(words(7, 0x01000003, 1), vlan)), block(4, join(words(8, 3, 70_000_000, 1), vlan))),
      ),
    );
    assert.deepEqual(
      samples.map((sample) => [sample.recordNumber, sample.sequence, sample.sourceType, sample.sourceIndex]),
      [
        [0, 7, 1, 3],
        [1, 8, 3, 70_000_000],
      ],
    );
    assert.deepEqual(valuesOf(samples[0]!), {
      'vlan.id': 10,
      'vlan.bytes': 2 ** 32 + 2,
      'vlan.unicast_packets': 3,
      'vlan.multicast_packets': 4,
      'vlan.broadcast_packets': 5,
      'vlan.discards': 6,
    });
  });

  it('leaves out what is not known: all ones, and words for nothing', () => {
    const none = 0xffffffff;
    assert.deepEqual(decodeStructures(block(1, words(3, 6, none, none, 0, 1, none, none, 5, none))), {
      'interface.index': 3,
      'interface.type': 6,
      'interface.status': 'down',
      'interface.in_unicast_packets': 5,
    });
    assert.deepEqual(decodeStructures(block(1001, words(2550, none, 0, none, none, 0, 1))), {
      'processor.cpu_5s_percent': 25.5,
      'processor.cpu_5m_percent': 0,
      'processor.free_memory_bytes': 1,
    });
  });

  it('reads as many fields as an older or shortened structure has', () => {
    assert.deepEqual(decodeStructures(block(1002, words(1000, 900)), block(1002, words(1))), {
      'radio.elapsed_ms': [1000, 1],
      'radio.on_channel_ms': 900,
    });
  });

  it('reads the lanes of an optical module as lists', () => {
    const lane = (n: number) => words(n, 6000 + n, 500, 400, 600, 1310, 450, 1, 1000, 1310);
    const module = join(words(1, 4, 3300, -1500, 2), lane(1), lane(2));
    const values = decodeStructures(block(10, module));
    assert.equal(values['optics.module_temperature'], -1500);
    assert.deepEqual(values['optics.lane.index'], [1, 2]);
    assert.deepEqual(values['optics.lane.tx_bias_current'], [6001, 6002]);
  });

  it('reads names, UUID and system of a host, and the MAC addresses of its adaptors', () => {
    const uuid = hex('00112233445566778899aabbccddeeff');
    const host = join(text('node1'), uuid, words(3, 2), text('6.1.0'));
    const adaptors = join(
      words(2, 2, 1),
      hex('00005e0053010000'),
      words(3, 2),
      hex('00005e0053020000 00005e0053030000'),
    );
    assert.deepEqual(decodeStructures(block(2000, host), block(2001, adaptors)), {
      'host.name': 'node1',
      'host.uuid': '00112233-4455-6677-8899-aabbccddeeff',
      'host.machine_type': 'x86_64',
      'host.os_name': 'linux',
      'host.os_release': '6.1.0',
      'adaptors.index': [2, 3],
      'adaptors.mac': ['00-00-5E-00-53-01', '00-00-5E-00-53-02', '00-00-5E-00-53-03'],
    });
  });

  it('names the agent after the machine that it counts for, not after its virtual machines', () => {
    const { decoder } = collector();
    const host = (name: string) => block(2000, join(text(name), new Uint8Array(16), words(3, 2), text('6.1.0')));
    // Classes of sFlowDataSource: 2 entPhysicalEntry, 3 entLogicalEntry (sflow_host.txt).
    const virtual = block(2, join(words(7, 0x03000001, 1), host('guest')));
    const machine = block(2, join(words(8, 0x02000001, 1), host('node1')));
    decoder.decode(datagram(version5(virtual)));
    assert.equal(decoder.exporters.get('192.0.2.1')!.name, undefined);
    decoder.decode(datagram(version5(machine, virtual)));
    assert.equal(decoder.exporters.get('192.0.2.1')!.name, 'node1');
  });

  it('reads structures of other enterprises, and passes over those that it does not know', () => {
    const { decoder, samples } = collector();
    const gpu = block((5703 << 12) | 1, words(1, 2, 3, 4, 0, 5, 0, 6, 7, 8, 60, 30));
    decoder.decode(datagram(version5(counterSample(block(4095, words(1, 2)), gpu))));
    assert.equal(samples[0]!.values.get('gpu.temperature_celsius'), 60);
    assert.equal(decoder.counters.sflow.unknownRecords, 1);
  });

  it('makes no sample of structures that are all unknown', () => {
    const { decoder, samples } = collector();
    decoder.decode(datagram(version5(counterSample(block(4095, words(1, 2))))));
    assert.equal(samples.length, 0);
    assert.equal(decoder.counters.sflow.counterSamples, 1);
  });

  it('reads the counters of version 4 by their type', () => {
    const { decoder, samples } = collector();
    const numbers = (count: number, first: number) => words(...Array.from({ length: count }, (_, i) => first + i));
    const ethernet = join(words(2, 9, 3, 30, 2), numbers(22, 1), numbers(13, 100));
    decoder.decode(datagram(join(words(4, 1, 0xc0000201, 1, 5000, 1), ethernet)));
    assert.equal(samples[0]!.protocol, 'sflow_v4');
    assert.equal(samples[0]!.values.get('interface.promiscuous_mode'), 22);
    assert.equal(samples[0]!.values.get('ethernet.symbol_errors'), 112);
  });

  it('survives counts and lengths that lie, at every cut', () => {
    const lanes = block(10, words(1, 4, 3300, 20, 0xffffffff, 1, 2, 3));
    const macs = block(2001, words(0xffffffff, 1, 0xffffffff, 1, 2));
    const name = block(1005, words(0xffffffff, 1));
    const huge = join(words(1, 0xffffffff), words(1, 2));
    const whole = version5(counterSample(lanes, macs, name, opaque(words(1)), huge));
    for (let length = 0; length <= whole.length; length++) {
      const { decoder, samples } = collector();
      decoder.decode(datagram(whole.slice(0, length)));
      assert.ok(samples.length <= 1);
    }
    const { decoder, samples } = collector();
    decoder.decode(datagram(whole));
    assert.equal(samples[0]!.values.get('optics.lane.index'), 1);
  });

  it('only counts samples where nobody takes them', () => {
    const decoder = new Decoder(TEST_OPTIONS, { emit: () => {} });
    decoder.decode(datagram(version5(counterSample(block(1005, text('eth0'))))));
    assert.equal(decoder.counters.sflow.counterSamples, 1);
  });
});

/** Elements of counter samples as sflowtool prints them: structure id, then fields by their original names. */
type Element = Readonly<Record<string, unknown>>;

function sflowtoolSamples(file: string): Element[][] {
  const bytes = readFileSync(file);
  const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
  const found: Element[][] = [];
  for (const line of lines) {
    if (!line.includes('"COUNTERSSAMPLE"')) continue;
    for (const sample of parsedLine(line).samples) {
      const known = sample.elements.filter((element) => structureOf(element) !== undefined);
      if (sample.sampleType === 'COUNTERSSAMPLE' && known.length > 0) found.push(known);
    }
  }
  return found;
}

interface Line {
  readonly samples: readonly { readonly sampleType: string; readonly elements: readonly Element[] }[];
}

/** Where sflowtool gave up a sample, its line is no JSON: then it has no opinion. */
function parsedLine(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return { samples: [] };
  }
}

function structureOf(element: Element) {
  return [...TABLE.values()].find(({ id }) => id === element['counterBlock_tag']);
}

/** Other names of sflowtool. */
const ALIASES = new Map([
  ['vlan.id', 'in_vlan'],
  ['openflow.datapath_id', 'openflow_datapath_id'],
  ['openflow.port_no', 'openflow_port'],
  ['port.name', 'ifName'],
  ['host.uuid', 'UUID'],
]);

/** What sflowtool's text says, in our form; undefined where it is "not known". */
function expectedValue(field: CounterField, printed: string): unknown {
  if (field.type === 'enum') return field.words[Number(printed)];
  if (field.type === 'text' || field.type === 'hex64') return printed;
  if (field.type === 'uuid') return printed.toLowerCase();
  if (printed === '4294967295' || printed === '18446744073709551615') return undefined;
  return Number(printed);
}

const skip = existsSync(CAPTURES) ? false : `no captures in ${CAPTURES}`;

/** Captures whose side file of sflowtool has counter samples. */
function capturesWithCounters(): string[] {
  if (skip !== false) return [];
  const files: string[] = [];
  for (const folder of readdirSync(CAPTURES)) {
    if (folder.includes('.')) continue;
    for (const name of readdirSync(joinPath(CAPTURES, folder))) {
      const file = joinPath(folder, name);
      if (/\.sflowtool\.jsonl(\.gz)?$/.test(name) && sflowtoolSamples(joinPath(CAPTURES, file)).length > 0)
        files.push(file);
    }
  }
  return files;
}

describe('counter samples of captures', { skip }, () => {
  for (const file of capturesWithCounters()) {
    it(`reads ${file.replace(/\.sflowtool.*/, '')} as sflowtool does`, async () => {
      const expected = sflowtoolSamples(joinPath(CAPTURES, file));
      const { decoder, samples } = collector();
      const capture = joinPath(CAPTURES, file.replace(/\.sflowtool\.jsonl(\.gz)?$/, ''));
      for await (const datagrams of readCapture(capture, new CaptureStats()))
        for (const one of datagrams) decoder.decode(one);
      assert.equal(samples.length, expected.length);
      let compared = 0;
      expected.forEach((elements, i) => {
        for (const element of elements) {
          for (const field of structureOf(element)!.fields) {
            const printed = element[ALIASES.get(field.name) ?? field.original];
            if (typeof printed !== 'string') continue;
            const value = samples[i]!.values.get(field.name);
            const wanted = expectedValue(field, printed);
            // sflowtool prints floats and percentages with fewer digits.
            const isRounded = field.type === 'f32' || field.type === 'percent';
            const shown = isRounded && typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
            assert.deepEqual(shown, wanted, `sample ${i}, ${field.name}`);
            compared++;
          }
        }
      });
      assert.ok(compared > 0);
    });
  }
});
