// Joins the queue of flows that wait for names to those who answer and to those who write: a flow that waited is written on
// the account of the entry that it came with, not of the one that is being decoded when its name comes.

import { readEnrichers } from '../config/enrichers.ts';
import type { Config } from '../config.ts';
import type { Enrichment } from '../enrich/enrichment.ts';
import { HoldBack } from '../enrich/hold-back.ts';
import type { Flow } from '../flow/flow.ts';
import type { Receipt } from '../output/receipt.ts';

/** Who is told of bodies that hold documents; the bulk writer is one. */
export interface Account {
  receipt: Receipt | undefined;
}

export type FlowQueue = HoldBack<Receipt | undefined>;

/**
 * Undefined where no flow waits for names.
 * @param account on whose account documents are written now, where that matters
 * @param finish does with a flow what comes after the names
 */
export function createFlowQueue(
  config: Config,
  { dns }: Enrichment,
  account: () => Account | undefined,
  finish: (flow: Flow) => void,
): FlowQueue | undefined {
  const list = readEnrichers(config.enrich);
  const { holdBack: waitMs, holdBackFlows: maxFlows } = list.options('dns');
  if (!list.names.includes('dns') || waitMs === 0) return undefined;
  const queue: FlowQueue = new HoldBack(
    { waitMs, maxFlows },
    {
      isAwaited: ({ source, destination }) =>
        (source !== undefined && dns.isAwaited(source)) || (destination !== undefined && dns.isAwaited(destination)),
      release: (flow, receipt) => {
        if (flow.source !== undefined) dns.refresh(flow.source);
        if (flow.destination !== undefined) dns.refresh(flow.destination);
        onAccount(account(), receipt, () => finish(flow));
      },
    },
  );
  dns.onAnswer = () => queue.check();
  return queue;
}

function onAccount(account: Account | undefined, receipt: Receipt | undefined, write: () => void): void {
  if (account === undefined) {
    write();
    return;
  }
  const current = account.receipt;
  account.receipt = receipt;
  write();
  account.receipt = current;
  receipt?.settled();
}
