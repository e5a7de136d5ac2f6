// The world of the demo, from pipelines/demo.yml: read, checked, and made ready to draw from.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../lib/errors.ts';
import { packageRoot } from '../lib/package-root.ts';
import { type Prefix, parsePrefix } from './prefix.ts';

const prefix = z.string().transform((text, context): Prefix => {
  const parsed = parsePrefix(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: `not an address prefix: ${text}` });
  return z.NEVER;
});
const count = z.int().min(1);
const port = z.int().min(0).max(65535);

const exporter = z.strictObject({
  name: z.string(),
  protocol: z.enum(['netflow5', 'netflow9', 'ipfix', 'sflow5']),
  address: prefix,
  domain: z.int().min(0),
  sampling: count,
  share: z.number().positive(),
  clients4: prefix,
  clients6: prefix.optional(),
  hosts: count,
  nat4: prefix.optional(),
  vlan: z.int().min(1).max(4094).optional(),
  interfaces: z
    .array(
      z.strictObject({ index: count, name: z.string().max(32), description: z.string().max(64), speed: z.number() }),
    )
    .min(2),
});

const service = z.strictObject({
  name: z.string(),
  protocol: z.enum(['tcp', 'udp', 'icmp', 'esp']),
  port,
  weight: z.number().positive(),
  up: z.number().min(0),
  down: z.number().min(0),
  packet: z.int().min(64).max(1500).default(1400),
  spread: z.number().positive(),
  seconds: z.number().positive(),
  to: z.array(z.string()).min(1),
  inbound: z.boolean().default(false),
  dscp: z.int().min(0).max(63).default(0),
  app: z.int().min(0).max(0xffffff),
});

const servers = z.strictObject({ prefix, hosts: count, as: z.int().min(0), weight: z.number().positive() });

const event = z.strictObject({
  kind: z.enum(['port-scan', 'udp-flood', 'syn-flood', 'backup']),
  exporter: z.string(),
  from: prefix,
  to: prefix,
  port: port.default(0),
  start: z.number().min(0),
  every: z.number().positive(),
  seconds: z.number().positive(),
  share: z.number().min(0).max(1),
  daily: z.int().min(0).max(23).optional(),
});

const schema = z.strictObject({
  exporters: z.array(exporter).min(1),
  services: z.array(service).min(1),
  servers: z.record(z.string(), z.array(servers).min(1)),
  world: z.array(z.string()).min(1),
  events: z.array(event),
});

export type World = z.output<typeof schema>;
export type WorldExporter = World['exporters'][number];
export type WorldService = World['services'][number];
export type WorldServers = World['servers'][string][number];
export type WorldEvent = World['events'][number];

/** Reads the world; throws ConfigError naming the first key that does not fit. */
export function loadWorld(path = join(packageRoot, 'pipelines', 'demo.yml')): World {
  const result = schema.safeParse(parse(readFileSync(path, 'utf8')));
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new ConfigError(`${path}: ${issue.path.join('.')}`, undefined, issue.message, { cause: result.error });
  }
  const world = result.data;
  for (const [index, { to }] of world.services.entries()) {
    for (const group of to) {
      if (world.servers[group] === undefined) {
        throw new ConfigError(
          `${path}: services.${index}.to`,
          group,
          `one of ${Object.keys(world.servers).join(', ')}`,
        );
      }
    }
  }
  return world;
}
