// Makes flows for the enrichers' tests: only what a test names is set.

import { Hosts } from '../../src/enrich/hosts.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { Flow } from '../../src/flow/flow.ts';
import { type FlowValues, setFields } from '../helpers/flow-values.ts';

export type { FlowValues };

/** For tests in which addresses mean nothing. */
export const noHosts = new Hosts({ cacheSize: 2, internal: [] }, []);

/** A NetFlow v9 flow of one exporter, with the given fields. */
export function makeFlow(values: FlowValues = {}, exporter = new Exporter('192.0.2.1')): Flow {
  const flow = new Flow(exporter, exporter.facts(0), 'netflow_v9', 'boot-1', 1_700_000_000_000);
  return setFields(flow, values);
}

/** The record of the other direction: both ends exchanged, everything else as it is. */
export function reversed(values: FlowValues): FlowValues {
  const copy = { ...values };
  copy.sourceIp = values.destinationIp;
  copy.destinationIp = values.sourceIp;
  copy.sourcePort = values.destinationPort;
  copy.destinationPort = values.sourcePort;
  return copy;
}
