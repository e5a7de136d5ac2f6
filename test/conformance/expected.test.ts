// What the tests of Logstash's codec and of akvorado state of their captures, value by value: for each event that they
// name there is a document that says the same in every field that both have.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeSession, type FlowDocument } from './documents.ts';
import { captureSkip, capturesFolder, readSideFile } from './feeds.ts';
import { AKVORADO_FIELDS, LOGSTASH_FIELDS, type Stated } from './stated-fields.ts';

interface Case {
  readonly test?: string;
  readonly group?: string;
  readonly fed?: readonly string[];
  readonly files?: readonly string[];
  readonly flows?: readonly Event[];
  readonly events?: readonly { readonly event?: { readonly netflow?: Event } }[];
}

type Event = Readonly<Record<string, Stated>>;
type Fields = typeof LOGSTASH_FIELDS;

for (const [folder, fields] of [
  ['logstash', LOGSTASH_FIELDS],
  ['akvorado', AKVORADO_FIELDS],
] as const) {
  test(`documents say what the tests of ${folder} state`, { skip: captureSkip }, async () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const file of readdirSync(join(capturesFolder, folder)).filter((name) => name.endsWith('.expected.json'))) {
      const capture = `${folder}/${file.replace('.expected.json', '')}`;
      const { cases } = JSON.parse(readSideFile(capture, 'expected.json')!) as { readonly cases: readonly Case[] };
      for (const one of cases.filter((one) => !ENCAPSULATED.test(one.test ?? ''))) {
        const events = eventsOf(one).filter((event) => Object.keys(event).some((name) => name in fields));
        if (events.length === 0) continue;
        const documents = (await decodeSession(one.fed ?? one.files ?? [capture])).flat().flatMap(directions);
        for (const event of events) {
          compared += 1;
          const differences = documents.map((document) => differencesOf(event, document, fields));
          differences.sort((a, b) => a.length - b.length);
          if (differences[0]?.length !== 0) wrong.push(`${capture}: ${differences[0]?.join(', ') ?? 'no document'}`);
        }
      }
    }
    assert.ok(compared > 20, `${compared} events were compared`);
    assert.deepEqual(wrong, []);
  });
}

/** Cases of akvorado's in which it was told to look at the packet inside only. */
const ENCAPSULATED = /VXLAN/i;

/** akvorado makes two flows of a biflow. */
function directions(document: FlowDocument): readonly FlowDocument[] {
  const { source, destination, network, observer, flow } = document;
  if (destination?.packets === undefined) return [document];
  const { ingress, egress } = observer ?? {};
  const back: FlowDocument = {
    source: { ...destination },
    destination: { ...source },
    network: { ...network },
    observer: { ...(egress && { ingress: egress }), ...(ingress && { egress: ingress }) },
    flow: { ...flow },
  };
  return [document, back];
}

function eventsOf({ flows, events }: Case): readonly Event[] {
  return [...(flows ?? []), ...(events ?? []).flatMap(({ event }) => (event?.netflow ? [event.netflow] : []))];
}

/** "name stated, found" of each field that both know. */
function differencesOf(event: Event, document: FlowDocument, fields: Fields): string[] {
  return Object.entries(event).flatMap(([name, value]) => {
    const known = fields[name];
    if (known === undefined) return [];
    const [stated, found] = [known.stated(value), known.found(document)];
    // Empty addresses are those of the other IP version; type and code, or nothing at all, stand where ports are.
    const isMeaningless =
      (stated === '-' && /addr/i.test(name)) || (found === '-' && /port/i.test(name) && !hasPorts(document));
    return isMeaningless || stated === found ? [] : [`${name} ${stated}, found ${found}`];
  });
}

const WITHOUT_PORTS = new Set(['1', '58']);

function hasPorts({ network }: FlowDocument): boolean {
  return !WITHOUT_PORTS.has(network?.iana_number ?? '');
}
