// What a worker counts about streams, all its partitions together: plain numbers, read by metrics.
// At any time: datagrams = acknowledged + waiting + givenBack.

export class WorkCounters {
  /** Datagrams and batches read, those given again included. */
  datagrams = 0;
  batches = 0;
  /** … of these, left by former owners. */
  claimed = 0;
  /** Acknowledged: settled, and gone from the stream. */
  acknowledged = 0;
  /** Datagrams read whose documents are not settled yet; those of partitions that were given back or lost meanwhile. */
  waiting = 0;
  givenBack = 0;
  /** Datagrams that were not decoded: they are set aside. */
  leftOut = 0;
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
