// What a worker acknowledges and with which figures, where flows wait for names beyond the end of their batch.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecodeFigures } from '../../src/app/worker-messages.ts';
import { type DoneSteps, WorkerSteps } from '../../src/app/worker-steps.ts';
import type { Round } from '../../src/cluster/round.ts';
import { DecodeCounters } from '../../src/decode/counters.ts';

/** A decoder, a queue of flows that wait, and counters, as far as steps ask for them. */
class Scene {
  readonly waiting = { waited: 0, size: 0 };
  flows = 0;
  documents = 0;
  dropped = 0;
  done = 0;
  readonly steps = new WorkerSteps(
    {
      figures: () => this.#figures(),
      flowFigures: () => ({ rules: this.#rules(), addedParts: 0, flowDocuments: this.documents }),
      takeChanges: () => [{ key: 't', value: `${this.flows}` }],
    },
    this.waiting,
    () => this.done++,
  );
  readonly #queue: Round[] = [];

  /** A batch with flows, some of which wait. */
  batch(number: number, flows: number, held: number): void {
    this.steps.run(number, (round) => {
      this.flows += flows;
      for (let i = 0; i < held; i++) {
        round.held();
        this.#queue.push(round);
      }
      this.waiting.waited += held;
      this.waiting.size += held;
      this.documents += flows - held;
    });
  }

  /** The oldest that waits goes on, and is written or dropped. */
  release(isDropped = false): void {
    this.waiting.size--;
    if (isDropped) this.dropped++;
    else this.documents++;
    this.steps.release();
    this.#queue.shift()!.settled();
  }

  #rules(): DecodeFigures['rules'] {
    return { dropped: this.dropped, byRule: {}, failures: 0 };
  }

  #figures(): DecodeFigures {
    return {
      decode: Object.assign(new DecodeCounters(), { flows: this.flows }),
      pending: { sets: 0, held: 0, octets: 0 },
      rules: this.#rules(),
      holdBack: { held: this.waiting.size, waited: this.waiting.waited, inVain: 0 },
      addedParts: 0,
      documents: { flows: this.documents, counters: 0, exporters: 0 },
      faults: 0,
    };
  }
}

/** Batch, flows, documents, dropped, waiting. */
function numbers(done: DoneSteps | undefined): number[] {
  const { batch, figures } = done!;
  const { decode, documents, rules, holdBack } = figures;
  return [batch, decode.flows, documents.flows, rules.dropped, holdBack.held];
}

test('a step is done when its documents are, and figures are those of its end', () => {
  const scene = new Scene();
  let first: Round | undefined;
  scene.steps.run(1, (round) => {
    first = round;
    round.held();
    scene.flows += 5;
    scene.documents += 5;
  });
  scene.batch(2, 3, 0);
  assert.equal(scene.steps.takeDone(), undefined, 'the first is not done');
  first!.settled();
  const done = scene.steps.takeDone();
  assert.deepEqual(numbers(done), [2, 8, 8, 0, 0]);
  assert.deepEqual(done!.changes, [{ key: 't', value: '8' }]);
  assert.equal(scene.steps.takeDone(), undefined);
});

test('figures of flows that waited are those of their batch, whatever came after it', () => {
  const scene = new Scene();
  scene.batch(1, 10, 0);
  assert.deepEqual(numbers(scene.steps.takeDone()), [1, 10, 10, 0, 0]);
  scene.batch(2, 10, 4); // six are written, four wait …
  scene.batch(3, 5, 5); // … and so do all that come after them
  scene.batch(3, 0, 0); // a look at the clock
  scene.batch(4, 2, 2);
  for (let i = 0; i < 3; i++) scene.release();
  assert.equal(scene.steps.takeDone(), undefined);
  scene.release(true);
  scene.release();
  scene.batch(5, 0, 0);
  assert.deepEqual(numbers(scene.steps.takeDone()), [2, 20, 19, 1, 0], 'without the one of the next batch');
  for (let i = 0; i < 4; i++) scene.release();
  scene.release();
  assert.deepEqual(numbers(scene.steps.takeDone()), [3, 25, 24, 1, 0]);
  scene.release();
  assert.deepEqual(numbers(scene.steps.takeDone()), [5, 27, 26, 1, 0]);
});
