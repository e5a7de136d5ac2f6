// What workers set aside in Redis because they could not decode it (cluster/suspects.ts): to look at, to save as captures,
// to give to the workers again when weir was mended, and to forget.

import { OpenBatch } from '../cluster/batch-format.ts';
import { BufferPool } from '../cluster/buffer-pool.ts';
import type { RedisStreams } from '../cluster/redis.ts';
import type { AsideRecord } from '../cluster/suspects.ts';
import type { Datagram } from '../flow/datagram.ts';
import { bootId } from '../input/datagram-id.ts';

/** Room for the largest datagram. */
const BATCH_BYTES = 70_000;

export interface Aside {
  readonly partition: number;
  /** Names it in its partition. */
  readonly position: string;
  readonly record: AsideRecord;
}

/** All of it, oldest first. */
export async function readAside(redis: RedisStreams, partitions: number): Promise<Aside[]> {
  const found: Aside[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    for (const [position, text] of await redis.aside(partition)) {
      found.push({ partition, position, record: JSON.parse(text) as AsideRecord });
    }
  }
  return found.sort((a, b) => a.record.timeMs - b.record.timeMs);
}

/** The datagram that a record is; undefined for an entry that was none. */
export function datagramOf({
  octets,
  exporterAddress,
  exporterPort,
  receivedMs,
  id,
}: AsideRecord): Datagram | undefined {
  if (exporterAddress === undefined || exporterPort === undefined || receivedMs === undefined || id === undefined)
    return;
  return { bytes: Buffer.from(octets, 'base64'), exporterAddress, exporterPort, receivedMs, id };
}

/** Puts datagrams back into their streams under their old ids, and forgets that they were set aside. */
export class AsideRetry {
  readonly #redis: RedisStreams;
  readonly #maxStreamBytes: number;
  readonly #receiver = `${bootId(Date.now())}r`;
  readonly #batches = new Map<number, OpenBatch>();

  constructor(redis: RedisStreams, maxStreamBytes: number) {
    this.#redis = redis;
    this.#maxStreamBytes = maxStreamBytes;
  }

  /** False when the stream is full. */
  async put({ partition, position }: Aside, datagram: Datagram): Promise<boolean> {
    const open = this.#batches.get(partition) ?? new OpenBatch(this.#receiver, new BufferPool(BATCH_BYTES));
    this.#batches.set(partition, open);
    open.append(datagram);
    const batch = open.close();
    const { outcome } = await this.#redis.add(partition, this.#receiver, batch, batch.number, this.#maxStreamBytes);
    if (outcome === 'full') return false;
    await this.#redis.giveUp(partition, position);
    return true;
  }
}
