// What an enricher is: a function that completes one flow in place. Made by a factory with options, run in the order
// of the pipeline file. Synchronous, never throws for anything a flow may hold, and keeps no reference to the flow.

import type { Flow } from '../flow/flow.ts';

export type Enricher = (flow: Flow) => void;

/** One enricher that runs the given ones in their order. */
export function compose(enrichers: readonly Enricher[]): Enricher {
  const list = [...enrichers];
  return (flow) => {
    for (let i = 0; i < list.length; i++) list[i]!(flow);
  };
}
