// Documents of ElastiFlow 3.5. The first test is a document that a user of ElastiFlow 3.5.1 published in September 2019
// (addresses completed, times taken for UTC): the datagram it must have come from is made by hand, the expected values are
// his. The others hold pipelines/elastiflow-3.5.yml and what is written to each other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pipeline } from '../../src/app/pipeline.ts';
import { configSchema } from '../../src/config.ts';
import { ElastiflowDocumenter } from '../../src/document/elastiflow-document.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { loadElastiflowFields } from '../../src/lib/elastiflow-fields.ts';
import { createLog } from '../../src/lib/log.ts';
import { loadSchema } from '../../src/lib/schema-file.ts';
import { bareFlow, host, maximalFlow } from './flows.ts';
import { fits, leaves } from './leaves.ts';

const RECEIVED = '2019-09-06T22:42:01.015Z';

const EXAMPLE = {
  '@timestamp': RECEIVED,
  '@version': '3.5.3',
  event: { host: '192.168.0.1', type: 'netflow' },
  flow: {
    autonomous_system: 'Google LLC (15169)',
    bytes: 1844, // shown as 1.801KB
    city: 'Mountain View',
    client_addr: '10.0.0.115',
    client_autonomous_system: 'private',
    client_hostname: '10.0.0.115',
    country: 'United States',
    country_code: 'US',
    direction: 'ingress',
    dst_addr: '216.58.196.131',
    dst_asn: 15169,
    dst_autonomous_system: 'Google LLC (15169)',
    dst_city: 'Mountain View',
    dst_country: 'United States',
    dst_country_code: 'US',
    dst_geo_location: { lat: 37.4043, lon: -122.0748 },
    dst_hostname: '216.58.196.131',
    dst_mask_len: 0,
    dst_port: 443,
    dst_port_name: 'https (TCP/443)',
    input_ifname: 'index: 0',
    input_snmp: '0',
    ip_protocol: 'TCP',
    ip_version: 'IPv4',
    next_hop: '0.0.0.0',
    output_ifname: 'index: 0',
    output_snmp: '0',
    packets: 25,
    sampling_interval: 0,
    server_addr: '216.58.196.131',
    server_asn: 15169,
    server_autonomous_system: 'Google LLC (15169)',
    server_city: 'Mountain View',
    server_country: 'United States',
    server_country_code: 'US',
    server_geo_location: { lat: 37.4043, lon: -122.0748 },
    server_hostname: '216.58.196.131',
    service_name: 'https (TCP/443)',
    service_port: 443,
    src_addr: '10.0.0.115',
    src_autonomous_system: 'private',
    src_hostname: '10.0.0.115',
    src_mask_len: 0,
    src_port: 43173,
    src_port_name: 'TCP/43173',
    tcp_flags: ['FIN', 'SYN', 'RST', 'PSH', 'ACK'],
    tos: 0,
    traffic_locality: 'public',
  },
  netflow: {
    dst_as: 0,
    engine_id: 0,
    engine_type: 0,
    first_switched: '2019-09-06T22:39:09.264Z',
    flow_records: 17,
    flow_seq_num: 0,
    last_switched: '2019-09-06T22:39:09.729Z',
    sampling_algorithm: 0,
    src_as: 0,
    version: 5,
  },
  node: { hostname: '192.168.0.1', ipaddr: '192.168.0.1' },
};

/** NetFlow v5 with 17 times the same record: exported at 22:42:01.000, 1000 s after the boot. */
function exampleDatagram(): Uint8Array {
  const RECORDS = 17;
  const exportMs = Date.parse('2019-09-06T22:42:01.000Z');
  const uptimeMs = 1_000_000;
  const octets = Buffer.alloc(24 + RECORDS * 48);
  octets.writeUInt16BE(5, 0);
  octets.writeUInt16BE(RECORDS, 2);
  octets.writeUInt32BE(uptimeMs, 4);
  octets.writeUInt32BE(exportMs / 1000, 8);
  for (let at = 24; at < octets.length; at += 48) {
    octets.set([10, 0, 0, 115, 216, 58, 196, 131], at);
    octets.writeUInt32BE(25, at + 16);
    octets.writeUInt32BE(1844, at + 20);
    octets.writeUInt32BE(uptimeMs - (exportMs - Date.parse('2019-09-06T22:39:09.264Z')), at + 24);
    octets.writeUInt32BE(uptimeMs - (exportMs - Date.parse('2019-09-06T22:39:09.729Z')), at + 28);
    octets.writeUInt16BE(43173, at + 32);
    octets.writeUInt16BE(443, at + 34);
    octets[at + 37] = 0x1f; // FIN SYN RST PSH ACK
    octets[at + 38] = 6;
  }
  return octets;
}

test('a document that ElastiFlow 3.5 wrote is written for the same datagram, field by field', async () => {
  const config = configSchema.parse({
    schema: 'elastiflow-3.5',
    timestamp: 'received',
    enrich: ['sampling', 'hosts', 'client-server', 'services', 'locality'],
  });
  const texts: string[] = [];
  const pipeline = new Pipeline(config, (_timestampMs, _id, text) => texts.push(text), createLog('silent'));
  // What the GeoLite2 databases of the time said.
  pipeline.onFlow = ({ destination }) => {
    Object.assign(destination!, {
      asNumber: 15169,
      asOrganization: 'Google LLC',
      cityName: 'Mountain View',
      countryName: 'United States',
      countryIsoCode: 'US',
      latitude: 37.4043,
      longitude: -122.0748,
    });
  };
  await pipeline.start();
  const datagram = { bytes: exampleDatagram(), exporterAddress: '192.168.0.1', exporterPort: 2055, id: 'a' };
  pipeline.decoder.decode({ ...datagram, receivedMs: Date.parse(RECEIVED) });
  pipeline.stop();
  assert.equal(texts.length, 17);
  assert.deepEqual(JSON.parse(texts[0]!), EXAMPLE);
});

const fields = new Map(loadElastiflowFields().map((field) => [field.name, field]));

function documentOf(flow: Flow): ReturnType<typeof JSON.parse> {
  const portName = (protocol: number, port: number): string => `${protocol}/${port}`;
  const documenter = new ElastiflowDocumenter({ timestamp: 'end', maxSkewMs: 1e6, portName });
  const text = documenter.flowDocument(flow);
  assert.match(text, /^[\x20-\x7e]+$/);
  return JSON.parse(text);
}

const v5Flow = (): Flow => {
  const flow = bareFlow('netflow_v5', {
    source: host('192.0.2.1', { threat: { lists: ['drop'], kinds: [] } }),
    destination: host('192.0.2.2', { threat: { lists: ['own'], kinds: ['botnet', 'spam'] } }),
    roleReason: 'address',
    observationDomainId: 0x0102,
  });
  flow.header = { records: 1, sequence: 77, samplingMode: 1 };
  return flow;
};

for (const [name, makeFlow] of [
  ['a flow that has everything', maximalFlow],
  ['a flow of NetFlow v5', v5Flow],
  ['an empty flow', () => bareFlow('ipfix')],
] as const) {
  test(`every field of ${name} has a row and the kind of value that it says`, () => {
    for (const [leaf, value] of leaves(documentOf(makeFlow()), '', new Map())) {
      const field = fields.get(leaf);
      assert.ok(field !== undefined, `${leaf} is not in pipelines/elastiflow-3.5.yml`);
      assert.ok(field.written, `${leaf} is written`);
      assert.ok(fits(field, value), `${leaf}: ${JSON.stringify(value)} is no ${field.type}`);
    }
  });
}

test('every row is written for some flow, and names fields of weir that there are', () => {
  const written = leaves(documentOf(maximalFlow()), '', leaves(documentOf(v5Flow()), '', new Map()));
  const known = new Set(loadSchema().flows.map((field) => field.name));
  const wanted = [...fields.values()].filter((field) => field.written).map((field) => field.name);
  assert.deepEqual(
    wanted.filter((name) => !written.has(name)),
    [],
  );
  assert.deepEqual(
    [...fields.values()].flatMap((field) => field.weir).filter((name) => !known.has(name)),
    [],
  );
});

test('what each protocol and address kind makes of a field', () => {
  const google = { asNumber: 15169, asOrganization: 'Google LLC', countryName: 'US', scope: 'public' } as const;
  const inner = { scope: 'private', domain: 'pc.example' } as const;
  const both = documentOf(
    bareFlow('ipfix', {
      source: host('8.8.8.8', google),
      destination: host('9.9.9.9', { asNumber: 19281, countryName: 'CH', scope: 'public' }),
      isClientSource: false,
      roleReason: 'service',
      sourceMac: '00-00-5E-00-53-23',
      protocolNumber: 58,
      ipVersion: 6,
      interval: 512,
    }),
  ).flow;
  assert.deepEqual(both.autonomous_system, ['Google LLC (15169)', 'AS19281 (19281)']);
  assert.deepEqual(both.country, ['US', 'CH']);
  assert.equal(both.server_addr, '8.8.8.8');
  assert.equal(both.client_addr, '9.9.9.9');
  assert.equal(both.src_mac, '00:00:5e:00:53:23');
  assert.equal(both.direction, 'unspecified');
  assert.equal(both.ip_protocol, 'IPV6-ICMP');
  assert.equal(both.src_port_name, 'IPV6-ICMP/0');
  assert.equal(both.sampling_interval, 512);
  const bad = documentOf(v5Flow()).flow;
  assert.deepEqual(bad.client_rep_tags, ['drop'], 'a list without a kind is named itself');
  assert.deepEqual(bad.server_rep_tags, ['botnet', 'spam']);
  assert.deepEqual(bad.rep_tags, ['drop', 'botnet', 'spam']);
  const one = documentOf(
    bareFlow('sflow_v5', {
      source: host('10.0.0.1', inner),
      destination: host('10.0.0.2', { scope: 'private' }),
      protocolNumber: 253,
      direction: 1,
    }),
  );
  assert.deepEqual(one.event, { type: 'sflow', host: '192.0.2.254' });
  assert.equal(one.flow.src_hostname, 'pc.example');
  assert.equal(one.flow.traffic_locality, 'private');
  assert.equal(one.flow.autonomous_system, undefined);
  assert.equal(one.flow.direction, 'egress');
  assert.equal(one.flow.ip_protocol, 'UNKNOWN(253)');
  assert.equal(one.netflow, undefined);
});
