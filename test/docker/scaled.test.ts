// The scaled form in containers, as far as it can be checked without an engine: compose file and chart name commands,
// settings and ports that weir has.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { METRICS } from '../../src/app/metrics.ts';
import { WORK_METRICS } from '../../src/app/scaled-metrics.ts';
import { variableName } from '../../src/config/environment.ts';
import { type KeyNode, keysOf } from '../../src/config/keys.ts';
import { configSchema } from '../../src/config.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { renderChart } from './render-chart.ts';

interface Service {
  readonly image?: string;
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}
interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom?: unknown;
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol?: string }[];
  readonly volumeMounts: readonly { readonly name: string }[];
  readonly livenessProbe: { readonly httpGet: { readonly port: string } };
}
interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: object; readonly annotations: Readonly<Record<string, string>> };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
        readonly volumes?: readonly { readonly name: string }[];
      };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}

const compose = read('docker/compose.yml');
const scaled = read('docker/compose.scale.yml');
const chart = join(packageRoot, 'docker', 'helm');
const variables = new Set(variablesOf(keysOf(configSchema)));

test('the compose file lays receiver, workers and Redis over the whole system', () => {
  const services = { ...compose.services, ...scaled.services };
  assert.deepEqual(Object.keys(scaled.services).sort(), ['geoip', 'redis', 'weir', 'work']);
  assert.deepEqual([services['weir']?.command, services['work']?.command], ['receive', 'work']);
  for (const [name, service] of Object.entries(scaled.services)) {
    for (const other of service.depends_on ?? []) assert.ok(other in services, `${name} depends on ${other}`);
    for (const variable of Object.keys(service.environment ?? {})) assert.ok(variables.has(variable), variable);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0]!;
      const isThere = source.startsWith('.')
        ? existsSync(join(packageRoot, 'docker', source))
        : source in { ...compose.volumes, ...scaled.volumes };
      assert.ok(isThere, volume);
    }
  }
  assert.match(scaled.services['redis']?.command ?? '', /--appendonly yes .*--maxmemory-policy noeviction/);
});

test('the chart makes receivers with ports and spool, and workers that follow the lag', () => {
  const objects = renderChart(chart) as unknown as Workload[];
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    [
      'StatefulSet test-receive',
      'Service test-receive',
      'Service test-receivers',
      'PodDisruptionBudget test-receive',
      'HorizontalPodAutoscaler test-work',
      'Deployment test-work',
      'PodDisruptionBudget test-work',
    ],
  );
  const [receive, service, , , autoscaler, work] = objects;
  assert.equal((receive!.spec as unknown as { serviceName: string }).serviceName, 'test-receivers');
  for (const workload of [receive!, work!]) {
    const { terminationGracePeriodSeconds } = workload.spec.template.spec;
    assert.equal(terminationGracePeriodSeconds, 30, '5 s before the stop, and more than twice its timeout');
    const { selector, template, volumeClaimTemplates = [] } = workload.spec;
    const container = template.spec.containers[0]!;
    const command = container.args[0]!;
    assert.ok(existsSync(join(packageRoot, 'src', 'cli', `${command}.ts`)), command);
    for (const { name, value } of container.env) {
      assert.ok(variables.has(name), name);
      assert.equal(typeof value, 'string', name);
    }
    assert.deepEqual({ ...template.metadata.labels, ...selector.matchLabels }, template.metadata.labels);
    const volumes = [...(template.spec.volumes ?? []), ...volumeClaimTemplates.map(({ metadata }) => metadata)];
    for (const { name } of container.volumeMounts)
      assert.ok(
        volumes.some((volume) => volume.name === name),
        name,
      );
    const metrics = container.ports.find(({ name }) => name === container.livenessProbe.httpGet.port);
    assert.equal(template.metadata.annotations['prometheus.io/port'], String(metrics?.containerPort));
    assert.ok(
      container.env.some(
        ({ name, value }) => name === 'WEIR_METRICS_LISTEN' && value.endsWith(`:${metrics?.containerPort}`),
      ),
    );
  }
  const udp = receive!.spec.template.spec.containers[0]!.ports.filter(({ protocol }) => protocol === 'UDP');
  assert.deepEqual(
    udp.map(({ containerPort }) => containerPort),
    [2055, 4739, 6343],
  );
  const { ports } = service!.spec as unknown as { ports: { targetPort: string; port: number }[] };
  assert.deepEqual(
    ports.map(({ targetPort }) => targetPort),
    udp.map(({ name }) => name),
  );
  assert.ok(
    udp.every(({ name }) => name.length <= 15),
    'Kubernetes allows no longer names',
  );
  const metric = JSON.stringify(autoscaler).match(/"name":"weir_(\w+)"/)?.[1];
  assert.ok(
    [...WORK_METRICS, ...METRICS].some(({ name }) => name === metric),
    metric,
  );
  assert.equal(work!.spec.replicas, undefined, 'the autoscaler sets it');
});

test('without autoscaling there are as many workers as told; secrets and settings reach both', () => {
  const objects = renderChart(chart, {
    env: { WEIR_REDIS_PARTITIONS: 32 },
    existingSecret: 'weir-secret',
    work: { replicas: 5, autoscaling: { enabled: false } },
  }) as unknown as Workload[];
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['StatefulSet', 'Service', 'Service', 'PodDisruptionBudget', 'Deployment', 'PodDisruptionBudget'],
  );
  const work = objects[4]!;
  assert.equal(work.spec.replicas, 5);
  for (const workload of [objects[0]!, work]) {
    const container = workload.spec.template.spec.containers[0]!;
    assert.deepEqual(container.envFrom, [{ secretRef: { name: 'weir-secret' } }]);
    assert.deepEqual(container.env.find(({ name }) => name === 'WEIR_REDIS_PARTITIONS')?.value, '32');
  }
});

test('a configuration file of the user reaches all of them, and a change of it starts them anew', () => {
  const config = 'log:\n  level: debug\n';
  const kibana = { url: 'http://kibana:5601' };
  const [map, ...objects] = renderChart(chart, { config, kibana }) as unknown as [
    { kind: string; data: object },
    ...Workload[],
  ];
  assert.deepEqual([map.kind, map.data], ['ConfigMap', { 'weir.yml': config }]);
  const workloads = objects.filter(({ kind }) => ['StatefulSet', 'Deployment', 'Job'].includes(kind));
  assert.equal(workloads.length, 3);
  for (const { kind, spec } of workloads) {
    const { containers, volumes = [] } = spec.template.spec;
    assert.equal(containers[0]!.args[1], '--config=/etc/weir/weir.yml', kind);
    assert.ok(
      containers[0]!.volumeMounts.some(({ name }) => name === 'config') &&
        volumes.some(({ name }) => name === 'config'),
    );
    if (kind !== 'Job') assert.match(spec.template.metadata.annotations['checksum/config']!, /^[0-9a-f]{64}$/);
  }
});

test('no container is root, may gain privileges, or writes outside its volumes', () => {
  const objects = renderChart(chart, { kibana: { url: 'http://kibana:5601' } }) as unknown as Workload[];
  let count = 0;
  for (const { spec } of objects.filter(({ spec }) => spec.template !== undefined)) {
    const {
      containers,
      initContainers = [],
      ...pod
    } = spec.template.spec as unknown as {
      containers: { securityContext: object }[];
      initContainers?: { securityContext: object }[];
      securityContext: { runAsNonRoot: boolean; runAsUser: number; seccompProfile: object };
    };
    assert.deepEqual([pod.securityContext.runAsNonRoot, pod.securityContext.runAsUser], [true, 1000]);
    assert.deepEqual(pod.securityContext.seccompProfile, { type: 'RuntimeDefault' });
    for (const { securityContext } of [...containers, ...initContainers]) {
      count++;
      assert.deepEqual(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  }
  assert.equal(count, 4);
  for (const [name, service] of Object.entries({ ...compose.services, ...scaled.services })) {
    if (service.image !== 'weir' || service.command === 'receive') continue; // which is laid over weir's
    assert.deepEqual([service.read_only, service.cap_drop], [true, ['ALL']], name);
  }
  assert.equal(compose.services['weir']?.read_only, true);
});

function read(path: string): Compose {
  return parse(readFileSync(join(packageRoot, path), 'utf8')) as Compose;
}

function variablesOf(node: KeyNode, path: readonly string[] = []): string[] {
  if (node.children === undefined) return [variableName(path)];
  return [...node.children].flatMap(([name, child]) => variablesOf(child, [...path, name]));
}
