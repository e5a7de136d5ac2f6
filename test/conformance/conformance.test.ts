// Every capture through the pipeline of `weir decode`: none may crash it, and it must find what tshark, nfdump and
// sflowtool found, in counts and in every group of fields that they state. Where it rightly differs, known.yml says why
// and which octets show it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/lib/package-root.ts';
import { type Agreement, compareRecords, type GroupAgreement, isComplete, score } from './compare.ts';
import { countedRecord, decodeSession, type FlowDocument, innerRecord, runDecode, scaledRecord } from './documents.ts';
import { captureSkip, capturesFolder, fedBefore, readFeeds } from './feeds.ts';
import { netflowOpinions, type Opinion, sflowOpinions } from './opinions.ts';
import { fileProtocol } from './protocol.ts';
import { GROUPS, type Group } from './record.ts';
import { type Known, type Row, table } from './table.ts';

/** Each tenth feed goes through the command, too. */
const COMMAND_EVERY = 10;

test('every capture is decoded as other tools decode it', { skip: captureSkip }, async (t) => {
  const known = parse(readFileSync(join(packageRoot, 'test', 'conformance', 'known.yml'), 'utf8')) as Known[];
  const feeds = readFeeds();
  const rows: Row[] = [];
  for (const { name, files } of feeds) {
    const documents = (await decodeSession(files)).flat();
    rows.push(compared(name, files, documents, known));
  }
  const alone = new Set(feeds.filter(({ files }) => files.length === 1).map(({ files }) => files[0]));
  const others = new Set(feeds.flatMap(({ files }) => files).filter((file) => !alone.has(file)));
  for (const file of others) {
    await decodeSession([file]);
    const documents = (await decodeSession([...fedBefore(file), file])).at(-1)!;
    rows.push(compared(file, [file], documents, known));
  }
  const shown = rows.filter((row) => row.agreement !== undefined);
  console.log(table(shown));

  await t.test('counts, 5-tuples, bytes and packets agree, or the deviation is known', () => {
    const surprises = shown.filter((row) => !isRight(row) && !isComplete(row.agreement!));
    assert.deepEqual(
      surprises.map((row) => `${row.name}: ${row.agreement!.missing.join('; ') || 'surplus records'}`),
      [],
    );
  });

  for (const group of GROUPS) {
    await t.test(`${group}: agree in every record that a tool states, or the deviation is known`, () => {
      const surprises = shown.filter((row) => disagrees(row, group) && !isExcused(row, group));
      assert.deepEqual(
        surprises.map((row) => `${row.name}: ${row.groups.get(group)!.missing.join('; ')}`),
        [],
      );
    });
  }

  await t.test('the octets that show a deviation stand in the capture', () => {
    for (const { feed, octets } of known) {
      assert.ok(octets.length > 0, feed);
      for (const { file, at, hex, is } of octets) {
        const found = readFileSync(join(capturesFolder, file)).subarray(at, at + hex.length / 2);
        assert.equal(found.toString('hex'), hex, `${feed}: ${is} at ${at} of ${file}`);
      }
    }
  });

  await t.test('every known deviation still is one', () => {
    const stale = known.filter((entry) => {
      const row = shown.find(({ name }) => name === entry.feed);
      if (row === undefined) return true;
      if (entry.groups !== undefined) return entry.groups.some((group) => !disagrees(row, group));
      return isComplete(row.agreement!);
    });
    assert.deepEqual(stale, []);
  });
});

test('`weir decode` prints the documents that the comparison saw', { skip: captureSkip }, async () => {
  const feeds = readFeeds().filter((_, index) => index % COMMAND_EVERY === 0);
  for (const { name, files } of feeds) {
    const { exitCode, lines } = await runDecode(files);
    const expected = (await decodeSession(files)).flat().map(essence);
    assert.equal(exitCode, 0, name);
    assert.deepEqual(
      lines.map((line) => essence(JSON.parse(line) as FlowDocument)),
      expected,
      name,
    );
  }
});

/** Without what the clock guard decides, which the comparison switches off. */
function essence(document: FlowDocument): unknown {
  const { source, destination, network, observer, flow } = document;
  return { source, destination, network, observer, flow };
}

function compared(
  name: string,
  files: readonly string[],
  documents: readonly FlowDocument[],
  known: readonly Known[],
): Row {
  const protocol = fileProtocol(files.at(-1)!);
  const opinions = /^sflow/i.test(protocol) ? sflowOpinions(files) : netflowOpinions(files);
  let best: { readonly by: string; readonly agreement: Agreement } | undefined;
  const agreements = opinions.map((opinion) => ({ by: opinion.by, agreement: agreementWith(opinion, documents) }));
  for (const one of agreements) {
    if (best === undefined || score(one.agreement) > score(best.agreement)) best = one;
  }
  const groups = new Map<Group, GroupAgreement>();
  for (const group of GROUPS) {
    // Who sees other flows sees other fields.
    for (const { agreement } of agreements.filter((one) => one.agreement.tuples === one.agreement.expected)) {
      const found = agreement.groups.get(group);
      if (found !== undefined && found.compared > 0 && isBetter(found, groups.get(group))) groups.set(group, found);
    }
  }
  const entries = known.filter((entry) => entry.feed === name);
  return {
    name,
    protocol,
    by: best?.by ?? '-',
    agreement: best?.agreement,
    groups,
    known: entries,
    got: documents.length,
  };
}

/** Where one tool is wrong about a group the other may be right: one that agrees in all it states, and states much. */
function isBetter(found: GroupAgreement, than: GroupAgreement | undefined): boolean {
  if (than === undefined) return true;
  const share = found.agree / found.compared;
  const other = than.agree / than.compared;
  return share > other || (share === other && found.compared > than.compared);
}

/** With the records as this tool counts them; where that is not known, with those that agree best. */
function agreementWith({ records, isScaled }: Opinion, documents: readonly FlowDocument[]): Agreement {
  const views = isScaled === false ? [countedRecord] : isScaled ? [scaledRecord] : [countedRecord, scaledRecord];
  if (documents.some(({ flow }) => flow?.tunnel !== undefined) && !isScaled) views.push(innerRecord);
  const agreements = views.map((view) => {
    const agreement = compareRecords(records, documents.map(view));
    // Documents do not tell these of a packet inside another.
    return view === innerRecord ? { ...agreement, groups: without(agreement.groups, OUTER_ONLY) } : agreement;
  });
  return agreements.reduce((best, one) => (score(one) > score(best) ? one : best));
}

const OUTER_ONLY: readonly Group[] = ['tos', 'tcp flags', 'icmp'];

function without(groups: Agreement['groups'], these: readonly Group[]): Agreement['groups'] {
  return new Map([...groups].filter(([group]) => !these.includes(group)));
}

function isRight(row: Row): boolean {
  const entry = row.known.find(({ groups }) => groups === undefined);
  return entry === undefined ? isComplete(row.agreement!) : entry.records === undefined || entry.records === row.got;
}

function disagrees(row: Row, group: Group): boolean {
  const found = row.groups.get(group);
  return found !== undefined && found.agree < found.compared;
}

function isExcused(row: Row, group: Group): boolean {
  return row.known.some(({ groups }) => groups?.includes(group) === true);
}
