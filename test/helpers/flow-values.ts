// Fields of a flow as tests write them: those that records state in rarer ways (StatedFields) beside all others.

import type { Flow } from '../../src/flow/flow.ts';
import { StatedFields } from '../../src/flow/stated-fields.ts';

export type FlowValues = Partial<Omit<Flow, 'facts' | 'exporter' | 'stated'>> & Partial<StatedFields>;

const STATED = new Set(Object.keys(new StatedFields()));

/** Sets the fields, each where it belongs. */
export function setFields(flow: Flow, values: FlowValues): Flow {
  for (const [name, value] of Object.entries(values)) {
    if (STATED.has(name)) {
      flow.stated ??= new StatedFields();
      Object.assign(flow.stated, { [name]: value });
    } else {
      Object.assign(flow, { [name]: value });
    }
  }
  return flow;
}

/** The value of a field, wherever it belongs. */
export function fieldOf(flow: Flow, name: string): unknown {
  return (STATED.has(name) ? flow.stated : flow)?.[name as never];
}
