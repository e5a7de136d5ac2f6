// The one command that carries much: a batch into its stream. The client's own way puts a command together in a new
// buffer of its whole length, which costs a copy and, by way of the garbage collector, as much CPU as all the rest of
// receiving; this one writes the batch from where it lies.

import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Cluster, Command, Redis } from 'ioredis';
import { SCRIPTS } from './scripts.ts';

const { keys: KEY_COUNT, lua } = SCRIPTS.weirAdd;
const SHA = createHash('sha1').update(lua).digest('hex');

/** Runs the script weirAdd, which Redis must have loaded; fails with NOSCRIPT otherwise. */
export type SendAdd = (keys: readonly string[], args: readonly (string | number)[], body: Buffer) => Promise<unknown>;

/** @param Base the client's class, since the client is loaded late */
export function sendAdd(client: Redis | Cluster, Base: typeof Command): SendAdd {
  class AddCommand extends Base {
    readonly #body: Buffer;

    constructor(texts: readonly string[], body: Buffer) {
      super('evalsha', [SHA, `${KEY_COUNT}`, ...texts], { replyEncoding: 'utf8' });
      this.#body = body;
    }

    /** Writes all but the end, which the caller writes. Texts are ASCII. Called again when the cluster redirects. */
    override toWritable(socket: object): string {
      const stream = socket as Socket; // whatever the client connects with
      let head = `*${this.args.length + 2}\r\n$7\r\nevalsha\r\n`;
      for (const text of this.args as string[]) head += `$${text.length}\r\n${text}\r\n`;
      stream.cork();
      stream.write(`${head}$${this.#body.length}\r\n`, 'latin1');
      stream.write(this.#body);
      process.nextTick(() => stream.uncork());
      return '\r\n';
    }
  }
  return (keys, args, body) => {
    // as: both clients take any command
    const sender = client as { sendCommand(command: Command): unknown };
    return sender.sendCommand(new AddCommand([...keys, ...args.map(String)], body)) as Promise<unknown>;
  };
}
