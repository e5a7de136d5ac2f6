import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Spool } from '../../src/lib/spool.ts';

const HEADER = 20;

function folder(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'weir-spool-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function spoolIn(directory: string, options: { maxBytes?: number; segmentBytes?: number } = {}): Spool {
  const { maxBytes = 1e6, segmentBytes = 1e5 } = options;
  return new Spool({ directory, maxBytes, segmentBytes }, (error) => {
    throw error;
  });
}

function put(spool: Spool, text: string, documents = 1): void {
  const frame = spool.append(Buffer.from(text), documents);
  assert.ok(frame !== undefined);
  spool.enqueue(frame);
}

/** Reads and settles everything; damaged frames as undefined. */
async function readAll(spool: Spool): Promise<(string | undefined)[]> {
  const texts: (string | undefined)[] = [];
  for (let frame = spool.next(); frame !== undefined; frame = spool.next()) {
    texts.push((await spool.read(frame))?.toString());
    spool.settle(frame);
  }
  return texts;
}

const segments = (directory: string): string[] => readdirSync(directory).sort();

test('reads frames oldest first over several segments and deletes each when its frames are settled', async (t) => {
  const directory = folder(t);
  const spool = spoolIn(directory, { segmentBytes: 2 * (HEADER + 4) });
  assert.equal(spool.open(), 0);
  for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee']) put(spool, text);
  assert.equal(segments(directory).length, 3);
  const first = spool.next()!;
  const second = spool.next()!;
  spool.settle(second);
  assert.equal(segments(directory).length, 3, 'a segment stays while one of its frames is unsettled');
  spool.putBack(first);
  assert.deepEqual(await readAll(spool), ['aaaa', 'cccc', 'dddd', 'eeee']);
  assert.deepEqual(segments(directory), []);
  assert.equal(spool.bytes, 0);
  spool.close();
});

test('another process finds what was left, in order, and never appends to old segments', async (t) => {
  const directory = folder(t);
  const before = spoolIn(directory);
  before.open();
  put(before, 'one', 3);
  put(before, 'two', 4);
  const spool = spoolIn(directory); // the first was not closed: killed
  assert.equal(spool.open(), 7);
  put(spool, 'three');
  assert.equal(segments(directory).length, 2);
  assert.deepEqual(await readAll(spool), ['one', 'two', 'three']);
  before.close();
});

test('drops a frame that a crash cut off at any byte, counts it, and reads all before it', async (t) => {
  const directory = folder(t);
  const whole = HEADER + 'last'.length;
  for (let cut = 1; cut < whole; cut += 1) {
    const before = spoolIn(directory);
    before.open();
    put(before, 'first');
    put(before, 'last');
    before.close();
    const path = join(directory, segments(directory)[0]!);
    truncateSync(path, HEADER + 'first'.length + whole - cut);
    const spool = spoolIn(directory);
    assert.equal(spool.open(), 1, `cut by ${cut}`);
    assert.equal(spool.tornFrames, 1);
    assert.deepEqual(await readAll(spool), ['first']);
    assert.deepEqual(segments(directory), []);
  }
});

test('steps over a damaged body, whose documents are known, and a damaged header, whose are not', async (t) => {
  const directory = folder(t);
  const before = spoolIn(directory);
  before.open();
  for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd']) put(before, text);
  before.close();
  const path = join(directory, segments(directory)[0]!);
  const bytes = readFileSync(path);
  const frame = HEADER + 4;
  bytes[frame + HEADER] = 0; // a byte of bbbb
  bytes[2 * frame + 5]! ^= 0xff; // the length of cccc
  writeFileSync(path, bytes);
  const spool = spoolIn(directory);
  assert.equal(spool.open(), 3);
  assert.equal(spool.tornFrames, 1);
  assert.deepEqual(await readAll(spool), ['aaaa', undefined, 'dddd']);
});

test('removes segments that hold nothing readable and leaves foreign files alone', (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, '0000000001.spool'), '');
  writeFileSync(join(directory, '0000000002.spool'), 'WRS1 but no frame');
  writeFileSync(join(directory, 'README'), 'mine');
  const spool = spoolIn(directory);
  assert.equal(spool.open(), 0);
  assert.deepEqual(segments(directory), ['README']);
  put(spool, 'next');
  assert.ok(existsSync(join(directory, '0000000003.spool')), 'numbers are not used twice');
  spool.close();
});

test('refuses beyond its bound, has room again when segments are settled, and lets replacements exceed it', async (t) => {
  const directory = folder(t);
  const spool = spoolIn(directory, { maxBytes: 2 * (HEADER + 4), segmentBytes: HEADER + 4 });
  spool.open();
  put(spool, 'aaaa');
  put(spool, 'bbbb');
  assert.equal(spool.append(Buffer.from('cccc'), 1), undefined);
  const forced = spool.append(Buffer.from('dddd'), 1, true);
  assert.ok(forced !== undefined);
  spool.settle(forced);
  spool.settle(spool.next()!);
  put(spool, 'eeee');
  assert.deepEqual(await readAll(spool), ['bbbb', 'eeee']);
});

test('an unwritable folder is reported and refuses, without throwing', (t) => {
  const directory = folder(t);
  const errors: Error[] = [];
  const spool = new Spool({ directory, maxBytes: 1e6, segmentBytes: 1e5 }, (error) => errors.push(error));
  spool.open();
  rmSync(directory, { recursive: true });
  assert.equal(spool.append(Buffer.from('x'), 1), undefined);
  assert.equal((errors[0] as NodeJS.ErrnoException).code, 'ENOENT');
});

test('bytes behind the last frame do not hide the frames', async (t) => {
  const directory = folder(t);
  const before = spoolIn(directory);
  before.open();
  put(before, 'kept');
  before.close();
  appendFileSync(join(directory, segments(directory)[0]!), Buffer.alloc(500, 'WRS1'));
  const spool = spoolIn(directory);
  assert.equal(spool.open(), 1);
  assert.deepEqual(await readAll(spool), ['kept']);
});

test('spools that share a budget share one bound', (t) => {
  const [first, second] = ['a', 'b'].map((name) => join(folder(t), name));
  const budget = { bytes: 0 };
  const limits = { maxBytes: 250, segmentBytes: 1_000, budget };
  const fail = (error: Error): void => assert.fail(error);
  const one = new Spool({ directory: first!, ...limits }, fail);
  const two = new Spool({ directory: second!, ...limits }, fail);
  one.open();
  two.open();
  const frame = one.append(Buffer.alloc(100), 1); // 20 bytes of header each
  assert.ok(frame);
  assert.ok(two.append(Buffer.alloc(100), 1));
  assert.equal(two.append(Buffer.alloc(100), 1), undefined);
  one.settle(frame);
  assert.equal(budget.bytes, 120);
  assert.ok(two.append(Buffer.alloc(100), 1));
});
