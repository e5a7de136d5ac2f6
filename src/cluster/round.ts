// Entries that were read together, and are acknowledged together when all their documents are settled: with what they
// changed in the state, so that what is stored always fits what is acknowledged.

import type { Receipt, StateEntry } from './partition-state.ts';

export class Round implements Receipt {
  readonly ids: string[] = [];
  bytes = 0;
  datagrams = 0;
  changes: readonly StateEntry[] = [];
  readonly #onDone: () => void;
  #isClosed = false;
  #open = 0;
  /** True where documents were made of it. */
  hasDocuments = false;

  /** @param onDone called when the round is done with */
  constructor(onDone: () => void) {
    this.#onDone = onDone;
  }

  get isDone(): boolean {
    return this.#isClosed && this.#open === 0;
  }

  held(): void {
    this.#open++;
    this.hasDocuments = true;
  }

  settled(): void {
    this.#open--;
    if (this.isDone) this.#onDone();
  }

  /** No more documents will be made of it. */
  close(changes: readonly StateEntry[]): void {
    this.changes = changes;
    this.#isClosed = true;
    if (this.isDone) this.#onDone();
  }
}
