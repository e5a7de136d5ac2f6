// What an exporter's interface is called: by the user's tables, then by the exporter's option data, then by SNMP.

import type { DomainFacts, Exporter } from './exporter.ts';

/** Name of an interface; undefined where nobody told. */
export function interfaceName(exporter: Exporter, facts: DomainFacts, index: number): string | undefined {
  return (
    exporter.tableInterfaces?.get(index)?.name ??
    facts.interfaceNames.find(index) ??
    exporter.polled?.interfaces.get(index)?.name
  );
}

/** What the operator wrote about an interface; undefined where nobody told. */
export function interfaceAlias(exporter: Exporter, facts: DomainFacts, index: number): string | undefined {
  return (
    exporter.tableInterfaces?.get(index)?.alias ??
    facts.interfaceDescriptions.find(index) ??
    exporter.polled?.interfaces.get(index)?.alias
  );
}
