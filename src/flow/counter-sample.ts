// What an exporter counted about one of its interfaces, VLANs, processors …, at one moment. Made by decode/, written by
// document/ as a document of its own kind. Counters run on from sample to sample; differences are left to who reads them.

import type { DomainFacts, Exporter } from './exporter.ts';
import type { ExportProtocol } from './flow.ts';

export type CounterValue = number | string;

/** Values of one field that are kept where it comes several times. */
const MAX_VALUES = 64;

export class CounterSample {
  readonly exporter: Exporter;
  readonly facts: DomainFacts;
  readonly protocol: ExportProtocol;
  readonly datagramId: string;
  /** Its number among the samples of the datagram. */
  readonly recordNumber: number;
  readonly receivedMs: number;
  observationDomainId = 0;
  /** Of the exporter's counter samples of this source. */
  sequence = 0;
  /** sFlowDataSource class: 0 interface, 1 VLAN, 2 physical entity, 3 logical entity; and the index in it. */
  sourceType = 0;
  sourceIndex = 0;
  /** By field name below `counters`; a list where the field came several times. */
  readonly values = new Map<string, CounterValue | CounterValue[]>();

  constructor(
    exporter: Exporter,
    facts: DomainFacts,
    protocol: ExportProtocol,
    datagramId: string,
    recordNumber: number,
    receivedMs: number,
  ) {
    this.exporter = exporter;
    this.facts = facts;
    this.protocol = protocol;
    this.datagramId = datagramId;
    this.recordNumber = recordNumber;
    this.receivedMs = receivedMs;
  }

  /** Adds a value; of one field that comes very often the last ones are dropped. */
  add(name: string, value: CounterValue): void {
    const known = this.values.get(name);
    if (known === undefined) this.values.set(name, value);
    else if (!Array.isArray(known)) this.values.set(name, [known, value]);
    else if (known.length < MAX_VALUES) known.push(value);
  }
}
