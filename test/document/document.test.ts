import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Documenter, type DocumentOptions } from '../../src/document/document.ts';
import type { InterfaceFacts } from '../../src/flow/exporter.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { bareFlow, host, maximalFlow, RECEIVED_MS } from './flows.ts';

const HOUR_MS = 3_600_000;
const DEFAULTS: DocumentOptions = { timestamp: 'end', maxSkewMs: HOUR_MS, fillSides: false, dropped: new Set() };

const EVENT = { kind: 'event', category: ['network'], type: ['connection'], dataset: 'weir.flow' };
const CREATED = '2026-11-21T03:45:15.007Z';

function textOf(flow: Flow, options: Partial<DocumentOptions> = {}): string {
  return new Documenter({ ...DEFAULTS, ...options }).flowDocument(flow);
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach into parsed documents
function parsed(flow: Flow, options: Partial<DocumentOptions> = {}): any {
  return JSON.parse(textOf(flow, options));
}

test('a flow of which nothing is known has only its exporter and the constants', () => {
  assert.deepEqual(parsed(bareFlow('netflow_v1')), {
    '@timestamp': CREATED,
    ecs: { version: '8.11.0' },
    event: { ...EVENT, created: CREATED },
    observer: { ip: '192.0.2.254', name: '192.0.2.254' },
    flow: { export: { protocol: 'netflow_v1' } },
  });
});

test('a TCP flow of NetFlow v5 becomes a document with roles, service and sampling', () => {
  const flow = bareFlow('netflow_v5', {
    sourceIp: '203.0.113.5',
    destinationIp: '192.0.2.1',
    source: host('203.0.113.5', {
      asNumber: 64500,
      asOrganization: 'Example',
      countryIsoCode: 'NL',
      latitude: 52,
      longitude: 4.5,
    }),
    destination: host('192.0.2.1', { domain: 'pc.example' }),
    sourcePort: 443,
    destinationPort: 50000,
    protocolNumber: 6,
    sourceAs: 64999,
    destinationAs: 64501,
    sourceMask: 16,
    destinationMask: 24,
    nextHopIp: '192.0.2.253',
    tcpFlags: 0x1b,
    tos: 0,
    inputInterface: 1,
    outputInterface: 2,
    startMs: RECEIVED_MS - 61_000,
    endMs: RECEIVED_MS - 1000,
    bytes: 150_000,
    packetCount: 1000,
    interval: 100,
    intervalSource: 'header',
    sampledBytes: 1500,
    sampledPackets: 10,
    isClientSource: false,
    roleReason: 'service',
    serviceName: 'https (TCP/443)',
    servicePort: 443,
    locality: 'public',
    networkDirection: 'inbound',
  });
  const remote = {
    ip: '203.0.113.5',
    as: { number: 64500, organization: { name: 'Example' } },
    geo: { country_iso_code: 'NL', location: { lat: 52, lon: 4.5 } },
    port: 443,
  };
  const local = { ip: '192.0.2.1', domain: 'pc.example', as: { number: 64501 }, port: 50000 };
  assert.deepEqual(parsed(flow), {
    '@timestamp': '2026-11-21T03:45:14.007Z',
    ecs: { version: '8.11.0' },
    event: {
      ...EVENT,
      start: '2026-11-21T03:44:14.007Z',
      end: '2026-11-21T03:45:14.007Z',
      duration: 60_000_000_000,
      created: CREATED,
    },
    source: remote,
    destination: local,
    client: local,
    server: remote,
    network: {
      type: 'ipv4',
      transport: 'tcp',
      iana_number: '6',
      bytes: 150_000,
      packets: 1000,
      direction: 'inbound',
    },
    observer: {
      ip: '192.0.2.254',
      name: '192.0.2.254',
      ingress: { interface: { id: '1' } },
      egress: { interface: { id: '2' } },
    },
    flow: {
      export: { protocol: 'netflow_v5' },
      role: { reason: 'service' },
      conversation: '192.0.2.1 > 203.0.113.5 https (TCP/443)',
      service: { name: 'https (TCP/443)', port: 443 },
      locality: 'public',
      source: { mask_length: 16 },
      destination: { mask_length: 24 },
      dscp: 'CS0',
      ecn: 'Not-ECT',
      tos: 0,
      tcp_flags: ['FIN', 'SYN', 'PSH', 'ACK'],
      tcp_flags_bits: 27,
      tcp_state: 'closed',
      sampling: { interval: 100, source: 'header' },
      sampled: { bytes: 1500, packets: 10 },
      next_hop: { ip: '192.0.2.253' },
    },
  });
});

test('an ICMPv6 flow has type, code and name, and neither ports nor TCP flags', () => {
  const flow = bareFlow('ipfix', {
    templateId: 300,
    sourceIp: '2001:db8::1',
    destinationIp: '2001:db8::2',
    sourcePort: 0,
    destinationPort: 32768,
    protocolNumber: 58,
    tcpFlags: 0,
    icmpType: 128,
    icmpCode: 0,
    roleReason: 'icmp',
    endMs: RECEIVED_MS,
  });
  assert.deepEqual(parsed(flow), {
    '@timestamp': CREATED,
    ecs: { version: '8.11.0' },
    event: { ...EVENT, end: CREATED, created: CREATED },
    source: { ip: '2001:db8::1' },
    destination: { ip: '2001:db8::2' },
    client: { ip: '2001:db8::1' },
    server: { ip: '2001:db8::2' },
    network: { type: 'ipv6', transport: 'ipv6-icmp', iana_number: '58' },
    observer: { ip: '192.0.2.254', name: '192.0.2.254' },
    flow: {
      export: { protocol: 'ipfix', domain_id: '0', template_id: '300' },
      role: { reason: 'icmp' },
      conversation: '2001:db8::1 > 2001:db8::2 ipv6-icmp',
      icmp: { type: 128, code: 0, name: 'echo request' },
    },
  });
});

test('a biflow sums both directions for the network and gives each side its own', () => {
  const document = parsed(maximalFlow());
  assert.deepEqual(document.network, {
    type: 'ipv4',
    transport: 'tcp',
    iana_number: '6',
    bytes: 73_000,
    packets: 80,
    direction: 'outbound',
    community_id: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
    application: 'office365',
    vlan: { id: '100' },
    inner: { vlan: { id: '200' } },
  });
  const { client, server, source, destination } = document;
  assert.deepEqual([source.bytes, source.packets, destination.bytes, destination.packets], [3000, 30, 70_000, 50]);
  assert.deepEqual([client.bytes, client.packets, server.bytes, server.packets], [3000, 30, 70_000, 50]);
  assert.deepEqual(source.nat, { ip: '198.51.100.1', port: 61_000 });
  assert.equal(destination.mac, '00-00-5E-00-53-02');
});

test('the topics of the section flow and the observer are written with names', () => {
  const { event, flow, observer, user } = parsed(maximalFlow());
  assert.deepEqual(event.type, ['connection', 'denied']);
  assert.deepEqual(observer, {
    ip: '192.0.2.254',
    name: 'edge-1',
    geo: { name: 'Berlin-2' },
    ingress: { interface: { id: '3', name: 'ge-0/0/3', alias: 'customers' } },
    egress: { interface: { id: '4', name: 'ge-0/0/4', alias: 'uplink' } },
  });
  assert.deepEqual(user, { name: 'alice' });
  assert.deepEqual(flow, {
    export: { protocol: 'netflow_v9', domain_id: '7', template_id: '256' },
    role: { reason: 'biflow' },
    conversation: '192.0.2.1 > 203.0.113.5 https (TCP/443)',
    service: { name: 'https (TCP/443)', port: 443 },
    locality: 'public',
    source: {
      mask_length: 24,
      mac_vendor: 'Cisco Systems, Inc',
      vlan: '10',
      network: 'offices',
      tags: ['wifi', 'guests'],
    },
    destination: {
      mask_length: 16,
      mac_vendor: 'Juniper Networks',
      vlan: '20',
      network: 'offices',
      tags: ['wifi', 'guests'],
    },
    client: { network: 'offices', tags: ['wifi', 'guests'] },
    server: { network: 'offices', tags: ['wifi', 'guests'] },
    dscp: 'EF',
    ecn: 'Not-ECT',
    tos: 184,
    tcp_flags: ['SYN', 'ACK'],
    tcp_flags_bits: 18,
    tcp_state: 'established',
    split: { part: 2, parts: 3 },
    ttl: 64,
    fragment_offset: 185,
    sampling: { interval: 10, source: 'sampler' },
    sampled: { bytes: 7300, packets: 8 },
    direction: 'ingress',
    duplicate: true,
    exporter: { tags: ['core'] },
    ingress: { speed: 10_000_000_000 },
    egress: { speed: 1_000_000_000 },
    next_hop: { ip: '192.0.2.253' },
    bgp: {
      next_hop: { ip: '192.0.2.252' },
      as_path: [64510, 4_200_000_000],
      destination_peer: { as: 64510 },
      source_peer: { as: 64499 },
      communities: ['64512:100'],
      source_communities: ['64500:1:2'],
      local_preference: 100,
    },
    discard: { reason: 'unresolved neighbor' },
    tunnel: {
      type: 'vxlan',
      id: '100',
      outer: { source: { ip: '192.0.2.10' }, destination: { ip: '192.0.2.20' } },
      inner: {
        source: { ip: '10.0.0.1', port: 1234 },
        destination: { ip: '2001:db8::2', port: 443 },
        transport: 'tcp',
        iana_number: '6',
      },
    },
    vrf: { ingress: 'red', egress: 'blue' },
    mpls: { labels: ['16', '1048575'] },
    end_reason: 'idle timeout',
    forwarding: { status: 'dropped', reason: 'acl deny' },
    event: ['flow denied', 'NAT44 session create'],
    count: 12,
    application: { id: '13:453' },
    wlan: { ssid: 'guests', bssid: '00-00-5E-00-53-03' },
    http: { host: 'www.example.com' },
    dns: { name: 'example.com' },
    threat: { side: 'destination', kind: 'botnet' },
    tls: { server_name: 'example.org' },
    id: '742820223',
    firewall: {
      reason: 'ingress acl',
      ingress_acl: '0f8e7ff3-fc1a030f-00000000',
      egress_acl: '0f8e7ff3-fc1a030f-00000001',
    },
    nat: {
      port_block: { start: 1024, end: 1534, step: 2, size: 256 },
      limit: 'maximum entries per user',
      pool: 'cgn-1',
      instance: '1',
    },
    latency: { client: 12, server: 2.5, application: 33.333 },
    total: { bytes: 90_000, packets: 300 },
  });
});

test('an interface is called by the table, then the record, then option data, then SNMP', () => {
  const flow = bareFlow('ipfix', { inputInterface: 3, outputInterface: 4, inputInterfaceName: 'of the record' });
  const { exporter, facts } = flow;
  const snmp = (name: string) => ({ name, alias: `${name} alias`, speed: 1000 });
  exporter.polled = {
    name: 'snmp',
    interfaces: new Map([
      [3, snmp('snmp3')],
      [4, snmp('snmp4')],
    ]),
  };
  const names = () => {
    exporter.json = undefined;
    const { observer, flow: section } = parsed(flow);
    const { ingress, egress, name } = observer;
    return [name, ingress.interface.name, ingress.interface.alias, egress.interface.name, section.ingress.speed];
  };
  assert.deepEqual(names(), ['snmp', 'of the record', 'snmp3 alias', 'snmp4', 1000]);
  facts.interfaceNames.set(3, 'option3').set(4, 'option4');
  facts.interfaceDescriptions.set(3, 'option alias');
  assert.deepEqual(names(), ['snmp', 'of the record', 'option alias', 'option4', 1000]);
  const own = { name: 'own', alias: 'own alias', speed: 5 };
  exporter.tableInterfaces = new Map<number, InterfaceFacts>([
    [3, own],
    [4, { ...own, name: undefined }],
  ]);
  exporter.table = { name: 'own', site: undefined, tags: undefined };
  assert.deepEqual(names(), ['own', 'own', 'own alias', 'option4', 5]);
});

test('the ends of a flow that are on lists are named, and which they are', () => {
  const listed = { threat: { lists: ['drop'], kinds: [] } };
  const both = bareFlow('netflow_v5', {
    sourceIp: '203.0.113.7',
    destinationIp: '2001:db8::7',
    source: host('203.0.113.7', { threat: { lists: ['drop', 'own'], kinds: ['botnet'] } }),
    destination: host('2001:db8::7', listed),
  });
  assert.deepEqual(parsed(both)['threat'], {
    feed: { name: ['drop', 'own'] },
    indicator: { ip: ['203.0.113.7', '2001:db8::7'], type: ['ipv4-addr', 'ipv6-addr'] },
  });
  assert.deepEqual(parsed(both)['flow'].threat, { side: ['source', 'destination'], kind: 'botnet' });
  const one = bareFlow('netflow_v5', { sourceIp: '2001:db8::7', source: host('2001:db8::7', listed) });
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(parsed(one)['threat'], {
      feed: { name: 'drop' },
      indicator: { ip: '2001:db8::7', type: 'ipv6-addr' },
    });
    assert.deepEqual(parsed(one)['flow'].threat, { side: 'source' });
  }
});

test('counters of a one-way flow stand under the sender only where fillSides asks for it', () => {
  const flow = bareFlow('netflow_v5', {
    sourceIp: '192.0.2.1',
    destinationIp: '192.0.2.2',
    bytes: 100,
    packetCount: 1,
    isClientSource: false,
    roleReason: 'lower_port',
  });
  assert.deepEqual(parsed(flow).source, { ip: '192.0.2.1' });
  const filled = parsed(flow, { fillSides: true });
  assert.deepEqual(filled.source, { ip: '192.0.2.1', bytes: 100, packets: 1 });
  assert.deepEqual(filled.server, filled.source);
  assert.deepEqual(filled.destination, { ip: '192.0.2.2' });
});

test('both directions of a conversation carry the same word', () => {
  const forward = bareFlow('netflow_v5', { sourceIp: '192.0.2.1', destinationIp: '192.0.2.2', roleReason: 'service' });
  const back = bareFlow('netflow_v5', {
    sourceIp: '192.0.2.2',
    destinationIp: '192.0.2.1',
    roleReason: 'service',
    isClientSource: false,
  });
  assert.equal(parsed(forward).flow.conversation, '192.0.2.1 > 192.0.2.2');
  assert.equal(parsed(back).flow.conversation, '192.0.2.1 > 192.0.2.2');
});

test('hostile strings come back as they were, and the text stays ASCII on one line', () => {
  const hostile = '"\\\u0000\n\u007f é 😀 \u2028';
  const flow = bareFlow('ipfix', {
    source: host('192.0.2.1', { domain: hostile, cityName: hostile, asNumber: 1, asOrganization: hostile }),
    sourceIp: '192.0.2.1',
    inputInterface: 1,
    inputInterfaceName: hostile,
    outputInterfaceName: hostile,
    applicationId: hostile,
    applicationName: hostile,
    serviceName: hostile,
    userName: hostile,
    wlanSsid: hostile,
    httpHost: hostile,
    dnsName: hostile,
    tlsServerName: hostile,
    locality: hostile,
    networkDirection: hostile,
    communityId: hostile,
  });
  const text = textOf(flow);
  assert.ok(isPlainAscii(text));
  const document = JSON.parse(text);
  assert.equal(document.source.domain, hostile);
  assert.equal(document.source.geo.city_name, hostile);
  assert.equal(document.source.as.organization.name, hostile);
  assert.deepEqual(document.observer.ingress, { interface: { id: '1', name: hostile } });
  assert.deepEqual(document.observer.egress, { interface: { name: hostile } });
  assert.equal(document.network.application, hostile);
  assert.equal(document.flow.service.name, hostile);
  assert.equal(document.user.name, hostile);
});

test('numbers that no field can take are left out, never written as NaN, Infinity or with an exponent', () => {
  const broken = [Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 64];
  for (const value of broken) {
    const flow = maximalFlow();
    for (const key of Object.keys(flow) as (keyof Flow)[]) {
      if (typeof flow[key] === 'number' && !['receivedMs', 'recordNumber'].includes(key))
        Object.assign(flow, { [key]: value });
    }
    flow.source = host('192.0.2.1', { asNumber: value, latitude: Math.abs(value) * 100, longitude: 0 });
    const { source, network, event, flow: section } = JSON.parse(textOf(flow));
    assert.deepEqual(source, { ip: '192.0.2.1', mac: '00-00-5E-00-53-01', nat: { ip: '198.51.100.1' } }, `${value}`);
    assert.equal(network.bytes, undefined);
    // Both times before 1970 are a clock that is off, and no distance.
    assert.equal(event.duration, value === -1 ? 0 : undefined);
    assert.equal(section.sampling, undefined);
  }
});

test('fractions that scaling leaves are rounded', () => {
  const document = parsed(bareFlow('ipfix', { bytes: 100.5, packetCount: 1.4, interval: 1.5, sampledBytes: 67 }));
  assert.deepEqual([document.network.bytes, document.network.packets], [101, 1]);
  assert.deepEqual(document.flow.sampling, { interval: 1.5 });
});

test('a duration has no noise of floating point', () => {
  // 0.1 ms before a whole millisecond, in doubles of the size of an epoch time.
  const { event } = parsed(bareFlow('ipfix', { startMs: RECEIVED_MS - 1000.1, endMs: RECEIVED_MS }));
  assert.equal(event.duration, 1_000_100_000);
  assert.equal(event.start, '2026-11-21T03:45:14.006Z');
});

test('@timestamp is the time that the option chooses, or the next best', () => {
  const start = RECEIVED_MS - 5000;
  const end = RECEIVED_MS - 1000;
  const cases: [DocumentOptions['timestamp'], Partial<Flow>, number][] = [
    ['end', { startMs: start, endMs: end }, end],
    ['start', { startMs: start, endMs: end }, start],
    ['received', { startMs: start, endMs: end }, RECEIVED_MS],
    ['end', { startMs: start }, start],
    ['start', { endMs: end }, end],
    ['end', {}, RECEIVED_MS],
    ['end', { endMs: end + 0.75 }, end],
  ];
  for (const [timestamp, times, expected] of cases) {
    const flow = bareFlow('ipfix', times);
    const documenter = new Documenter({ ...DEFAULTS, timestamp });
    assert.equal(documenter.flowTimestamp(flow), expected, `${timestamp} ${JSON.stringify(times)}`);
    assert.equal(JSON.parse(documenter.flowDocument(flow))['@timestamp'], new Date(expected).toISOString());
    assert.equal(documenter.clockReplaced, 0);
  }
});

test('a clock that is off is replaced by the receive time and counted, the duration kept', () => {
  for (const shift of [-HOUR_MS - 1, HOUR_MS + 1, -RECEIVED_MS + 5000, -RECEIVED_MS - 5000, 8e15]) {
    const flow = bareFlow('ipfix', { startMs: RECEIVED_MS + shift - 2000, endMs: RECEIVED_MS + shift });
    const documenter = new Documenter(DEFAULTS);
    assert.equal(documenter.flowTimestamp(flow), RECEIVED_MS);
    assert.deepEqual(JSON.parse(documenter.flowDocument(flow)).event, {
      ...EVENT,
      duration: 2_000_000_000,
      created: CREATED,
    });
    assert.equal(documenter.clockReplaced, 1);
  }
});

test('a long flow may begin outside the guard, but is never filed there', () => {
  const flow = bareFlow('ipfix', { startMs: RECEIVED_MS - 3 * HOUR_MS, endMs: RECEIVED_MS });
  const documenter = new Documenter({ ...DEFAULTS, timestamp: 'start' });
  assert.equal(documenter.flowTimestamp(flow), RECEIVED_MS);
  const { event } = JSON.parse(documenter.flowDocument(flow));
  assert.equal(event.start, '2026-11-21T00:45:15.007Z');
  assert.equal(event.duration, 3 * HOUR_MS * 1e6);
  assert.equal(documenter.clockReplaced, 0);
});

test('a start after the end, or before 1970, is left out with the duration', () => {
  for (const startMs of [RECEIVED_MS + 1, -5]) {
    const { event } = parsed(bareFlow('ipfix', { startMs, endMs: RECEIVED_MS }));
    assert.deepEqual(event, { ...EVENT, end: CREATED, created: CREATED });
  }
});

test('option data that arrives later changes the names of interfaces', () => {
  const documenter = new Documenter(DEFAULTS);
  const flow = bareFlow('ipfix', { inputInterface: 3 });
  assert.deepEqual(JSON.parse(documenter.flowDocument(flow)).observer.ingress, { interface: { id: '3' } });
  flow.facts.interfaceNames.set(3, 'eth3');
  assert.deepEqual(JSON.parse(documenter.flowDocument(flow)).observer.ingress, {
    interface: { id: '3', name: 'eth3' },
  });
  flow.inputInterfaceName = 'wan';
  assert.deepEqual(JSON.parse(documenter.flowDocument(flow)).observer.ingress, { interface: { id: '3', name: 'wan' } });
});

test('interfaces of the same index in other domains keep their own names', () => {
  const documenter = new Documenter(DEFAULTS);
  const one = bareFlow('ipfix', { inputInterface: 3 });
  const other = bareFlow('ipfix', { inputInterface: 3 });
  one.facts.interfaceNames.set(3, 'one');
  other.facts.interfaceNames.set(3, 'other');
  for (const [flow, name] of [
    [one, 'one'],
    [other, 'other'],
    [one, 'one'],
  ] as const) {
    assert.equal(JSON.parse(documenter.flowDocument(flow)).observer.ingress.interface.name, name);
  }
});

test('ids ascend with the record number, in text as in number', () => {
  const documenter = new Documenter(DEFAULTS);
  const numbers = [0, 1, 9, 10, 35, 36, 1259, 1260, 46_655, 65_535];
  const ids = numbers.map((recordNumber) => documenter.flowId(bareFlow('ipfix', { recordNumber })));
  assert.equal(ids[0], 'b1-0000a00');
  assert.equal(ids[4], 'b1-0000a0z');
  assert.equal(ids[7], 'b1-0000az000z0');
  assert.deepEqual(ids, [...ids].sort());
  assert.equal(new Set(ids).size, numbers.length);
});

function isPlainAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) > 0x7e) return false;
  return true;
}

test('observer.ip is that of each flow, also where flows of one exporter name others', () => {
  const one = bareFlow('ipfix', { observerIp: '10.0.0.1' });
  const other = bareFlow('ipfix', { observerIp: '10.0.0.2' });
  other.exporter = one.exporter;
  const documenter = new Documenter(DEFAULTS);
  const observers = [one, other, one].map((flow) => JSON.parse(documenter.flowDocument(flow)).observer.ip);
  assert.deepEqual(observers, ['10.0.0.1', '10.0.0.2', '10.0.0.1']);
});

test('a translated address stands without a port, and a port without an address', () => {
  const { source, destination } = parsed(
    bareFlow('ipfix', {
      sourceIp: '10.0.0.1',
      natSourceIp: '198.51.100.1',
      destinationIp: '10.0.0.2',
      natDestinationPort: 8080,
    }),
  );
  assert.deepEqual(source.nat, { ip: '198.51.100.1' });
  assert.deepEqual(destination.nat, { port: 8080 });
});

for (const [protocolNumber, hasIcmp] of [
  [1, true],
  [58, true],
  [undefined, true],
  [6, false],
] as const) {
  test(`a type of ICMP in a flow of protocol ${protocolNumber} is ${hasIcmp ? '' : 'not '}written`, () => {
    const { icmp } = parsed(bareFlow('netflow_v9', { protocolNumber, icmpType: 3, icmpCode: 1 })).flow;
    assert.equal(icmp?.type, hasIcmp ? 3 : undefined);
  });
}

for (const [protocol, domain] of [
  ['netflow_v9', '0'],
  ['ipfix', '0'],
  ['sflow_v5', '0'],
  ['netflow_v5', undefined],
  ['netflow_v7', undefined],
] as const) {
  test(`observation domain 0 of ${protocol} is ${domain === undefined ? 'none' : 'one like any'}`, () => {
    assert.equal(parsed(bareFlow(protocol)).flow.export.domain_id, domain);
  });
}

test('one named network is enough for the roles', () => {
  const named = host('10.0.0.1', { network: 'offices' });
  const ends = { source: named, destination: host('8.8.8.8'), roleReason: 'service' } as const;
  const { client, server } = parsed(bareFlow('ipfix', ends)).flow;
  assert.deepEqual([client, server], [{ network: 'offices' }, undefined]);
  const answer = {
    source: ends.destination,
    destination: named,
    roleReason: 'service',
    isClientSource: false,
  } as const;
  assert.deepEqual(parsed(bareFlow('ipfix', answer)).flow.client, { network: 'offices' });
});
