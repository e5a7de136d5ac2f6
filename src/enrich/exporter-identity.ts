// Who `observer.ip` is (DESIGN §4). Templates, sampling and all other facts go by the packet's address (sFlow: the
// agent's) whatever is chosen here: only the name in the document changes.
//
//   packet   who sent the datagram, also for sFlow
//   agent    sFlow: the agent that the datagram names; else as packet
//   record   the exporter that a record names (IE 130, 131), as collectors that pass flows on add it; else the one that
//            option data names; else as agent

import type { Flow } from '../flow/flow.ts';
import type { Enricher } from './enricher.ts';

export type ExporterIdentity = 'packet' | 'agent' | 'record';

/** Sets flow.observerIp; undefined where the decoder's choice, `agent`, is what is wanted. */
export function exporterIdentity(identity: ExporterIdentity): Enricher | undefined {
  if (identity === 'packet') return observerFromPacket;
  return identity === 'record' ? observerFromRecord : undefined;
}

function observerFromPacket(flow: Flow): void {
  flow.observerIp = flow.exporter.packetAddress ?? flow.observerIp;
}

function observerFromRecord(flow: Flow): void {
  const { exporterIp } = flow;
  // All zeros: the element is there, but nobody filled it.
  if (exporterIp !== undefined && exporterIp !== '0.0.0.0' && exporterIp !== '::') flow.observerIp = exporterIp;
  else flow.observerIp = flow.facts.exporterIp ?? flow.observerIp;
}
