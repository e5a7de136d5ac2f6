// One counter sample → one line of JSON text, a document of PREFIX-counters-…. Counter samples are few (one per interface
// and half a minute), so this is written plainly, unlike the documents of flows. Fields as pipelines/schema.yml has them
// under `counters:`, and those of pipelines/counters.yml.

import type { CounterSample, CounterValue } from '../flow/counter-sample.ts';
import { interfaceAlias, interfaceName } from '../flow/interface-name.ts';
import { recordId } from './document.ts';
import { ECS_VERSION } from './ecs.ts';
import { isCount } from './json.ts';

interface Members {
  [name: string]: Members | CounterValue | readonly CounterValue[];
}

const SOURCE_INTERFACE = 0;
/** By sFlowDataSource class. */
const SOURCE_TYPES = ['interface', 'vlan', 'physical entity', 'logical entity'];

/** `_id` of the document. */
export function counterDocumentId(sample: CounterSample): string {
  return recordId(sample.datagramId, sample.recordNumber);
}

/** The document: one line of ASCII without newline. Its `@timestamp` is the receive time: sFlow has no other. */
export function counterDocument(sample: CounterSample): string {
  const { exporter, sourceType, sourceIndex } = sample;
  const exporterName = exporter.name || exporter.address;
  const document: Members = {
    '@timestamp': new Date(Math.floor(sample.receivedMs)).toISOString(),
    ecs: { version: ECS_VERSION },
    event: { kind: 'metric', category: ['network'], type: ['info'], dataset: 'weir.counters' },
    observer: { ip: exporter.address, name: exporterName },
    flow: { export: { protocol: sample.protocol, domain_id: String(sample.observationDomainId) } },
  };
  const interfaceMembers = interfaceOf(sample);
  if (interfaceMembers !== undefined) document['interface'] = interfaceMembers;
  const counters: Members = {
    sequence: sample.sequence,
    source: {
      type: SOURCE_TYPES[sourceType] ?? String(sourceType),
      index: sourceIndex,
      name:
        interfaceMembers === undefined
          ? exporterName
          : `${exporterName} ${interfaceMembers['name'] ?? interfaceMembers['id']}`,
    },
  };
  for (const [name, value] of sample.values) if (isWritable(value)) put(counters, name.split('.'), value);
  document['counters'] = counters;
  return asciiOf(JSON.stringify(document));
}

/** What is counted, where it is an interface: by its index, and by the names that the exporter has told. */
function interfaceOf(sample: CounterSample): Members | undefined {
  const stated = sample.values.get('interface.index');
  const index = typeof stated === 'number' ? stated : sample.sourceIndex;
  if (sample.sourceType !== SOURCE_INTERFACE && stated === undefined) return undefined;
  const members: Members = { id: String(index) };
  const { exporter, facts } = sample;
  const own = exporter.tableInterfaces?.get(index)?.name;
  const name = own ?? sample.values.get('port.name') ?? interfaceName(exporter, facts, index);
  const alias = interfaceAlias(exporter, facts, index);
  if (typeof name === 'string') members['name'] = name;
  if (alias !== undefined && alias !== '') members['alias'] = alias;
  return members;
}

/** No index would take a number of 2^63 or more. */
function isWritable(value: CounterValue | readonly CounterValue[]): boolean {
  if (typeof value === 'number') return value < 0 || isCount(value);
  return typeof value === 'string' || value.every(isWritable);
}

function put(members: Members, path: readonly string[], value: CounterValue | readonly CounterValue[]): void {
  let level = members;
  for (const part of path.slice(0, -1)) {
    // Names of the table are values or objects, never both: parseCounterTable's rows go through the schema's check.
    const child = (level[part] ?? {}) as Members;
    level[part] = child;
    level = child;
  }
  level[path.at(-1)!] = value; // a path has at least one part
}

/** JSON.stringify escapes what JSON asks for; here also everything that is not ASCII. */
function asciiOf(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
