// The accounting identities of the scaled form: what receivers put into the streams, and what workers take out.

import { sendDrops } from '../cluster/send-counters.ts';
import type { Identity } from './accounting.ts';
import type { ReceiveStatus } from './receive-status.ts';
import type { StreamsStatus } from './status.ts';

/** Of `weir work`, in place of what is received. */
export function streamIdentities(streams: StreamsStatus, decoded: number): Identity[] {
  return [
    {
      name: 'datagrams read',
      left: [['from the streams', streams.datagrams]],
      right: [
        ['acknowledged', streams.acknowledged],
        ['waiting for their documents', streams.waiting],
        ['given back', streams.givenBack],
      ],
    },
    {
      name: 'datagrams taken',
      left: [['from the streams', streams.datagrams]],
      right: [
        ['to decode', decoded],
        ['set aside before', streams.leftOut],
      ],
    },
  ];
}

/** Of `weir receive`. */
export function receiveIdentities({ udp, tcp, admission, sender }: ReceiveStatus): Identity[] {
  return [
    {
      name: 'datagrams received',
      left: [
        ['UDP', udp.datagrams],
        ['TCP', tcp.messages],
      ],
      right: [
        ['for the streams', sender.datagrams],
        ['not allowed', admission.notAllowed],
        ['over the rate', admission.rateLimited],
      ],
    },
    {
      name: 'datagrams for the streams',
      left: [
        ['received', sender.datagrams],
        ['found in the spool', sender.recovered],
      ],
      right: [
        ['in the streams', sender.sent],
        ['in open batches', sender.open],
        ['waiting in memory', sender.waiting],
        ['in the spool', sender.spooled],
        ['dropped', sendDrops(sender.dropped)],
      ],
    },
  ];
}
