// The image and the compose file, as far as they can be checked without a Docker engine: that they name files that are
// there and reach the engine, and services, ports and settings that fit the program.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/lib/package-root.ts';

interface Service {
  readonly image?: string;
  readonly command?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const dockerfile = read('docker/Dockerfile');
const compose = parse(read('docker/compose.yml')) as Compose;

test('every file that the image copies is there and not kept from the engine', () => {
  const sources = copiedSources();
  assert.ok(sources.includes('package.json') && sources.includes('src') && sources.includes('pipelines'));
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  for (const source of sources) {
    assert.ok(existsSync(join(packageRoot, source)), `${source} exists`);
    assert.ok(
      allowed.some((path) => source === path || source.startsWith(`${path}/`)),
      `${source} is let through by .dockerignore`,
    );
  }
});

test('the image holds what the package ships, and runs as a user who is not root', () => {
  const shipped = (JSON.parse(read('package.json')) as { files: string[] }).files;
  for (const entry of shipped) {
    const folder = entry.split('/')[0]!;
    assert.match(dockerfile, new RegExp(`COPY .*\\b${folder}\\b`), `${folder} is copied`);
  }
  assert.match(dockerfile, /^USER [1-9]\d*/m);
  assert.match(
    dockerfile,
    /^HEALTHCHECK [^\n]*\\\n {2}CMD \["node", "-e", "fetch\('http:\/\/127\.0\.0\.1:9747\/healthz'\)/m,
  );
});

test('the image and weir listen on the same ports', () => {
  const { input } = parse(read('pipelines/weir.yml')) as { input: { listen: number[] } };
  const exposed = [...dockerfile.matchAll(/(\d+)\/udp/g)].map((match) => Number(match[1]));
  assert.deepEqual(exposed, input.listen);
  assert.deepEqual(
    compose.services['weir']?.ports,
    input.listen.map((port) => `${port}:${port}/udp`),
  );
});

test('every service has an image, known volumes and dependencies, and those that are waited for a health check', () => {
  assert.deepEqual(Object.keys(compose.services).sort(), ['elasticsearch', 'kibana', 'setup', 'weir']);
  for (const [name, service] of Object.entries(compose.services)) {
    assert.ok(service.image, `${name} has an image`);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0]!;
      const isThere = source.startsWith('.')
        ? existsSync(join(packageRoot, 'docker', source))
        : source in compose.volumes;
      assert.ok(isThere, `${name}: volume ${source}`);
    }
    for (const [other, condition] of dependencies(service)) {
      const dependency = compose.services[other];
      assert.ok(dependency, `${name} depends on ${other}`);
      if (condition === 'service_healthy') assert.ok(dependency.healthcheck?.test, `${other} has a health check`);
    }
  }
});

test('weir and its set-up are of one image and use commands and settings that exist', () => {
  const { weir, setup } = compose.services;
  assert.equal(weir?.image, setup?.image);
  assert.equal(join('docker', weir?.build?.context ?? ''), '.');
  assert.ok(existsSync(join(packageRoot, weir?.build?.dockerfile ?? '-')));
  for (const service of [weir, setup]) {
    assert.ok(existsSync(join(packageRoot, 'src', 'cli', `${service?.command}.ts`)), `weir ${service?.command}`);
    assert.deepEqual(Object.keys(service?.environment ?? {}), ['WEIR_ELASTICSEARCH_URL', 'WEIR_KIBANA_URL']);
  }
});

test('Elasticsearch and Kibana, which have no passwords here, are bound to this machine unless told otherwise', () => {
  for (const name of ['elasticsearch', 'kibana']) {
    for (const port of compose.services[name]?.ports ?? []) {
      assert.ok(port.startsWith('$' + '{LISTEN:-127.0.0.1}:'), `${name}: ${port}`);
    }
  }
});

/** Sources of COPY from the build context; those from the build stage are made there. */
function copiedSources(): string[] {
  const sources: string[] = [];
  for (const [, list] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) sources.push(...list!.split(' '));
  return sources;
}

function dependencies(service: Service): [name: string, condition: string][] {
  const needs = service.depends_on ?? [];
  if (!isMap(needs)) return needs.map((name) => [name, 'service_started']);
  return Object.entries(needs).map(([name, { condition }]) => [name, condition]);
}

function isMap<Value>(
  needs: readonly string[] | Readonly<Record<string, Value>>,
): needs is Readonly<Record<string, Value>> {
  return !Array.isArray(needs);
}

function read(path: string): string {
  return readFileSync(join(packageRoot, path), 'utf8');
}
