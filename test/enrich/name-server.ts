// A name server on loopback that knows names by address (RFC 1035 §4). It can be told to keep its answers back.
//
//   header: id 2 | flags 2 | questions 2 | answers 2 | 0 0 | question: labels, 0, type 2, class 2

import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

const HEADER = 12;
const NAME_ERROR = 3;

export class NameServer {
  /** Names asked for, such as 1.2.0.192.in-addr.arpa, in order. */
  readonly asked: string[] = [];
  readonly #socket = createSocket('udp4');
  readonly #names: ReadonlyMap<string, string>;
  readonly #held: (() => void)[] = [];
  #isHolding = false;

  /** @param names by the name that is asked for */
  constructor(names: Readonly<Record<string, string>>) {
    this.#names = new Map(Object.entries(names));
  }

  /** Resolves with its address, IP:PORT. */
  async start(): Promise<string> {
    this.#socket.on('message', (query, from) => this.#answer(query, from));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop(): void {
    this.#socket.close();
  }

  /** Keeps answers back until release(). */
  hold(): void {
    this.#isHolding = true;
  }

  release(): void {
    this.#isHolding = false;
    for (const send of this.#held.splice(0)) send();
  }

  #answer(query: Buffer, from: RemoteInfo): void {
    const labels: string[] = [];
    let at = HEADER;
    for (let length = query[at]!; length > 0; length = query[at]!) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = query.subarray(HEADER, at + 5);
    this.asked.push(labels.join('.'));
    const name = this.#names.get(labels.join('.'));
    const header = Buffer.alloc(HEADER);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    header.writeUInt16BE(0x8580 | (name === undefined ? NAME_ERROR : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(name === undefined ? 0 : 1, 6);
    const reply = Buffer.concat([header, question, name === undefined ? Buffer.alloc(0) : pointer(name)]);
    const send = (): void => this.#socket.send(reply, from.port, from.address);
    if (this.#isHolding) this.#held.push(send);
    else send();
  }
}

/** Answer record: PTR, class IN, 60 s. */
function pointer(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  const data = Buffer.concat([...labels, Buffer.alloc(1)]);
  return Buffer.concat([Buffer.from([0xc0, HEADER, 0, 12, 0, 1, 0, 0, 0, 60, 0, data.length]), data]);
}
