// Tells the next start how many documents a killed process took with it. A few times a second the writer notes how many
// documents it holds in memory only; a clean stop notes that there are none. What is found is therefore an estimate: what
// came, or was written, after the last note is not in it.

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../lib/make-folder.ts';

/** Digits of the note: written over one another, they need a fixed width. */
const WIDTH = 16;

export class CrashJournal {
  readonly #path: string;
  #file: number | undefined;
  #noted = -1;

  constructor(path: string) {
    this.#path = path;
  }

  /** Documents that the process before this one held when it was killed; 0 where it stopped cleanly. */
  open(): number {
    const lost = readNote(this.#path);
    try {
      makeFolder(dirname(this.#path));
      this.#file = openSync(this.#path, 'w', 0o600);
    } catch {
      // A folder that cannot be written: the spool says so, and without a spool there is nothing to be told next time.
    }
    return lost;
  }

  /** Notes the documents in memory; a write of 16 octets at the same place, and none where nothing changed. */
  note(documents: number): void {
    if (this.#file === undefined || documents === this.#noted) return;
    this.#noted = documents;
    try {
      writeSync(this.#file, String(documents).padStart(WIDTH), 0);
    } catch {
      // A full disk: the next note may fit.
    }
  }

  /** After a clean stop: nothing was lost that is not counted as dropped. */
  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    rmSync(this.#path, { force: true });
  }
}

function readNote(path: string): number {
  try {
    const note = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(note) && note > 0 ? note : 0;
  } catch {
    return 0;
  }
}
