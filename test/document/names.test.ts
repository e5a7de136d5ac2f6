import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterfaceTexts, icmpText, networkOpening, tcpFlagsText, tosText } from '../../src/document/fragments.ts';
import {
  dscpName,
  endReasonName,
  forwardingReasonName,
  forwardingStatusName,
  icmpName,
  natEventName,
} from '../../src/document/names.ts';
import { Exporter } from '../../src/flow/exporter.ts';

test('coded values have the names of their registries', () => {
  assert.equal(endReasonName(5), 'lack of resources');
  assert.equal(endReasonName(0), undefined);
  assert.equal(endReasonName(6), undefined);
  assert.equal(forwardingStatusName(64), 'forwarded');
  assert.equal(forwardingReasonName(64), undefined);
  assert.equal(forwardingStatusName(143), 'dropped');
  assert.equal(forwardingReasonName(143), 'hardware');
  assert.equal(forwardingStatusName(195), 'consumed');
  assert.equal(forwardingReasonName(195), 'for us');
  assert.equal(forwardingStatusName(0), undefined);
  assert.equal(forwardingStatusName(256), undefined);
  assert.equal(natEventName(18), 'threshold reached');
  assert.equal(natEventName(19), undefined);
});

test('DSCP has a name where one is assigned, else its number', () => {
  assert.equal(dscpName(34), 'AF41');
  assert.equal(dscpName(46), 'EF');
  assert.equal(dscpName(63), '63');
});

test('ICMP messages are named by type, refined by code', () => {
  assert.equal(icmpName(false, 8, 0), 'echo request');
  assert.equal(icmpName(false, 3, 3), 'port unreachable');
  assert.equal(icmpName(false, 3, 99), 'destination unreachable');
  assert.equal(icmpName(false, 3, undefined), 'destination unreachable');
  assert.equal(icmpName(true, 135, 0), 'neighbor solicitation');
  assert.equal(icmpName(true, 8, 0), undefined);
});

test('fragments of header fields are members that begin with a comma', () => {
  assert.equal(networkOpening(undefined, 17), ',"network":{"transport":"udp","iana_number":"17"');
  assert.equal(networkOpening(4, 253), ',"network":{"type":"ipv4","iana_number":"253"');
  assert.equal(networkOpening(6, 256), ',"network":{"type":"ipv6"');
  assert.equal(networkOpening(undefined, 256), '');
  assert.equal(tosText(0x8b), ',"dscp":"AF41","ecn":"CE","tos":139');
  assert.equal(tosText(256), '');
  assert.equal(tcpFlagsText(0, false), ',"tcp_flags_bits":0');
  assert.equal(
    tcpFlagsText(0x5112, false),
    ',"tcp_flags":["SYN","ACK","NS"],"tcp_flags_bits":274,"tcp_state":"established"',
  );
  assert.equal(icmpText(1, 8, undefined), ',"icmp":{"type":8,"name":"echo request"}');
  assert.equal(icmpText(58, 8, 1), ',"icmp":{"type":8,"code":1}');
  assert.equal(icmpText(1, 256, 0), '');
});

test('the memory of interfaces is bounded and right after it started anew', () => {
  const texts = new InterfaceTexts('egress', 2);
  const exporter = new Exporter('192.0.2.1');
  const facts = exporter.facts(0);
  facts.interfaceNames.set(1, 'one');
  for (const index of [1, 2, 3, 4, 1]) texts.get(exporter, facts, index, undefined);
  assert.equal(texts.get(exporter, facts, 1, undefined), ',"egress":{"interface":{"id":"1","name":"one"}}');
});
