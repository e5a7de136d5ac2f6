// Names of the keys in Redis. Those of one partition carry the same hash tag, so that in a Redis Cluster they share a
// slot: every script touches the keys of one partition only.
//
//   PREFIX:{p3}:stream     the stream; consumer group "weir"
//   PREFIX:{p3}:meta       hash: bytes and datagrams in the stream, owner, fence (owners so far), saves (acknowledgements),
//                          time of the data (epoch ms), number of records in aside; first, owners, at, suspect
//                          and deaths: what former owners left, and where they ended (suspects.ts)
//   PREFIX:{p3}:lease      "WORKER:FENCE", gone when its owner has not renewed it in time
//   PREFIX:{p3}:state      hash: templates, facts and waiting data as of the last acknowledged entry
//   PREFIX:{p3}:aside      hash: records that cannot be decoded, by entry and place in it (suspects.ts)
//   PREFIX:{p3}:from:ID    number of the last batch taken from one receiver; expires a day after it
//   PREFIX:{all}:workers   sorted set: workers by the time (ms) at which they count as gone
//   PREFIX:{all}:settings  hash: partitions, on which all have to agree; life: another one when all data was lost

export interface PartitionKeys {
  readonly stream: string;
  readonly meta: string;
  readonly lease: string;
  readonly state: string;
  readonly aside: string;
  /** To be followed by a receiver's id. */
  readonly from: string;
}

export function partitionKeys(prefix: string, partition: number): PartitionKeys {
  const base = `${prefix}:{p${partition}}`;
  return {
    stream: `${base}:stream`,
    meta: `${base}:meta`,
    lease: `${base}:lease`,
    state: `${base}:state`,
    aside: `${base}:aside`,
    from: `${base}:from:`,
  };
}

export function workersKey(prefix: string): string {
  return `${prefix}:{all}:workers`;
}

export function settingsKey(prefix: string): string {
  return `${prefix}:{all}:settings`;
}

/** The partition of an exporter: FNV-1a over its address, folded (neighbouring addresses spread evenly). */
export function partitionOf(address: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < address.length; i++) hash = Math.imul(hash ^ address.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return (hash >>> 0) % partitions;
}
