// Each row is the record client → server, so the expected answer is always "the source is the client"; the record of
// the other direction must give the opposite answer for the same reason.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientServerEnricher } from '../../src/enrich/client-server.ts';
import { Hosts, hostsEnricher } from '../../src/enrich/hosts.ts';
import { type FlowValues, makeFlow, reversed } from './flows.ts';
import { shippedServices } from './service-texts.ts';

const services = shippedServices();
const hosts = new Hosts({ cacheSize: 1000, internal: ['10.0.0.0/8'] }, []);
const setHosts = hostsEnricher(hosts);
const setRoles = clientServerEnricher(services, undefined, undefined, hosts);

function rolesOf(values: FlowValues): [boolean, string | undefined] {
  const flow = makeFlow(values);
  setHosts(flow);
  setRoles(flow);
  return [flow.isClientSource, flow.roleReason];
}

const PAIR: FlowValues = { sourceIp: '10.0.0.9', destinationIp: '10.0.0.5' };
const TCP: FlowValues = { ...PAIR, protocolNumber: 6 };
const UDP: FlowValues = { ...PAIR, protocolNumber: 17 };
const ports = (sourcePort: number, destinationPort: number): FlowValues => ({ sourcePort, destinationPort });

/** Name, the client's record, what differs in the server's record, reason. */
const CONVERSATIONS: readonly [string, FlowValues, FlowValues, string][] = [
  ['biflow direction', { ...TCP, ...ports(80, 40000), biflowDirection: 1 }, { biflowDirection: 2 }, 'biflow'],
  [
    'a lone SYN, against the ports',
    { ...TCP, ...ports(80, 40000), tcpFlags: 2, packetCount: 3 },
    { tcpFlags: 18, packetCount: 1 },
    'tcp_flags',
  ],
  [
    'a sampled SYN+ACK',
    { ...TCP, ...ports(80, 40000), tcpFlags: 2 },
    { tcpFlags: 18, packetCount: 1000, sampledPackets: 1 },
    'tcp_flags',
  ],
  [
    'SYN with ECN bits',
    { ...TCP, ...ports(80, 40000), tcpFlags: 0xc2 },
    { tcpFlags: 0x52, packetCount: 1 },
    'tcp_flags',
  ],
  [
    'SYN+ACK over many packets says nothing',
    { ...TCP, ...ports(40000, 443), tcpFlags: 27, packetCount: 9 },
    {},
    'service',
  ],
  ['a full connection', { ...TCP, ...ports(51000, 22), tcpFlags: 27, packetCount: 9 }, { packetCount: 12 }, 'service'],
  ['echo', { ...PAIR, protocolNumber: 1, icmpType: 8 }, { icmpType: 0 }, 'icmp'],
  ['ICMP timestamp', { ...PAIR, protocolNumber: 1, icmpType: 13 }, { icmpType: 14 }, 'icmp'],
  [
    'ICMPv6 echo',
    { sourceIp: '2a00::9', destinationIp: '2a00::5', protocolNumber: 58, icmpType: 128 },
    { icmpType: 129 },
    'icmp',
  ],
  [
    'neighbour discovery',
    { sourceIp: 'fe80::1', destinationIp: 'fe80::2', protocolNumber: 58, icmpType: 135 },
    { icmpType: 136 },
    'icmp',
  ],
  ['multicast', { ...UDP, destinationIp: '239.1.1.1', ...ports(1, 5000) }, {}, 'multicast'],
  [
    'IPv6 multicast without ports',
    { sourceIp: 'fe80::1', destinationIp: 'ff02::5', protocolNumber: 89 },
    {},
    'multicast',
  ],
  ['broadcast', { ...UDP, destinationIp: '255.255.255.255', ...ports(138, 138) }, {}, 'multicast'],
  ['DHCP', { ...UDP, ...ports(68, 67) }, {}, 'fixed_role'],
  [
    'a DHCP offer that is broadcast',
    { sourceIp: '255.255.255.255', destinationIp: '10.0.0.5', protocolNumber: 17, ...ports(68, 67) },
    {},
    'fixed_role',
  ],
  [
    'DHCPv6',
    { sourceIp: 'fe80::1', destinationIp: 'ff02::1:2', protocolNumber: 17, ...ports(546, 547) },
    {},
    'fixed_role',
  ],
  ['ports of DHCP alone, with others', { ...UDP, ...ports(68, 53) }, {}, 'lower_port'],
  ["SNMP traps from the agent's own port", { ...UDP, ...ports(161, 162) }, {}, 'fixed_role'],
  ['NFS from a reserved port that has a name of its own', { ...TCP, ...ports(873, 2049) }, {}, 'fixed_role'],
  ['NFS over UDP', { ...UDP, ...ports(700, 2049) }, {}, 'fixed_role'],
  [
    'NFS: a lone SYN counts more than its port',
    { ...TCP, ...ports(2049, 800), tcpFlags: 2 },
    { tcpFlags: 18, packetCount: 1 },
    'tcp_flags',
  ],
  ['a port that no client of NFS takes', { ...TCP, ...ports(2049, 20) }, {}, 'lower_port'],
  ['NFS from an ephemeral port', { ...TCP, ...ports(50000, 2049) }, {}, 'service'],
  ['a well-known port', { ...TCP, ...ports(40000, 443) }, {}, 'service'],
  ['UDP 53 of a resolver', { ...UDP, ...ports(20010, 53) }, {}, 'service'],
  ['a registered port against a lower unregistered one', { ...TCP, ...ports(1013, 5432) }, {}, 'service'],
  ['a registered ephemeral port against an ephemeral one', { ...UDP, ...ports(33001, 51820) }, {}, 'service'],
  [
    'a registered ephemeral port (44818) is no service against a well-known one',
    { ...TCP, ...ports(44818, 443) },
    {},
    'service',
  ],
  [
    'a registered ephemeral port is none against an unregistered one',
    { ...TCP, ...ports(44818, 20010) },
    {},
    'lower_port',
  ],
  ['two registered ports', { ...TCP, ...ports(8080, 443) }, {}, 'lower_port'],
  ['two unregistered ports', { ...TCP, ...ports(60123, 12347) }, {}, 'lower_port'],
  ['two ephemeral ports', { ...UDP, ...ports(60001, 50001) }, {}, 'lower_port'],
  ['a protocol of the port: UDP 22 has the same name', { ...UDP, ...ports(40000, 22) }, {}, 'service'],
  ['SCTP', { ...PAIR, protocolNumber: 132, ...ports(40000, 2905) }, {}, 'service'],
  ['NTP between peers', { ...UDP, ...ports(123, 123) }, {}, 'address'],
  ['equal ports, to the outside', { ...UDP, destinationIp: '198.51.100.7', ...ports(500, 500) }, {}, 'address'],
  [
    'equal ports, to a higher outside address',
    { ...UDP, sourceIp: '10.0.0.1', destinationIp: '9.9.9.9', ...ports(500, 500) },
    {},
    'address',
  ],
  [
    'equal ports: 10.0.0.9 is the lower address, although 10.0.0.10 is the lower text',
    { ...UDP, sourceIp: '10.0.0.10', destinationIp: '10.0.0.9', ...ports(123, 123) },
    {},
    'address',
  ],
  [
    'equal ports: 200.0.0.1 is higher than 8.8.8.8',
    { ...UDP, sourceIp: '200.0.0.1', destinationIp: '8.8.8.8', ...ports(4500, 4500) },
    {},
    'address',
  ],
  [
    'equal ports of IPv6: 2a00:9::1 is lower than 2a00:10::1',
    { ...UDP, sourceIp: '2a00:10::1', destinationIp: '2a00:9::1', ...ports(500, 500) },
    {},
    'address',
  ],
  [
    'equal ports behind address translation: the translated end is inside',
    { ...UDP, sourceIp: '10.0.0.5', natSourceIp: '9.0.0.1', destinationIp: '9.9.9.9', ...ports(123, 123) },
    { sourceIp: '9.9.9.9', destinationIp: '9.0.0.1', natSourceIp: undefined, natDestinationIp: '10.0.0.5' },
    'address',
  ],
  [
    'equal ports, and the answer of a published server as FortiGates state it: the translated end is inside',
    { ...UDP, sourceIp: '9.0.0.80', natSourceIp: '10.0.0.80', destinationIp: '200.0.0.1', ...ports(500, 500) },
    { natSourceIp: undefined, natDestinationIp: '10.0.0.80' },
    'address',
  ],
  ['SIP', { ...UDP, destinationIp: '198.51.100.7', ...ports(5060, 5060) }, {}, 'address'],
  ['BGP', { ...TCP, ...ports(35000, 179) }, {}, 'service'],
  ['BGP from a registered port', { ...TCP, ...ports(1433, 179) }, {}, 'lower_port'],
  ['OSPF between neighbours', { ...PAIR, protocolNumber: 89 }, {}, 'address'],
  ['VRRP', { ...PAIR, destinationIp: '224.0.0.18', protocolNumber: 112 }, {}, 'multicast'],
  [
    'NetBIOS to the broadcast address of a private /24',
    { ...UDP, sourceIp: '192.168.7.20', destinationIp: '192.168.7.255', ...ports(138, 138) },
    {},
    'multicast',
  ],
  [
    "the broadcast address of the sender's route prefix",
    { ...UDP, sourceIp: '9.1.2.3', destinationIp: '9.1.3.255', sourceMask: 23, ...ports(137, 137) },
    { sourceMask: undefined, destinationMask: 23 },
    'multicast',
  ],
  [
    'the last address of another network is a host like any',
    { ...UDP, sourceIp: '10.0.7.255', destinationIp: '10.0.1.1', ...ports(137, 137) },
    {},
    'address',
  ],
  [
    'TCP to the last address of a network: nobody broadcasts that',
    { ...TCP, sourceIp: '192.168.7.255', destinationIp: '192.168.7.20', ...ports(179, 179) },
    {},
    'address',
  ],
  [
    'both ends of a /31 are hosts',
    {
      ...UDP,
      sourceIp: '9.1.3.255',
      destinationIp: '9.1.3.254',
      sourceMask: 31,
      destinationMask: 31,
      ...ports(500, 500),
    },
    { sourceMask: 31, destinationMask: 31 },
    'address',
  ],
  ['fragments: port 0 on both sides', { ...UDP, ...ports(0, 0) }, {}, 'address'],
  ['port 0 on one side only', { ...TCP, sourceIp: '10.0.0.9', ...ports(0, 12347) }, {}, 'address'],
  ['GRE', { ...PAIR, protocolNumber: 47 }, {}, 'address'],
  ['ESP to the outside', { sourceIp: '10.0.0.1', destinationIp: '198.51.100.1', protocolNumber: 50 }, {}, 'address'],
  ['ICMP of unknown type', { ...PAIR, protocolNumber: 1 }, {}, 'address'],
  ['no protocol', { ...PAIR }, {}, 'address'],
];

for (const [name, client, answer, reason] of CONVERSATIONS) {
  test(`${name}: both directions agree, by ${reason}`, () => {
    assert.deepEqual(rolesOf(client), [true, reason]);
    assert.deepEqual(rolesOf({ ...reversed(client), ...answer }), [false, reason]);
  });
}

// Records that have no counterpart: the exporter orders the two sides itself.
for (const [name, values, isClientSource, reason] of [
  ['initiator counters', { ...TCP, ...ports(80, 40000), initiatorOctets: 5 }, true, 'initiator'],
  ['responder counters alone', { ...TCP, ...ports(80, 40000), responderPackets: 1 }, true, 'initiator'],
  ['no octets of a responder say nothing', { ...TCP, ...ports(80, 40000), responderOctets: 0 }, false, 'service'],
  [
    'no octets of an initiator say that there is one',
    { ...TCP, ...ports(80, 40000), initiatorOctets: 0 },
    true,
    'initiator',
  ],
  ['a biflow without direction', { ...TCP, ...ports(80, 40000), reverseOctets: 5 }, true, 'biflow'],
  [
    'a perimeter biflow goes by its ports',
    { ...TCP, ...ports(80, 40000), reverseOctets: 5, biflowDirection: 3 },
    false,
    'service',
  ],
  [
    'SYN and ACK of a biflow are those of both sides',
    { ...TCP, ...ports(40000, 443), tcpFlags: 18, packetCount: 1, reversePacketCount: 1, biflowDirection: 3 },
    true,
    'service',
  ],
  ['an ICMP error comes from the far side', { ...PAIR, protocolNumber: 1, icmpType: 11 }, false, 'icmp'],
  ['an ICMPv6 error comes from the far side', { ...PAIR, protocolNumber: 58, icmpType: 2 }, false, 'icmp'],
  [
    'one address for both ends',
    { sourceIp: '10.0.0.1', destinationIp: '10.0.0.1', protocolNumber: 47 },
    true,
    'destination',
  ],
  ['no addresses', {}, true, 'destination'],
  // Nobody answers these, so that who sends is the client, in either direction.
  ['syslog between equal ports', { ...UDP, ...ports(514, 514) }, true, 'fixed_role'],
  ['syslog between equal ports, to a higher address', reversed({ ...UDP, ...ports(514, 514) }), true, 'fixed_role'],
  ['traps between equal ports', { ...UDP, ...ports(162, 162) }, true, 'fixed_role'],
  ['sFlow from its own port', { ...UDP, ...ports(6343, 6343) }, true, 'fixed_role'],
  ['NetFlow from its own port', { ...UDP, ...ports(2055, 2055) }, true, 'fixed_role'],
  ['IPFIX from its own port', { ...UDP, ...ports(4739, 4739) }, true, 'fixed_role'],
] as const) {
  test(`${name}: ${reason}`, () => assert.deepEqual(rolesOf(values), [isClientSource, reason]));
}

test('any pair of ports and addresses gives the same client and server in both directions', () => {
  const somePorts = [0, 20, 53, 67, 123, 443, 1013, 5432, 8080, 12347, 20010, 32768, 44818, 51820, 60001, 65535];
  const someAddresses = [
    '10.0.0.1',
    '10.0.0.10',
    '9.9.9.9',
    '198.51.100.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '2a00::1',
  ];
  for (const protocolNumber of [6, 17, 33, 47, 132])
    for (const sourcePort of somePorts)
      for (const destinationPort of somePorts)
        for (const sourceIp of someAddresses)
          for (const destinationIp of someAddresses) {
            const values = { protocolNumber, sourcePort, destinationPort, sourceIp, destinationIp };
            if (sourceIp === destinationIp && sourcePort === destinationPort) continue;
            // A group address on both ends, and one address with itself where ports do not tell, is nobody's traffic.
            const [isClientSource, reason] = rolesOf(values);
            if (reason === 'destination' || (isGroup(sourceIp) && isGroup(destinationIp))) continue;
            assert.deepEqual(rolesOf(reversed(values)), [!isClientSource, reason], JSON.stringify(values));
          }
});

function isGroup(address: string): boolean {
  return address.startsWith('224.') || address.startsWith('255.');
}
