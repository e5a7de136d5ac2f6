// One Redis is not like another: TLS with an ACL user, a cluster of three, a sentinel and a failover. All real.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RedisStreams } from '../../src/cluster/redis.ts';
import type { RedisConnection } from '../../src/cluster/redis-options.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { freePort, type OwnRedis, ownRedis, ownSentinel, redisSkip } from '../helpers/redis.ts';
import { toolSkip } from '../helpers/tools.ts';
import { waitFor } from '../helpers/wait.ts';
import { TestAuthority } from '../input/tcp-certificates.ts';
import { batchOf, streamsOn, temporaryFolder } from './support.ts';

const options = { skip: redisSkip, timeout: 60_000 };
const PARTITIONS = 16;

/** All that receivers and workers ask, in every partition. */
async function useAll(redis: RedisStreams): Promise<void> {
  assert.equal(await redis.agree(PARTITIONS), PARTITIONS);
  assert.deepEqual(await redis.attend('w', 60_000), ['w']);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const batch = batchOf('r', [partition]);
    assert.deepEqual(await redis.add(partition, 'r', batch, 1, 1e6), { outcome: 'added' });
    const { owner, saves } = (await redis.acquire(partition, 'w', 60_000))!;
    assert.deepEqual((await redis.claim(partition, owner, 'w', '0-0', 10)).entries, []);
    const [entry] = await redis.take(partition, owner, 'w', 10);
    assert.deepEqual(entry?.body, batch.body);
    const state = new Map([['key', `${partition}`]]);
    await redis.save(partition, owner, saves, {
      ids: [entry.id],
      bytes: batch.body.length,
      datagrams: 1,
      timeMs: 1,
      state,
    });
    assert.deepEqual(await redis.state(partition), state);
    assert.deepEqual(await redis.lag(partition), { bytes: 0, datagrams: 0 });
    assert.equal(await redis.renew(partition, owner, 60_000, 1), true);
    await redis.release(partition, owner);
  }
  await redis.leave('w');
}

test(
  'TLS, client certificates, and an ACL user who may do what docs/scaling.md says and no more',
  options,
  async (t) => {
    const authority = new TestAuthority('authority');
    const own = authority.issue('redis');
    const folder = temporaryFolder(t);
    const [ca, certificate, key] = ['ca.pem', 'weir.pem', 'key.pem'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(ca, authority.certificate);
    writeFileSync(certificate, own.certificate);
    writeFileSync(key, own.key);
    const tlsPort = await freePort();
    const files = ['--tls-ca-cert-file', ca, '--tls-cert-file', certificate, '--tls-key-file', key];
    const redis = await ownRedis(t, ['--tls-port', `${tlsPort}`, ...files]);
    const rules = /ACL SETUSER weir on '>PASSWORD' (.*)/.exec(
      readFileSync(join(packageRoot, 'docs/scaling.md'), 'utf8'),
    );
    assert.ok(rules, 'the page shows the rules');
    const words = rules[1]!.replaceAll("'", '').split(' ');
    await redis.client().call('ACL', 'SETUSER', 'weir', 'on', '>secret', ...words);
    const url = `rediss://127.0.0.1:${tlsPort}`;
    const secured: Partial<RedisConnection> = { username: 'weir', password: 'secret', ca, certificate, key };
    await useAll(await streamsOn(t, url, secured));
    const inUrl = await streamsOn(t, url.replace('//', '//weir:secret@'), { ca, certificate, key });
    assert.equal(await inUrl.agree(1), PARTITIONS);
    for (const wrong of [{ password: 'wrong' }, { ca: undefined }, { certificate: undefined, key: undefined }]) {
      const refused = await streamsOn(t, url, { ...secured, ...wrong });
      await assert.rejects(refused.agree(1), JSON.stringify(wrong));
    }
  },
);

test('a cluster of three', { ...options, skip: redisSkip || toolSkip('redis-cli') }, async (t) => {
  const nodes: OwnRedis[] = [];
  for (let i = 0; i < 3; i++) {
    nodes.push(await ownRedis(t, ['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`]));
  }
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { timeout: 30_000 });
  const client = nodes[0]!.client();
  await waitFor('the cluster is up', async () => /cluster_state:ok/.test(String(await client.cluster('INFO'))));
  const redis = await streamsOn(t, nodes[0]!.url, { mode: 'cluster' });
  await useAll(redis);
  const sizes = await Promise.all(nodes.map((node) => node.client().dbsize()));
  assert.ok(
    sizes.every((size) => size > 0),
    `keys per node: ${sizes.join(' ')}`,
  );
});

test('a sentinel names the master, also after a failover', options, async (t) => {
  const master = await ownRedis(t);
  const replica = await ownRedis(t, ['--replicaof', '127.0.0.1', `${master.port}`]);
  const sentinel = await ownSentinel(t, master.port);
  const redis = await streamsOn(t, sentinel.url, { mode: 'sentinel', master: 'weir' });
  await useAll(redis);
  const watcher = sentinel.client();
  const knowsReplica = async () => ((await watcher.call('SENTINEL', 'REPLICAS', 'weir')) as unknown[]).length === 1;
  await waitFor('the sentinel knows the replica', knowsReplica);
  await waitFor('the replica has it all', async () => (await replica.client().exists('weir:{p15}:state')) === 1);
  await master.kill();
  let number: number | undefined;
  const works = async () => {
    number = await redis.agree(1).catch(() => undefined);
    return number !== undefined;
  };
  await waitFor('the replica is master', works, 30_000);
  assert.equal(number, PARTITIONS);
});
