// The roles of docs/security.md, on an Elasticsearch with security: they suffice, and are not more than what they say.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/lib/package-root.ts';
import { SUPERUSER } from '../ci/elasticsearch-java.mjs';
import { elasticsearchSkip, ownElasticsearch } from '../helpers/elasticsearch.ts';
import { FlowStream } from '../helpers/flow-stream.ts';
import { waitFor } from '../helpers/wait.ts';
import { startWeir } from '../helpers/weir.ts';

const PASSWORD = 'correct-horse-battery';
const run = promisify(execFile);

/** The JSON under `PUT /_security/role/NAME` in the page. */
function documentedRole(name: string): unknown {
  const page = readFileSync(join(packageRoot, 'docs', 'security.md'), 'utf8');
  const found = new RegExp(`/_security/role/${name}\`[^\`]*\`\`\`json\\n([^\`]+)\`\`\``).exec(page);
  assert.ok(found, `docs/security.md documents the role ${name}`);
  return JSON.parse(found[1]!);
}

test('setup and run work with the documented roles, and run can neither read nor delete', {
  skip: elasticsearchSkip,
  timeout: 300_000,
}, async (t) => {
  const elasticsearch = await ownElasticsearch(PASSWORD);
  if (elasticsearch === undefined) return t.skip('no Elasticsearch with security can be started: it needs Java');
  const folder = mkdtempSync(join(tmpdir(), 'weir-privileges-'));
  t.after(async () => {
    await elasticsearch.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const ask = async (user: string, path: string, method = 'GET', body?: unknown) => {
    const response = await fetch(`${elasticsearch.url}${path}`, {
      method,
      headers: { Authorization: `Basic ${btoa(`${user}:${PASSWORD}`)}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  for (const name of ['weir_setup', 'weir_run']) {
    const role = await ask(SUPERUSER, `/_security/role/${name}`, 'PUT', documentedRole(name));
    assert.equal(role.status, 200, JSON.stringify(role.body));
    const user = await ask(SUPERUSER, `/_security/user/${name}`, 'PUT', { password: PASSWORD, roles: [name] });
    assert.equal(user.status, 200, JSON.stringify(user.body));
  }

  const environment = {
    PATH: process.env['PATH'],
    WEIR_ELASTICSEARCH_URL: elasticsearch.url,
    WEIR_INDEX_REFRESH: '1s', // as startWeir has it: other settings would be another template
    WEIR_ELASTICSEARCH_USERNAME: 'weir_setup',
    WEIR_ELASTICSEARCH_PASSWORD: PASSWORD,
  };
  const main = join(packageRoot, 'dist', 'main.js');
  for (const outcome of ['created', 'unchanged']) {
    const { stdout } = await run(process.execPath, [main, 'setup', '--elasticsearch-only'], {
      cwd: folder,
      env: environment,
    });
    assert.match(stdout, new RegExp(`${outcome} +index template weir-flows`), stdout);
  }

  const weir = await startWeir({
    elasticsearchUrl: elasticsearch.url,
    prefix: 'weir',
    yaml: `elasticsearch:\n  username: weir_run\n  password: ${PASSWORD}\n`,
  });
  t.after(() => weir.stop());
  const stream = new FlowStream(weir.port, 100);
  const isWritten = async () => (await weir.status()).output.written >= 100;
  await waitFor('flows are written', isWritten, 60_000, () => JSON.stringify(weir.log()));
  stream.stop();
  assert.equal(await weir.stop(), 0);
  assert.ok(!JSON.stringify(weir.log()).includes(PASSWORD), 'the password is in no log line');

  const search = await ask('weir_run', '/weir-flows-*/_search');
  assert.equal(search.status, 403, JSON.stringify(search.body));
  const index = Object.keys((await ask(SUPERUSER, '/weir-flows-*')).body)[0];
  assert.equal((await ask('weir_run', `/${index}`, 'DELETE')).status, 403);
  assert.equal((await ask('weir_run', '/other/_doc', 'POST', {})).status, 403);
  assert.equal((await ask('weir_run', '/_security/user')).status, 403);
});
