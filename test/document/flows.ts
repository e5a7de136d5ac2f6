// Flows for the tests of document/: a bare one to be filled, and one that has everything.

import { BgpRoute } from '../../src/flow/bgp-route.ts';
import { Exporter } from '../../src/flow/exporter.ts';
import { type ExportProtocol, Flow } from '../../src/flow/flow.ts';
import { FlowDetails } from '../../src/flow/flow-details.ts';
import { Host } from '../../src/flow/host.ts';
import { Tunnel } from '../../src/flow/tunnel.ts';

/** 2026-11-21T03:45:15.007Z */
export const RECEIVED_MS = Date.UTC(2026, 10, 21, 3, 45, 15, 7);

export function bareFlow(protocol: ExportProtocol, members: Partial<Flow> = {}): Flow {
  const exporter = new Exporter('192.0.2.254');
  const flow = new Flow(exporter, exporter.facts(0), protocol, 'b1-0000a', RECEIVED_MS);
  return Object.assign(flow, members);
}

export function host(ip: string, members: Partial<Host> = {}): Host {
  return Object.assign(new Host(ip), members);
}

/** Fills every field of the schema: both directions counted, sampled, translated, named. */
export function maximalFlow(): Flow {
  const place = {
    asNumber: 64500,
    asOrganization: 'Example Net',
    countryIsoCode: 'DE',
    countryName: 'Germany',
    continentCode: 'EU',
    regionName: 'Berlin',
    cityName: 'Berlin',
    latitude: 52.52,
    longitude: 13.405,
    network: 'offices',
    networkTags: ['wifi', 'guests'],
    site: 'Berlin-1',
  };
  const flow = bareFlow('netflow_v9', {
    observationDomainId: 7,
    templateId: 256,
    sourceIp: '192.0.2.1',
    destinationIp: '203.0.113.5',
    source: host('192.0.2.1', { ...place, domain: 'client.example' }),
    destination: host('203.0.113.5', {
      ...place,
      domain: 'server.example',
      threat: { lists: ['drop', 'own'], kinds: ['botnet'] },
    }),
    sourcePort: 50000,
    destinationPort: 443,
    protocolNumber: 6,
    ipVersion: 4,
    sourceMac: '00-00-5E-00-53-01',
    destinationMac: '00-00-5E-00-53-02',
    sourceMacVendor: 'Cisco Systems, Inc',
    destinationMacVendor: 'Juniper Networks',
    sourceMask: 24,
    destinationMask: 16,
    natSourceIp: '198.51.100.1',
    natSourcePort: 61000,
    natDestinationIp: '198.51.100.2',
    natDestinationPort: 8443,
    nextHopIp: '192.0.2.253',
    bgpNextHopIp: '192.0.2.252',
    sourceVlan: 10,
    destinationVlan: 20,
    dot1qVlan: 100,
    customerVlan: 200,
    tcpFlags: 0x12,
    tos: 0xb8,
    ipTtl: 64,
    fragmentOffset: 185,
    inputInterface: 3,
    outputInterface: 4,
    direction: 0,
    forwardingStatus: 0x81,
    endReason: 1,
    ingressVrf: 1,
    egressVrf: 2,
    mplsLabels: [16, 1048575],
    applicationId: '13:453',
    firewallEvent: 3,
    natEvent: 4,
    userName: 'alice',
    wlanSsid: 'guests',
    wlanBssid: '00-00-5E-00-53-03',
    discardReason: 279,
    httpHost: 'www.example.com',
    dnsName: 'example.com',
    tlsServerName: 'example.org',
    startMs: RECEIVED_MS - 2000,
    endMs: RECEIVED_MS - 500,
    bytes: 3000,
    packetCount: 30,
    flowCount: 12,
    reverseBytes: 70000,
    reversePacketCount: 50,
    interval: 10,
    intervalSource: 'sampler',
    sampledBytes: 7300,
    sampledPackets: 8,
    roleReason: 'biflow',
    serviceName: 'https (TCP/443)',
    servicePort: 443,
    locality: 'public',
    isDuplicate: true,
    part: 2,
    parts: 3,
    tags: ['backup', 'night'],
    networkDirection: 'outbound',
    communityId: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  });
  flow.tunnel = new Tunnel('vxlan', 100, 0x6558, 0, 0);
  flow.tunnel.outerSourceIp = '192.0.2.10';
  flow.tunnel.outerDestinationIp = '192.0.2.20';
  Object.assign(flow.tunnel.inner, {
    sourceIp: '10.0.0.1',
    destinationIp: '2001:db8::2',
    sourcePort: 1234,
    destinationPort: 443,
    protocolNumber: 6,
  });
  flow.bgp = new BgpRoute();
  flow.bgp.asPath.push(64510, 4_200_000_000);
  flow.bgp.communities.push(0xfc000064);
  flow.bgp.localPreference = 100;
  flow.bgp.sourcePeerAs = 64499;
  flow.bgp.sourceCommunities.push('64500:1:2');
  flow.details = Object.assign(new FlowDetails(), {
    flowId: '742820223',
    ingressAcl: '0f8e7ff3-fc1a030f-00000000',
    egressAcl: '0f8e7ff3-fc1a030f-00000001',
    firewallCode: 1001,
    portRangeStart: 1024,
    portRangeStep: 2,
    portRangeSize: 256,
    natInstance: 1,
    natPoolName: 'cgn-1',
    natQuota: 3,
    clientDelayMs: 12,
    serverDelaySumMs: 10,
    applicationDelaySumMs: 100,
    connectionCount: 4,
    responseCount: 3,
    totalBytes: 90_000,
    totalPackets: 300,
  });
  flow.facts.interfaceNames.set(3, 'ge-0/0/3').set(4, 'ge-0/0/4');
  flow.facts.interfaceDescriptions.set(3, 'customers').set(4, 'uplink');
  flow.exporter.table = { name: 'edge-1', site: 'Berlin-2', tags: ['core'] };
  flow.exporter.tableInterfaces = new Map([
    [3, { name: undefined, alias: undefined, speed: 10_000_000_000 }],
    [4, { name: undefined, alias: undefined, speed: 1_000_000_000 }],
  ]);
  flow.facts.vrfNames.set(1, 'red').set(2, 'blue');
  flow.facts.applicationNames.set('13:453', 'office365');
  return flow;
}
