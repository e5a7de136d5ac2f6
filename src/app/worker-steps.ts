// What a worker has done and not told of yet, in order: each batch is a step, and so is whatever else makes documents or
// changes the decoder's state. A step is done when all its documents are settled. It carries what it changed in the state,
// and the decoder's figures as of its end, so that both always fit the batch that is acknowledged with them.

import { Round } from '../cluster/round.ts';
import type { StateEntry } from '../decode/template/changes.ts';
import type { DecodeFigures } from './worker-messages.ts';

/** What changes when a flow that waited for names goes on. */
export type FlowFigures = Pick<DecodeFigures, 'rules' | 'addedParts'> & { readonly flowDocuments: number };

export interface StepSource {
  /** Of all that was decoded so far. */
  figures(): DecodeFigures;
  flowFigures(): FlowFigures;
  takeChanges(): readonly StateEntry[];
}

/** Flows that waited for names since the start, and those that wait now. */
export interface WaitingFlows {
  readonly waited: number;
  readonly size: number;
}

interface Step {
  readonly round: Round;
  /** The last batch in it or before it. */
  readonly batch: number;
  figures: DecodeFigures | undefined;
  /** Flows that had waited, or did, at its end. */
  waited: number;
}

/** Steps that are done, as one. */
export interface DoneSteps {
  readonly batch: number;
  readonly changes: readonly StateEntry[];
  readonly figures: DecodeFigures;
}

export class WorkerSteps {
  readonly #source: StepSource;
  readonly #waiting: WaitingFlows | undefined;
  readonly #onDone: () => void;
  /** Oldest first. */
  #steps: Step[] = [];
  /** So many of them have no flow that waits for names, nor has one before them. */
  #released = 0;

  /**
   * @param waiting undefined where no flow waits for names
   * @param onDone called when some step is done
   */
  constructor(source: StepSource, waiting: WaitingFlows | undefined, onDone: () => void) {
    this.#source = source;
    this.#waiting = waiting;
    this.#onDone = onDone;
  }

  /** Does some work; its documents belong to the round that it is given. */
  run(batch: number, work: (round: Round) => void): void {
    const round = new Round(this.#onDone);
    const step: Step = { round, batch, figures: undefined, waited: 0 };
    this.#steps.push(step);
    work(round);
    step.figures = this.#source.figures();
    step.waited = this.#waiting?.waited ?? 0;
    this.release();
    round.close(this.#source.takeChanges());
  }

  /**
   * To be called when a flow that waited has gone on. They go in their order, and a step's last one goes before anything
   * of the next: at that moment the figures of flows are those of the step.
   */
  release(): void {
    const gone = this.#waiting === undefined ? 0 : this.#waiting.waited - this.#waiting.size;
    for (let step = this.#steps[this.#released]; step?.figures !== undefined; step = this.#steps[this.#released]) {
      if (step.waited > gone) return;
      const { flowDocuments, ...flows } = this.#source.flowFigures();
      const { documents, holdBack } = step.figures;
      step.figures = {
        ...step.figures,
        ...flows,
        documents: { ...documents, flows: flowDocuments },
        holdBack: { ...holdBack, held: 0 },
      };
      this.#released++;
    }
  }

  /** The steps up to the first that is not done. Undefined where there are none. */
  takeDone(): DoneSteps | undefined {
    const pending = this.#steps.findIndex(({ round }) => !round.isDone);
    const done = this.#steps.splice(0, pending === -1 ? this.#steps.length : pending);
    const last = done.at(-1);
    if (last?.figures === undefined) return undefined;
    this.#released -= done.length;
    const changes = new Map<string, StateEntry>();
    for (const { round } of done) for (const change of round.changes) changes.set(change.key, change);
    return { batch: last.batch, changes: [...changes.values()], figures: last.figures };
  }
}
