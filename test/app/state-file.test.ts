import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StateFile } from '../../src/app/state-file.ts';
import { createLog } from '../../src/lib/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-state-'));
after(() => rmSync(folder, { recursive: true }));
const log = createLog('silent');

class Owner {
  state: { templates: number } = { templates: 0 };

  save(): object {
    return this.state;
  }

  restore(state: unknown): number {
    const { templates } = state as { templates?: number };
    if (templates === undefined) throw new TypeError('no state');
    this.state = { templates };
    return templates;
  }
}

test('what was saved is there after a restart', async () => {
  const path = join(folder, 'deep', 'templates.json');
  const before = new Owner();
  before.state = { templates: 3 };
  const file = new StateFile(path, before, log);
  await file.save();
  assert.ok(!existsSync(path), 'nothing is written before the file was read');
  file.load();
  await file.save();
  const later = new Owner();
  new StateFile(path, later, log).load();
  assert.equal(later.state.templates, 3);
  assert.ok(!existsSync(`${path}.new`));
});

for (const [title, text] of [
  ['half a file', '{"templates":'],
  ['a file of something else', '{"other":1}'],
] as const) {
  test(`${title} is set aside, and a new one is written`, async () => {
    const path = join(folder, `${title.length}.json`);
    writeFileSync(path, text);
    const owner = new Owner();
    const file = new StateFile(path, owner, log);
    file.load();
    assert.equal(readFileSync(`${path}.unusable`, 'utf8'), text);
    await file.save();
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { templates: 0 });
  });
}

test('a missing file and a folder that cannot be written are no errors', async () => {
  const blocker = join(folder, 'a file');
  writeFileSync(blocker, '');
  const file = new StateFile(join(blocker, 'none.json'), new Owner(), log);
  file.load();
  await file.save();
});
