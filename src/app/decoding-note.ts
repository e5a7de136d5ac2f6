// Which datagram a worker is decoding, in a file of its own: so that it is known which one a process died of, or hangs at.
// Noted only for datagrams that are given again, since a write of some 2 µs each is much beside the decoding.

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'decoding';
/** Notes are written over one another: they need one width. Ids have 255 characters at most. */
const WIDTH = 256;

export class DecodingNote {
  readonly #folder: string;
  #file: number | undefined;

  /** @param folder of the worker */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** From now on it is this datagram. */
  set(id: string): void {
    try {
      this.#file ??= openSync(join(this.#folder, NAME), 'w', 0o600);
      writeSync(this.#file, id.padEnd(WIDTH), 0);
    } catch {
      // A folder that cannot be written: then no datagram is suspected.
    }
  }

  /** It is none any more. */
  clear(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    rmSync(join(this.#folder, NAME), { force: true });
  }
}

/** The id that a dead worker had noted last, and forgets it. */
export function takeDecodingNote(folder: string): string | undefined {
  const path = join(folder, NAME);
  try {
    const id = readFileSync(path, 'latin1').trim();
    rmSync(path, { force: true });
    return id === '' ? undefined : id;
  } catch {
    return undefined; // there is none
  }
}
