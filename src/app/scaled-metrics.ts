// The metrics of receivers and workers (metrics.ts has those of `weir run`). Names that both have mean the same.

import { counter, gauge, type Metric, metricLines } from './metrics.ts';
import type { ReceiveTotals } from './receive-app.ts';
import type { WorkTotals } from './work-app.ts';

const RESETS = counter<{ resets: number }>('redis_resets', 'Times that Redis had lost all its data.', (t) => t.resets);

export const RECEIVE_METRICS: readonly Metric<ReceiveTotals>[] = [
  counter('datagrams_received', 'Datagrams received over UDP, and messages over TCP and TLS.', (t) => t.datagrams),
  counter('kernel_drops', 'Datagrams the kernel dropped because the receive buffer was full.', (t) => t.kernelDrops),
  counter('datagrams_recovered', 'Datagrams found in the spool at the start.', (t) => t.recovered),
  counter('datagrams_streamed', 'Datagrams that are in the streams, or were.', (t) => t.sent),
  gauge('datagrams_waiting', 'Datagrams in memory, not in the streams yet.', (t) => t.waiting),
  gauge('datagrams_spooled', 'Datagrams on disk, not in the streams yet.', (t) => t.spooled),
  counter('datagrams_dropped', 'Datagrams lost, for whatever reason.', (t) => t.dropped),
  counter('batches', 'Batches taken by Redis.', (t) => t.batches),
  counter('streams_full', 'Answers that a stream is full.', (t) => t.full),
  counter('batches_rewound', 'Batches sent again because Redis had lost them.', (t) => t.rewound),
  counter('redis_failures', 'Requests to Redis that failed.', (t) => t.failures),
  RESETS,
];

export const WORK_METRICS: readonly Metric<WorkTotals>[] = [
  gauge('stream_lag', 'Datagrams in all streams, not acknowledged yet; every worker says the same.', (t) => t.lag),
  gauge('stream_lag_bytes', 'Size of the batches they are in.', (t) => t.lagBytes),
  gauge('workers', 'Workers there.', (t) => t.workers),
  gauge('partitions_owned', 'Partitions that this worker has.', (t) => t.partitions),
  counter('partitions_acquired', 'Partitions taken over.', (t) => t.partitionsAcquired),
  counter('partitions_lost', 'Partitions lost to a fault of Redis, or by being too slow.', (t) => t.partitionsLost),
  RESETS,
  counter('datagrams_decoded', 'Datagrams decoded, those given again included.', (t) => t.datagrams),
  counter('datagrams_acknowledged', 'Datagrams whose documents are settled.', (t) => t.acknowledged),
  counter('batches_claimed', 'Batches that other workers had left.', (t) => t.claimed),
  counter('batches_unreadable', 'Entries of streams that are no batches.', (t) => t.unreadable),
  counter('datagrams_malformed', 'Datagrams that ended in an error; flows before it stand.', (t) => t.malformed),
  counter('datagrams_refused', 'Datagrams of no known protocol, or beyond a limit.', (t) => t.refused),
  counter('datagrams_faulty', 'Datagrams that could not be decoded for a fault of weir.', (t) => t.faults),
  counter(
    'records_set_aside',
    'These, those workers died of, and unreadable entries: kept in Redis.',
    (t) => t.setAside,
  ),
  counter('flows', 'Flow records decoded.', (t) => t.flows),
  counter('lost_flows', 'Flows that never came, estimated from sequence numbers.', (t) => t.lostFlows),
  counter('sets_without_template', 'Data sets that came before their template.', (t) => t.setsWithoutTemplate),
  counter('sets_expired', '… given up.', (t) => t.setsExpired),
  counter('sets_dropped', '… not kept for want of room.', (t) => t.setsDropped),
  counter('documents_written', 'Documents that were written.', (t) => t.written),
  counter('documents_duplicate', 'Documents that were there already.', (t) => t.duplicates),
  gauge('documents_waiting', 'Documents in memory, not written yet.', (t) => t.waiting),
  counter('documents_dead', 'Documents refused for good, in the dead-letter folder.', (t) => t.deadLettered),
  counter('documents_dropped', 'Documents lost, for whatever reason.', (t) => t.dropped),
];

/** All metrics of a receiver, or of a worker. */
export function scaledMetricsText<S>(metrics: readonly Metric<S>[], totals: S): string {
  return `${metricLines(metrics, totals).join('\n')}\n`;
}
