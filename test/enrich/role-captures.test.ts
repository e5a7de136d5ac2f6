// Both halves of conversations in captures of real networks agree who is the server, wherever neither of them shows what the
// other does not: TCP flags, and what was learnt between them. Exporters there count both directions by records of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSession, type FlowDocument } from '../conformance/documents.ts';
import { captureSkip } from '../conformance/feeds.ts';

interface RoleDocument extends FlowDocument {
  readonly server?: { readonly ip?: string; readonly port?: number };
  readonly flow: FlowDocument['flow'] & { readonly role?: { readonly reason?: string } };
}

/** File, and how many of its records have their other half there, at least. */
for (const [file, least] of [
  ['overflowd/netflow_4M.pcap', 20_000], // a campus border, NetFlow v5
  ['graylog/fgt300d-netflow9.pcap', 50], // a firewall with address translation and GRE, NetFlow v9
] as const) {
  test(`halves in ${file} agree`, { skip: captureSkip }, async () => {
    const servers = new Map<string, { readonly server: string; readonly reason: string }>();
    let pairs = 0;
    let oneSided = 0;
    for (const document of (await decodeSession([file])).flat() as RoleDocument[]) {
      const { source, destination, network, server, flow } = document;
      // Of ICMP only one half is a request.
      if (server === undefined || network?.iana_number === '1') continue;
      const [from, to] = [`${source?.ip} ${source?.port}`, `${destination?.ip} ${destination?.port}`];
      const record = { server: `${server.ip} ${server.port}`, reason: flow.role?.reason ?? '' };
      servers.set(`${network?.iana_number} ${from} ${to}`, record);
      const other = servers.get(`${network?.iana_number} ${to} ${from}`);
      if (other === undefined || from === to) continue;
      pairs++;
      if (other.server === record.server) continue;
      oneSided++;
      const isExcused = [record, other].some(({ reason }) => reason === 'tcp_flags' || reason === 'known_server');
      assert.ok(isExcused, `${from} ${to}: ${other.server} by ${other.reason}, ${record.server} by ${record.reason}`);
    }
    assert.ok(pairs >= least, `${pairs} pairs`);
    assert.ok(oneSided <= pairs / 50, `${oneSided} of ${pairs} pairs`);
  });
}
