// Setting up Kibana: what is created, renewed, kept and removed, and what is said when it cannot be done.

import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { type KibanaAction, type KibanaOptions, setUpKibana } from '../../src/output/kibana.ts';
import { type KibanaObject, shippedObjects } from '../../src/output/kibana-objects.ts';
import { OutputError } from '../../src/output/output.ts';
import { FakeKibana, type FakeKibanaOptions } from './fake-kibana.ts';

const INSTALL: KibanaAction = { remove: false, overwrite: false, dryRun: false };
const REMOVE: KibanaAction = { ...INSTALL, remove: true };

let running: FakeKibana | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A data view and a page that needs nothing else: enough to see what set-up does with either. */
function twoObjects(): readonly KibanaObject[] {
  const shipped = shippedObjects();
  return ['weir-flows', 'weir-overview'].map((id) => {
    const object = shipped.find((candidate) => candidate.id === id);
    assert.ok(object, id);
    return { ...object, references: object.references.filter((reference) => reference.id === 'weir-flows') };
  });
}

type Run = (
  action?: Partial<KibanaAction>,
  objects?: readonly KibanaObject[],
  options?: Partial<KibanaOptions>,
) => Promise<readonly string[]>;

/** A fake Kibana, and a setup against it that reports "created dashboard/weir-overview". */
async function start(fake: FakeKibanaOptions = {}): Promise<{ kibana: FakeKibana; url: string; run: Run }> {
  const kibana = new FakeKibana(fake);
  running = kibana;
  const url = await kibana.start();
  const run: Run = async (action = {}, objects = twoObjects(), options = {}) => {
    const all = { url, insecure: false, space: 'default', indexPrefix: 'weir', ...options };
    const report = await setUpKibana(all, { ...INSTALL, ...action }, objects);
    return report.objects.map(({ outcome, type, id }) => `${outcome} ${type}/${id}`);
  };
  return { kibana, url, run };
}

/** Another version of the dashboard, as a later weir would ship it. */
function laterObjects(): readonly KibanaObject[] {
  return twoObjects().map((object) =>
    object.type === 'dashboard' ? { ...object, attributes: { ...object.attributes, description: 'later' } } : object,
  );
}

function outcomes(dataView: string, dashboard: string): readonly string[] {
  return [`${dataView} index-pattern/weir-flows`, `${dashboard} dashboard/weir-overview`];
}

describe('installing', () => {
  test('creates all objects, and the second time changes nothing', async () => {
    const { kibana, run } = await start();
    assert.deepEqual(await run(), outcomes('created', 'created'));
    assert.deepEqual(kibana.get('dashboard', 'weir-overview')?.attributes['title'], 'weir: Overview');
    const writes = kibana.writes.length;
    assert.deepEqual(await run(), outcomes('unchanged', 'unchanged'));
    assert.equal(kibana.writes.length, writes);
  });

  test('installs everything that ships, and the second time changes nothing', async () => {
    const { kibana, run } = await start();
    const first = await run({}, shippedObjects());
    assert.equal(first.length, shippedObjects().length);
    assert.ok(first.every((line) => line.startsWith('created ')));
    const writes = kibana.writes.length;
    assert.ok((await run({}, shippedObjects())).every((line) => line.startsWith('unchanged ')));
    assert.equal(kibana.writes.length, writes);
  });

  test('a dry run reports the same and writes nothing', async () => {
    const { kibana, run } = await start();
    assert.deepEqual(await run({ dryRun: true }), outcomes('created', 'created'));
    assert.deepEqual(kibana.writes, []);
  });

  test('brings back what somebody deleted', async () => {
    const { kibana, run } = await start();
    await run();
    kibana.objects.delete('default dashboard/weir-overview');
    assert.deepEqual(await run(), outcomes('unchanged', 'created'));
  });

  test('renews what nobody has changed when weir ships a newer version', async () => {
    const { kibana, run } = await start();
    await run();
    assert.deepEqual(await run({}, laterObjects()), outcomes('unchanged', 'updated'));
    assert.equal(kibana.get('dashboard', 'weir-overview')?.attributes['description'], 'later');
    assert.deepEqual(await run({}, laterObjects()), outcomes('unchanged', 'unchanged'));
  });

  test('leaves alone what a user has changed, also when weir ships a newer version, and says since when', async () => {
    const { kibana, url, run } = await start();
    await run();
    kibana.edit('dashboard', 'weir-overview', { title: 'Mine' });
    assert.deepEqual(await run(), outcomes('unchanged', 'kept'));
    assert.deepEqual(await run({}, laterObjects()), outcomes('unchanged', 'kept'));
    assert.equal(kibana.get('dashboard', 'weir-overview')?.attributes['title'], 'Mine');
    const report = await setUpKibana(
      { url, insecure: false, space: 'default', indexPrefix: 'weir' },
      INSTALL,
      twoObjects(),
    );
    assert.match(report.objects[1]?.reason ?? '', /changed in Kibana since it was installed \(2026-01-01T/);
  });

  test('overwrites a change when told to, and knows it as its own again', async () => {
    const { kibana, run } = await start();
    await run();
    kibana.edit('dashboard', 'weir-overview', { title: 'Mine' });
    assert.deepEqual(await run({ overwrite: true }), outcomes('unchanged', 'updated'));
    assert.equal(kibana.get('dashboard', 'weir-overview')?.attributes['title'], 'weir: Overview');
    assert.deepEqual(await run({}, laterObjects()), outcomes('unchanged', 'updated'));
  });

  test('a user who takes a change back has changed nothing', async () => {
    const { kibana, run } = await start();
    await run();
    kibana.edit('dashboard', 'weir-overview', { title: 'Mine' });
    kibana.edit('dashboard', 'weir-overview', { title: 'weir: Overview' });
    assert.deepEqual(await run({}, laterObjects()), outcomes('unchanged', 'updated'));
  });

  test('fields counted by Discover are no change of the data view, another label is', async () => {
    const { kibana, run } = await start();
    await run();
    const fieldAttrs = String(kibana.get('index-pattern', 'weir-flows')?.attributes['fieldAttrs']);
    const attrs = JSON.parse(fieldAttrs) as Record<string, Record<string, unknown>>;
    attrs['client.ip']!['count'] = 3;
    attrs['no.label'] = { count: 1 };
    kibana.edit('index-pattern', 'weir-flows', { fieldAttrs: JSON.stringify(attrs) });
    assert.deepEqual(await run(), outcomes('unchanged', 'unchanged'));
    attrs['client.ip']!['customLabel'] = 'Mine';
    kibana.edit('index-pattern', 'weir-flows', { fieldAttrs: JSON.stringify(attrs) });
    assert.deepEqual(await run(), outcomes('kept', 'unchanged'));
  });

  test('what a newer Kibana has rewritten counts as untouched, and stays so once the time has changed, too', async () => {
    const { kibana, run } = await start();
    await run();
    kibana.migrate('dashboard', 'weir-overview', { panelsJSON: '[]', sections: [] });
    assert.deepEqual(await run(), outcomes('unchanged', 'unchanged'));
    kibana.edit('dashboard', 'weir-overview', {});
    assert.deepEqual(await run({}, laterObjects()), outcomes('unchanged', 'updated'));
  });

  test('takes over what was imported by hand and is the same', async () => {
    const { kibana, run } = await start();
    await run();
    kibana.objects.delete('default url/weir-setup');
    assert.deepEqual(await run(), outcomes('unchanged', 'unchanged'));
    assert.deepEqual(await run({}, laterObjects()), outcomes('unchanged', 'updated'));
  });

  test('leaves alone what was there before and differs', async () => {
    const { kibana, run } = await start();
    await run({}, laterObjects());
    kibana.objects.delete('default url/weir-setup');
    assert.deepEqual(await run(), outcomes('unchanged', 'kept'));
    assert.deepEqual(await run({ overwrite: true }), outcomes('unchanged', 'updated'));
  });

  test('removes a page that weir no longer ships, unless somebody has changed it', async () => {
    const { kibana, run } = await start();
    await run();
    const [dataView] = twoObjects();
    kibana.edit('dashboard', 'weir-overview', { title: 'Mine' });
    assert.deepEqual(await run({}, [dataView!]), outcomes('unchanged', 'kept'));
    kibana.edit('dashboard', 'weir-overview', { title: 'weir: Overview' });
    assert.deepEqual(await run({}, [dataView!]), outcomes('unchanged', 'removed'));
    assert.deepEqual(await run({}, [dataView!]), ['unchanged index-pattern/weir-flows']);
  });
});

describe('removing', () => {
  test('takes away all that was installed, and its own record', async () => {
    const { kibana, run } = await start();
    await run();
    assert.deepEqual(await run(REMOVE), outcomes('removed', 'removed'));
    assert.equal(kibana.objects.size, 0);
    assert.deepEqual(await run(REMOVE), []);
  });

  test('keeps a dashboard that a user has changed, and the data view that it needs', async () => {
    const { kibana, run } = await start();
    await run();
    kibana.edit('dashboard', 'weir-overview', { title: 'Mine' });
    assert.deepEqual(await run(REMOVE), outcomes('kept', 'kept'));
    assert.deepEqual(await run(INSTALL), outcomes('unchanged', 'kept'));
    assert.deepEqual(await run({ remove: true, overwrite: true }), outcomes('removed', 'removed'));
    assert.equal(kibana.objects.size, 0);
  });

  test('a dry run removes nothing', async () => {
    const { kibana, run } = await start();
    await run();
    assert.deepEqual(await run({ remove: true, dryRun: true }), outcomes('removed', 'removed'));
    assert.equal(kibana.objects.size, 3);
  });
});

describe('spaces and prefixes', () => {
  test('each space has its own objects under ids that no other space uses', async () => {
    const { kibana, run } = await start({ spaces: ['ops'] });
    await run();
    const created = await run({}, twoObjects(), { space: 'ops' });
    assert.deepEqual(created, ['created index-pattern/weir-flows-ops', 'created dashboard/weir-overview-ops']);
    const again = await run({}, twoObjects(), { space: 'ops' });
    assert.deepEqual(again, ['unchanged index-pattern/weir-flows-ops', 'unchanged dashboard/weir-overview-ops']);
    const dashboard = kibana.get('dashboard', 'weir-overview-ops', 'ops');
    assert.ok(dashboard?.references.every(({ id }) => id === 'weir-flows-ops'));
    assert.doesNotMatch(String(dashboard?.attributes['panelsJSON']), /"id":"weir-flows"/);
  });

  test('a space that does not exist is named', async () => {
    const { kibana, run } = await start({ spaces: ['ops'] });
    await assert.rejects(run({}, twoObjects(), { space: 'opps' }), refusal(/Kibana has no space opps/));
    assert.deepEqual(kibana.writes, []);
  });

  test('another index prefix gives another data view', async () => {
    const { kibana, run } = await start();
    await run({}, twoObjects(), { indexPrefix: 'lab' });
    const { title, name } = kibana.get('index-pattern', 'lab-flows')?.attributes ?? {};
    assert.deepEqual([title, name], ['lab-flows-*', 'weir flows (lab)']);
    assert.equal(kibana.get('dashboard', 'lab-overview')?.attributes['title'], 'weir: Overview (lab)');
  });
});

test('a page that stays because of an edit keeps what it is made of, and not the pages that it leads to', async () => {
  const { kibana, run } = await start();
  await run({}, shippedObjects());
  kibana.edit('dashboard', 'weir-records', { description: 'mine' });
  const report = await run(REMOVE, shippedObjects());
  assert.deepEqual(report.filter((line) => line.startsWith('kept')).sort(), [
    'kept dashboard/weir-records',
    'kept index-pattern/weir-flows',
    'kept links/weir-nav',
    'kept search/weir-records-flow-records',
    'kept tag/weir-tag',
  ]);
});

describe('a Kibana that does not fit or refuses', () => {
  for (const version of ['8.11.4', '7.17.20', '8.1.0']) {
    test(`refuses ${version} and names what is needed`, async () => {
      const { run } = await start({ version });
      await assert.rejects(run(), refusal(new RegExp(`Kibana ${version} is too old: .* 8\\.12 or later`)));
    });
  }

  for (const version of ['8.12.0', '8.19.3', '9.0.0', '10.2.1']) {
    test(`takes ${version}`, async () => {
      const { run } = await start({ version });
      assert.deepEqual(await run(), outcomes('created', 'created'));
    });
  }

  test('learns the version also where the status page hides it', async () => {
    const { run } = await start({ version: '8.11.0', hidesVersion: true });
    await assert.rejects(run(), refusal(/Kibana 8\.11\.0 is too old/));
  });

  test('asks for credentials where none are set', async () => {
    const { run } = await start({ authorization: 'ApiKey c2VjcmV0' });
    await assert.rejects(run(), refusal(/asks for credentials \(401\): set kibana\.username/));
  });

  test('says that the credentials are refused, without showing them', async () => {
    const { run } = await start({ authorization: 'ApiKey c2VjcmV0' });
    const error = await run({}, twoObjects(), { apiKey: 'wrong-key' }).catch((reason: unknown) => reason);
    assert.ok(error instanceof OutputError);
    assert.match(error.message, /refuses the credentials \(401\)/);
    assert.doesNotMatch(error.message, /wrong-key/);
  });

  test('sends an API key, or user name and password', async () => {
    const byKey = await start({ authorization: 'ApiKey c2VjcmV0' });
    assert.equal((await byKey.run({}, twoObjects(), { apiKey: 'c2VjcmV0' })).length, 2);
    await byKey.kibana.stop();
    // base64 of "elastic:pass:word"
    const byName = await start({ authorization: 'Basic ZWxhc3RpYzpwYXNzOndvcmQ=' });
    const credentials = { username: 'elastic', password: 'pass:word' };
    assert.equal((await byName.run({}, twoObjects(), credentials)).length, 2);
  });

  test('passes on why Kibana forbids it', async () => {
    const { run } = await start({ forbidsImport: true });
    await assert.rejects(run(), refusal(/forbids POST .*_import.* \(403\): Unable to bulk_create dashboard/));
  });

  test('names objects that Kibana does not import', async () => {
    const { run } = await start();
    const dashboards = twoObjects().filter(({ type }) => type === 'dashboard');
    await assert.rejects(run({}, dashboards), refusal(/did not import dashboard weir-overview: missing_references/));
  });

  test('goes by the base path, and hints at it when nothing is there', async () => {
    const { url, run } = await start({ basePath: '/kibana' });
    assert.deepEqual(await run(), outcomes('created', 'created'));
    const bare = { url: url.replace('/kibana', '') };
    await assert.rejects(run({}, twoObjects(), bare), refusal(/does not answer as Kibana \(404\).*base path/));
  });

  test('an address where nobody listens can be tried again', async () => {
    const { kibana, run } = await start();
    await kibana.stop();
    const error = await run().catch((reason: unknown) => reason);
    assert.ok(error instanceof OutputError);
    assert.match(error.message, /cannot reach Kibana at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*; does it run/);
    assert.equal(error.isRetriable, true);
  });

  test('tells https from http where the other was meant', async () => {
    const { url, run } = await start();
    const error = await run({}, twoObjects(), { url: url.replace('http:', 'https:') }).catch((reason: Error) => reason);
    assert.match((error as Error).message, /: [^\n]*; it seems to speak http:\/\/ there, not https:\/\/$/);
    // What a TLS server does to a request in plain text: it hangs up.
    const hangsUp = createServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => hangsUp.listen(0, '127.0.0.1', resolve));
    const { port } = hangsUp.address() as AddressInfo;
    const other = await run({}, twoObjects(), { url: `http://127.0.0.1:${port}` }).catch((reason: Error) => reason);
    hangsUp.close();
    assert.match((other as Error).message, /; perhaps it speaks https:\/\/ there$/);
  });

  for (const [name, answer, advice] of [
    [
      'Elasticsearch',
      [200, '{"cluster_name":"docker-cluster"}'],
      /that is Elasticsearch: kibana\.url is that of Kibana/,
    ],
    [
      'a redirect to a base path',
      [302, '', '/kibana'],
      /\(302\): leads to \/kibana; set kibana\.url with this base path/,
    ],
    ['a login page', [302, '', '/login?next=%2F'], /set kibana\.username and kibana\.password/],
  ] as const) {
    test(`knows ${name} where Kibana should be`, async () => {
      const { run } = await start();
      const [status, text, location] = answer;
      const other = createHttpServer((_, response) => {
        response.writeHead(status, location === undefined ? {} : { location }).end(text);
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      await assert.rejects(run({}, twoObjects(), { url: `http://127.0.0.1:${port}` }), refusal(advice));
      other.close();
      other.closeAllConnections();
    });
  }

  test('a certificate file that is missing is named', async () => {
    const { run } = await start();
    const options = { url: 'https://127.0.0.1:9', ca: '/nowhere/ca.pem' };
    await assert.rejects(run({}, twoObjects(), options), refusal(/cannot read kibana\.ca: .*\/nowhere\/ca\.pem/));
  });
});

/** An OutputError that trying again will not mend. */
function refusal(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof OutputError, String(error));
    assert.match(error.message, message);
    assert.equal(error.isRetriable, false);
    return true;
  };
}
