// Loaded into a `weir work` of a test (NODE_OPTIONS=--import): makes of datagrams that hold a word what weir must survive
// though nobody knows such a datagram. POISON says what: "crash" ends the process as a fault of Node.js would, "hang" never
// comes back, "throw" is an exception that nobody expects.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../src/lib/package-root.ts';

export const POISON = 'POISON';

interface DecoderClass {
  readonly Decoder: { readonly prototype: { decode(datagram: { bytes: Uint8Array }): void } };
}

const kind = process.env[POISON];
if (kind !== undefined) {
  const file = pathToFileURL(join(packageRoot, 'dist', 'decode', 'decoder.js')).href;
  const { prototype } = ((await import(file)) as DecoderClass).Decoder;
  const { decode } = prototype;
  prototype.decode = function (datagram) {
    if (Buffer.from(datagram.bytes).includes(POISON)) {
      if (kind === 'crash') process.kill(process.pid, 'SIGKILL');
      if (kind === 'throw') throw new Error('thrown by a test');
      for (;;);
    }
    decode.call(this, datagram);
  };
}

/** The environment of such workers. */
export function poisonEnv(what: 'crash' | 'hang' | 'throw'): Record<string, string> {
  return { [POISON]: what, NODE_OPTIONS: `--import=${import.meta.url}` };
}
