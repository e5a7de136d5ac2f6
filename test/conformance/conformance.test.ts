// Every capture through `weir decode`, as a user runs it: none may crash it, and for NetFlow v5, v9, IPFIX and sFlow
// it must find what tshark, nfdump and sflowtool found. The few feeds where it rightly differs stand in known.yml.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/lib/package-root.ts';
import { type Agreement, compareRecords, hasAllTuples, isComplete, score } from './compare.ts';
import { countedRecord, type Decoded, decodeFiles, scaledRecord } from './documents.ts';
import { captureSkip, type Feed, readFeeds } from './feeds.ts';
import { netflowOpinions, type Opinion, sflowOpinions } from './opinions.ts';
import { feedProtocol } from './protocol.ts';

/** Share of the feeds in which counts and 5-tuples must agree with another tool. */
const REQUIRED = 0.9;
const PROCESSES = 2;
/** Held to REQUIRED each; a deviation in the others (NetFlow v1, v7, v8) must be known as well. */
const PROTOCOLS = ['netflow_v5', 'netflow_v9', 'ipfix', 'sflow_v2', 'sflow_v4', 'sflow_v5'];

interface Known {
  readonly feed: string;
  /** Records that are right here, where no tool has the right number. */
  readonly records?: number;
  readonly why: string;
}

interface Row {
  readonly feed: Feed;
  readonly protocol: string;
  readonly decoded: Decoded;
  readonly by: string;
  readonly agreement: Agreement | undefined;
  readonly known: Known | undefined;
}

test('every capture is decoded without a crash, and most feeds as other tools decode them', {
  skip: captureSkip,
}, async (t) => {
  const known = readKnown();
  const rows = await inParallel(readFeeds(), PROCESSES, (feed) => decodeFeed(feed, known));
  const compared = rows.filter((row) => row.agreement !== undefined);
  console.log(table(compared));

  await t.test('exit code 0 for every feed', () => {
    const ended = rows.filter((row) => row.decoded.exitCode !== 0);
    assert.deepEqual(
      ended.map((row) => `${row.feed.name}: ${row.decoded.exitCode} ${row.decoded.summary}`),
      [],
    );
  });

  for (const protocol of PROTOCOLS) {
    await t.test(`counts and 5-tuples of ${protocol} agree in at least ${REQUIRED * 100} % of the feeds`, () => {
      const feeds = compared.filter((row) => row.protocol === protocol);
      const right = feeds.filter(isRight);
      assert.ok(feeds.length > 0, 'there are feeds');
      assert.ok(right.length >= REQUIRED * feeds.length, `${right.length} of ${feeds.length}`);
    });
  }

  await t.test('every deviation is known', () => {
    const surprises = compared.filter((row) => !isRight(row));
    assert.deepEqual(
      surprises.map((row) => `${row.feed.name}: ${row.agreement?.missing.join('; ')}`),
      [],
    );
  });

  await t.test('every known deviation still is one', () => {
    const names = new Set(
      compared.filter((row) => row.agreement && !isComplete(row.agreement)).map((row) => row.feed.name),
    );
    assert.deepEqual(
      known.filter((entry) => !names.has(entry.feed)),
      [],
    );
  });
});

function readKnown(): readonly Known[] {
  return parse(readFileSync(join(packageRoot, 'test', 'conformance', 'known.yml'), 'utf8')) as Known[];
}

async function decodeFeed(feed: Feed, known: readonly Known[]): Promise<Row> {
  const decoded = await decodeFiles(feed.files);
  const protocol = feedProtocol(feed);
  const opinions = /^sflow/i.test(protocol) ? sflowOpinions(feed) : netflowOpinions(feed);
  let best: { readonly by: string; readonly agreement: Agreement } | undefined;
  for (const opinion of opinions) {
    const agreement = agreementWith(opinion, decoded);
    if (best === undefined || score(agreement) > score(best.agreement)) best = { by: opinion.by, agreement };
  }
  return {
    feed,
    protocol,
    decoded,
    by: best?.by ?? '-',
    agreement: best?.agreement,
    known: known.find((entry) => entry.feed === feed.name),
  };
}

function agreementWith(opinion: Opinion, decoded: Decoded): Agreement {
  const counted = compareRecords(opinion.records, decoded.documents.map(countedRecord));
  if (opinion.isScaled === false) return counted;
  const scaled = compareRecords(opinion.records, decoded.documents.map(scaledRecord));
  return opinion.isScaled === undefined && score(counted) > score(scaled) ? counted : scaled;
}

function isRight(row: Row): boolean {
  if (row.agreement === undefined) return false;
  if (row.known === undefined) return hasAllTuples(row.agreement);
  return row.known.records === undefined || row.known.records === row.decoded.documents.length;
}

function table(rows: readonly Row[]): string {
  const head = ['feed', 'protocol', 'expected', 'by', 'got', '5-tuples', 'bytes', 'packets', 'note'];
  const lines = rows.map((row) => {
    const { expected, got, tuples, bytes, packets, missing } = row.agreement!;
    const note = row.known?.why ?? (hasAllTuples(row.agreement!) ? '' : `?? ${missing[0] ?? 'surplus records'}`);
    return [row.feed.name.slice(0, 60), row.protocol, expected, row.by, got, tuples, bytes, packets, note].map(String);
  });
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)));
  const text = [head, ...lines].map((line) =>
    line.map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column]!))).join('  '),
  );
  const complete = rows.filter((row) => isComplete(row.agreement!)).length;
  const tuples = rows.filter((row) => hasAllTuples(row.agreement!)).length;
  const closing = `${rows.length} feeds; counts and 5-tuples agree in ${tuples}, bytes and packets too in ${complete}`;
  return `${text.join('\n')}\n${closing}`;
}

/** Runs `work` over all items, so many at a time; results in the items' order. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
