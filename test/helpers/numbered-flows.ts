// Exporters whose every flow carries a number of its own, so that it can be said of each whether it arrived, and once. They
// speak IPFIX and change the layout of their template now and then: whoever decodes a flow by a template that was not in
// force when it was sent finds source and destination exchanged.

import { createSocket, type Socket } from 'node:dgram';
import type { BulkSink } from './bulk-sink.ts';

const SOURCE = [10, 1, 0, 1];
const DESTINATION = [10, 2, 0, 2];
/** sourceIPv4Address, destinationIPv4Address, octetDeltaCount, packetDeltaCount (IANA). */
const LAYOUTS = [
  [8, 12, 1, 2],
  [12, 8, 1, 2],
];

export class NumberedExporter {
  /** Numbers sent so far, all exporters of a test together: they count on from one another. */
  readonly #numbers: { next: number };
  readonly #domain: number;
  readonly #socket: Socket;
  #layout = 0;
  #sequence = 0;

  private constructor(numbers: { next: number }, domain: number, socket: Socket) {
    this.#numbers = numbers;
    this.#domain = domain;
    this.#socket = socket;
  }

  /** @param address one of 127.0.0.0/8 */
  static async open(address: string, domain: number, numbers: { next: number }): Promise<NumberedExporter> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind({ address, port: 0 }, resolve));
    return new NumberedExporter(numbers, domain, socket);
  }

  close(): void {
    this.#socket.close();
  }

  /** Sends the template; with `isChanged` in the other layout, in force from now on. */
  async sendTemplate(port: number, isChanged = false): Promise<void> {
    if (isChanged) this.#layout = 1 - this.#layout;
    const fields = LAYOUTS[this.#layout]!.flatMap((id) => [0, id, 0, 4]);
    await this.#send(port, 2, Buffer.from([1, 0, 0, 4, ...fields]), 0);
  }

  /**
   * Sends `count` flows in one datagram; returns the number of the first.
   * @param padding of the set, shorter than a flow
   */
  async sendFlows(port: number, count: number, padding = Buffer.alloc(0)): Promise<number> {
    const first = this.#numbers.next;
    this.#numbers.next += count;
    const records = Buffer.alloc(count * 16);
    const addresses = this.#layout === 0 ? [...SOURCE, ...DESTINATION] : [...DESTINATION, ...SOURCE];
    for (let i = 0; i < count; i++) {
      records.set(addresses, i * 16);
      records.writeUInt32BE(first + i, i * 16 + 8);
      records.writeUInt32BE(1, i * 16 + 12);
    }
    await this.#send(port, 256, Buffer.concat([records, padding]), count);
    return first;
  }

  #send(port: number, setId: number, content: Buffer, records: number): Promise<void> {
    const message = Buffer.alloc(20);
    message.writeUInt16BE(10, 0);
    message.writeUInt16BE(20 + content.length, 2);
    message.writeUInt32BE(Math.floor(Date.now() / 1000), 4);
    message.writeUInt32BE(this.#sequence, 8);
    message.writeUInt32BE(this.#domain, 12);
    message.writeUInt16BE(setId, 16);
    message.writeUInt16BE(4 + content.length, 18);
    this.#sequence += records;
    return new Promise((resolve, reject) => {
      this.#socket.send(Buffer.concat([message, content]), port, '127.0.0.1', (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }
}

export interface Arrived {
  /** How many documents there are of each number. */
  readonly counts: ReadonlyMap<number, number>;
  /** Documents whose source is not the source: decoded by a wrong template. */
  readonly wrong: number;
}

export function arrived(sink: BulkSink): Arrived {
  const counts = new Map<number, number>();
  let wrong = 0;
  for (const text of sink.documents['flows']!.values()) {
    const document = JSON.parse(text) as { network: { bytes: number }; source: { ip: string } };
    const number = document.network.bytes;
    counts.set(number, (counts.get(number) ?? 0) + 1);
    if (document.source.ip !== SOURCE.join('.')) wrong++;
  }
  return { counts, wrong };
}

/** What is not as it should be of the numbers from 1 to before `next`: missing, twice, wrong. Empty: all there, once. */
export function faults(sink: BulkSink, next: number): string[] {
  const { counts, wrong } = arrived(sink);
  const found: string[] = [];
  const missing: number[] = [];
  for (let number = 1; number < next; number++) if (!counts.has(number)) missing.push(number);
  if (missing.length > 0) found.push(`${missing.length} missing: ${missing.slice(0, 20).join(' ')}`);
  const twice = [...counts].filter(([, count]) => count > 1);
  if (twice.length > 0) found.push(`${twice.length} more than once: ${twice.slice(0, 20).join(' ')}`);
  if (wrong > 0) found.push(`${wrong} decoded by another template`);
  return found;
}

/** What `faults` needs of a document, for sinks that take many. */
export function essence(text: string): string {
  const { network, source } = JSON.parse(text) as { network?: { bytes: number }; source?: { ip: string } };
  return JSON.stringify({ network: { bytes: network?.bytes }, source: { ip: source?.ip } });
}
