// The accounting identities of weir: what was received is somewhere, and every record is written, waiting, kept aside or
// dropped for a counted reason. They hold at any instant, because each stage counts before it hands on.
//
// With workers, too, and over their deaths. Figures of decoding are those of acknowledged batches: what a dead worker had
// done beyond them is in no figure, as it is done again. Figures of the output are what workers said last. A dead one's
// stay, and two terms take up what will be counted again: documents of batches that it had not acknowledged (made again
// by the next one), and documents that it held (made again, or found in its spool by the next one).

import { droppedTotal } from '../output/counters.ts';
import { streamIdentities } from './scaled-accounting.ts';
import type { Status } from './status.ts';

/** One side of an equation: a name for people, and its value. */
export type Term = readonly [name: string, value: number];

export interface Identity {
  readonly name: string;
  /** Their sum … */
  readonly left: readonly Term[];
  /** … equals the sum of these. */
  readonly right: readonly Term[];
}

/** All identities, with the values of a status. */
export function identities(status: Status): Identity[] {
  const { decode, pending, rules, holdBack, documents, output, workers, streams } = status;
  return [
    ...(streams === undefined ? receivedIdentities(status) : streamIdentities(streams, decode.datagrams)),
    {
      name: 'datagrams decoded',
      left: [['to decode', decode.datagrams]],
      right: [
        ['decoded', decode.decoded],
        ['malformed', decode.malformed],
        ['refused', decode.refused],
        ...term('left out for a fault', workers?.faults ?? streams?.faults),
      ],
    },
    {
      name: 'sets without template',
      left: [['came', decode.setsWithoutTemplate], ...term('taken over', streams?.takenOver.sets)],
      right: [
        ['recovered', decode.setsRecovered],
        ['expired', decode.setsExpired],
        ['no room', decode.setsDropped],
        ['waiting', pending.sets],
        ...term('handed over', streams?.handedOver.sets),
      ],
    },
    {
      name: 'sets held for option data',
      left: [['held', decode.setsHeld]],
      right: [
        ['resumed', decode.setsResumed],
        ['waiting', pending.held],
        ...term('handed over', streams?.handedOver.held),
      ],
    },
    {
      name: 'flows',
      left: [
        ['decoded', decode.flows],
        ['added by splitting', status.addedParts],
      ],
      right: [
        ['documents', documents.flows],
        ['dropped by rules', rules.dropped],
        ['waiting for names', holdBack.held],
      ],
    },
    {
      name: 'documents made',
      left: [
        ['flows', documents.flows],
        ['counters', documents.counters],
        ['exporters', documents.exporters],
        ...term('not acknowledged', workers?.unacknowledged),
      ],
      right: [['to the output', output.appended]],
    },
    {
      name: 'documents settled',
      left: [
        ['to the output', output.appended],
        ['found in the spool', output.recovered],
      ],
      right: [
        ['written', output.written],
        ['there already', output.duplicates],
        ['waiting in memory', output.waiting],
        ['in the spool', output.spooled],
        ['dead letters', output.deadLettered],
        ['dropped', droppedTotal(output.dropped)],
        ...term('left by dead workers', workers?.left),
      ],
    },
  ];
}

function receivedIdentities({ udp, tcp, admission, decode, workers }: Status): Identity[] {
  return [
    {
      name: 'datagrams received',
      left: [
        ['UDP', udp.datagrams],
        ['TCP', tcp.messages],
      ],
      right: [
        ['to decode', decode.datagrams],
        ['not allowed', admission.notAllowed],
        ['over the rate', admission.rateLimited],
        ...term('waiting for a worker', workers?.waiting),
        ...term('no room', workers?.dropped),
        ...term('set aside', workers?.setAside),
      ],
    },
  ];
}

/** Only where there is such a thing. */
function term(name: string, value: number | undefined): Term[] {
  return value === undefined ? [] : [[name, value]];
}

/** Left minus right: 0 where the identity holds. */
export function imbalance({ left, right }: Identity): number {
  return total(left) - total(right);
}

function total(terms: readonly Term[]): number {
  return terms.reduce((sum, [, value]) => sum + value, 0);
}
