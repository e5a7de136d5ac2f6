// What a worker counts about streams, all its partitions together: plain numbers, read by metrics.

export class WorkCounters {
  /** Datagrams and batches decoded, those given again included. */
  datagrams = 0;
  batches = 0;
  /** … of these, left by former owners. */
  claimed = 0;
  /** Acknowledged: settled, and gone from the stream. */
  acknowledged = 0;
  saves = 0;
  /** Entries that are no batches, or are damaged. */
  unreadable = 0;
  /** … and datagrams that cannot be decoded: set aside. */
  setAside = 0;
  /** Partitions taken over, given away to others, and lost: to a fault of Redis, or to being too slow. */
  acquired = 0;
  released = 0;
  lost = 0;
}
