// The thread that decodes mutated datagrams; every eighth flow goes the whole way to its document. It counts reads and
// steps of loops, so that work is measured in steps and not in time. It tells the number of the datagram at hand through
// shared memory: who stays too long at one is found by supervise.ts.

import assert from 'node:assert/strict';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { decodeOptions, Pipeline } from '../../src/app/pipeline.ts';
import { type Config, configSchema } from '../../src/config.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import { loadElements } from '../../src/decode/template/elements.ts';
import { Random } from '../../src/demo/random.ts';
import { counterDocument } from '../../src/document/counter-document.ts';
import type { CounterSample } from '../../src/flow/counter-sample.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { createLog } from '../../src/lib/log.ts';
import { join, u32 } from '../decode/support.ts';
import { loadCorpus, type Source } from './corpus.ts';
import { mutate } from './mutate.ts';
import type { FuzzFigures, FuzzTask } from './supervise.ts';

/** Small bounds, so that they are met early and memory is flat from then on. */
const CONFIG: Config = configSchema.parse({
  templates: {
    maxExporters: 600,
    maxPorts: 8,
    maxDomains: 8,
    maxTemplates: 64,
    memory: '16MiB',
    maxFacts: 64,
    expire: '10m',
  },
  pending: { memory: '1MiB', expire: '20s', newExporter: '2s', sampling: '10s' },
  totals: { deltas: true, maxFlows: 500, expire: '10m' },
  enrich: ['sampling', { hosts: { cache: 1000 } }, 'client-server', 'services', 'locality', 'community-id'],
});
const PENDING_OCTETS = 1 << 20;
const START_MS = Date.UTC(2026, 10, 21);
const EXPIRE_EVERY = 1000;
const SAMPLES = 12;
/** Flows that are enriched and written as documents: all of them would take most of the time. */
const DOCUMENT_EVERY = 8;
/** Crafted datagrams longer than this come now and then only: a few of them weigh as much as all the rest. */
const SHORT_OCTETS = 2000;
const LONG_EVERY = 1000;

/** Steps that an octet may cost, and a datagram whatever its length. */
const STEPS_PER_OCTET = 16;
const STEPS_PER_DATAGRAM = 2000;

// Two of five datagrams end in a DecodeError; a deep stack for each would be most of its price.
Error.stackTraceLimit = 3;

/** A counter sample of sFlow with one structure, processor (0:1001). */
const COUNTERS = join(u32(5, 1, 0x0a000000, 0, 1, 1, 1), u32(2, 48, 1, 1, 1, 1001, 28, 1, 2, 3), u32(0, 4, 0, 5));

let counted = 0;

/**
 * From here on each read of a DataView, each step of a loop over an array, map or set, and each change of a map or set
 * counts. Loops by index are what reads octets and fills flows, and so are counted by their reads; work.test.ts counts
 * everything, at a hundred times the price.
 */
function countWork(): void {
  const arrayIterator = Object.getPrototypeOf([].values()) as object;
  const mapIterator = Object.getPrototypeOf(new Map().values()) as object;
  const setIterator = Object.getPrototypeOf(new Set().values()) as object;
  count(DataView.prototype, 'getUint8', 'getUint16', 'getUint32', 'getInt8', 'getInt16', 'getInt32');
  count(Map.prototype, 'set', 'delete');
  count(Set.prototype, 'add', 'delete');
  for (const iterator of [arrayIterator, mapIterator, setIterator]) count(iterator, 'next');
}

function count(prototype: object, ...names: readonly string[]): void {
  const methods = prototype as Record<string, (...args: unknown[]) => unknown>; // as: built-in methods by name
  for (const name of names) {
    const method = methods[name]!;
    Object.defineProperty(prototype, name, {
      value(this: unknown, a: unknown, b: unknown): unknown {
        counted++;
        return method.call(this, a, b);
      },
    });
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // as: what --expose-gc brings

class Fuzz {
  readonly #task: FuzzTask;
  readonly #random: Random;
  readonly #sources: readonly Source[];
  readonly #pipeline: Pipeline;
  readonly #decoder: Decoder;
  readonly #beat: Int32Array;
  readonly #current: Uint8Array;
  readonly #heapBytes: number[] = [];
  #flows = 0;
  #counterSamples = 0;
  #octets = 0;
  #steps = 0;
  #worst = 0;

  constructor(task: FuzzTask, sources: readonly Source[]) {
    this.#task = task;
    this.#sources = sources;
    this.#random = new Random(task.seed);
    this.#beat = new Int32Array(task.beat);
    this.#current = new Uint8Array(task.current);
    this.#pipeline = new Pipeline(CONFIG, () => {}, createLog('silent'));
    const table = loadElements();
    // Tables are read from their files once, before anything is counted: all elements, and the counter structures.
    assert.ok(table.size > 0);
    this.#decoder = new Decoder(
      decodeOptions(CONFIG),
      { emit: (flow) => this.#take(flow), emitCounters: (sample) => this.#takeCounters(sample) },
      () => table,
    );
    this.#decoder.decode({
      bytes: COUNTERS,
      exporterAddress: '10.0.0.0',
      exporterPort: 1,
      receivedMs: START_MS,
      id: 'f',
    });
    assert.equal(this.#counterSamples, 1);
  }

  async run(): Promise<FuzzFigures> {
    await this.#pipeline.start();
    countWork();
    const sampleEvery = Math.max(1, Math.floor(this.#task.datagrams / SAMPLES));
    for (let i = 0; i < this.#task.datagrams; i++) {
      this.#round(i);
      if ((i + 1) % sampleEvery === 0) this.#sample(i + 1);
    }
    const decoder = this.#decoder;
    decoder.flush(Number.POSITIVE_INFINITY);
    const { datagrams, decoded, malformed, refused } = decoder.counters;
    assert.equal(decoded + malformed + refused, datagrams, 'every datagram is decoded, malformed or refused');
    this.#restore();
    return {
      // The first one was not a mutated one.
      datagrams: datagrams - 1,
      decoded,
      malformed,
      refused,
      octets: this.#octets,
      flows: this.#flows,
      counterSamples: this.#counterSamples,
      templates: decoder.counters.templatesLearned + decoder.counters.templatesChanged,
      stepsPerOctet: this.#steps / this.#octets,
      worstStepsPerOctet: this.#worst,
      heapBytes: this.#heapBytes,
    };
  }

  #round(i: number): void {
    const random = this.#random;
    // The crafted ones come as often as a fifth of all captures.
    const source = random.below(5) === 0 ? 0 : random.below(this.#sources.length);
    const { datagrams } = this.#sources[source]!;
    let base = datagrams[random.below(datagrams.length)]!;
    if (source === 0 && base.length > SHORT_OCTETS && random.below(LONG_EVERY) > 0) base = datagrams[0]!;
    const other = this.#sources[random.below(this.#sources.length)]!.datagrams[0]!;
    const bytes = mutate(base, other, random);
    const isForged = random.below(200) === 0;
    this.#current.set(bytes);
    this.#beat[1] = bytes.length;
    Atomics.store(this.#beat, 0, i);

    const decoder = this.#decoder;
    const countedBefore = counted;
    const flowsBefore = this.#flows;
    const waitedBefore = decoder.counters.setsRecovered + decoder.counters.setsResumed;
    const receivedMs = START_MS + i * 10;
    decoder.decode({
      bytes,
      exporterAddress: isForged
        ? `203.0.${random.below(256)}.${random.below(256)}`
        : `10.0.${source >> 8}.${source & 255}`,
      exporterPort: isForged ? random.below(65_536) : 2055,
      receivedMs,
      id: `f${i}`,
    });
    const steps = counted - countedBefore + this.#flows - flowsBefore;
    // Sets that waited are the work of the datagrams that brought them.
    const { setsRecovered, setsResumed } = decoder.counters;
    const waited = setsRecovered + setsResumed > waitedBefore ? PENDING_OCTETS : 0;
    const limit = STEPS_PER_DATAGRAM + STEPS_PER_OCTET * (bytes.length + waited);
    assert.ok(steps <= limit, `${steps} steps for ${bytes.length} octets, more than ${limit}`);
    if (waited === 0 && bytes.length >= 100) this.#worst = Math.max(this.#worst, steps / bytes.length);
    this.#steps += steps;
    this.#octets += bytes.length;
    if (i % EXPIRE_EVERY === 0) decoder.expire(receivedMs);
  }

  #take(flow: Flow): void {
    this.#flows++;
    if (this.#flows % DOCUMENT_EVERY !== 0) return;
    const { enrichment, documenter } = this.#pipeline;
    enrichment.enrich(flow);
    assert.ok(Number.isSafeInteger(documenter.flowTimestamp(flow)) && documenter.flowId(flow).length < 64);
    const text = documenter.flowDocument(flow);
    assert.ok(text.length < 200_000);
    JSON.parse(text);
  }

  #takeCounters(sample: CounterSample): void {
    this.#counterSamples++;
    if (this.#counterSamples % DOCUMENT_EVERY === 0) JSON.parse(counterDocument(sample));
  }

  /** The state of so many strange exporters can be saved and taken back. */
  #restore(): void {
    const saved: unknown = JSON.parse(JSON.stringify(this.#decoder.save()));
    new Decoder(decodeOptions(CONFIG), { emit: () => {} }).restore(saved);
  }

  #sample(done: number): void {
    collectGarbage();
    const { used_heap_size, external_memory } = getHeapStatistics();
    this.#heapBytes.push(used_heap_size + external_memory);
    parentPort!.postMessage({ kind: 'progress', done, flows: this.#flows, heapBytes: this.#heapBytes.at(-1) });
  }
}

const figures = await new Fuzz(workerData as FuzzTask, await loadCorpus()).run(); // as: supervise.ts gives it
parentPort!.postMessage({ kind: 'done', figures });
