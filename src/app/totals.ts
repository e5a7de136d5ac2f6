// A status in short: for the log, once a minute and at the end, and for the live line.

import { droppedTotal } from '../output/counters.ts';
import type { LiveFacts } from './live-line.ts';
import type { Status } from './status.ts';

/** An exporter that was silent for longer is not counted as heard. */
const HEARD_MS = 300_000;

/** Fields of a line of the log. */
export function logTotals(status: Status) {
  const { decode, output, workers } = status;
  return {
    datagrams: received(status),
    flows: decode.flows,
    malformed: decode.malformed,
    refused: decode.refused,
    setsWithoutTemplate: decode.setsWithoutTemplate,
    lostFlows: decode.lostFlows,
    lostDatagrams: decode.lostDatagrams,
    restarts: decode.restarts,
    exporters: status.exporters.length,
    exporterDocuments: status.documents.exporters,
    written: output.written + output.duplicates,
    waiting: output.waiting,
    spooled: output.spooled,
    deadLettered: output.deadLettered,
    dropped: droppedTotal(output.dropped),
    kernelDrops: status.kernelDrops,
    ...(workers !== undefined && {
      workerRestarts: workers.restarts,
      datagramsWaiting: workers.waiting,
      datagramsDropped: workers.dropped,
      datagramsSetAside: workers.setAside,
    }),
  };
}

export function liveFacts(status: Status): LiveFacts {
  const { decode, output, pending, exporters, workers, kernelDrops, target, timeMs } = status;
  const heardSince = timeMs - HEARD_MS;
  return {
    datagrams: received(status),
    flows: decode.flows,
    exporters: exporters.reduce((heard, { lastSeenMs }) => heard + (lastSeenMs >= heardSince ? 1 : 0), 0),
    waiting: output.waiting + output.spooled,
    held: pending.sets + pending.held,
    lost: droppedTotal(output.dropped) + (kernelDrops ?? 0) + (workers?.dropped ?? 0) + (workers?.setAside ?? 0),
    target,
  };
}

function received({ udp, tcp }: Status): number {
  return udp.datagrams + tcp.messages;
}
