// What `weir receive` says of itself: it decodes nothing, so its status is a smaller one.

import type { SendCounters } from '../cluster/send-counters.ts';
import type { Status } from './status.ts';

export interface ReceiveStatus
  extends Pick<
    Status,
    | 'version'
    | 'pid'
    | 'startedMs'
    | 'timeMs'
    | 'listen'
    | 'target'
    | 'process'
    | 'udp'
    | 'tcp'
    | 'admission'
    | 'kernelDrops'
  > {
  readonly sender: Readonly<SendCounters> & {
    /** Datagrams in batches that are being filled. */
    readonly open: number;
  };
  /** Times that Redis had lost all its data. */
  readonly resets: number;
}

export function isReceiveStatus(status: Status | ReceiveStatus): status is ReceiveStatus {
  return 'sender' in status;
}
