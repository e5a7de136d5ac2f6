import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServiceTable } from '../../src/enrich/service-table.ts';
import { servicesEnricher } from '../../src/enrich/services.ts';
import { ConfigError } from '../../src/lib/errors.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { makeFlow } from './flows.ts';

const FILES = ['services.csv', 'services-common.csv'].map((name) => join(packageRoot, 'pipelines', name));
const table = new ServiceTable();
table.load(FILES);

// Names by the IANA registry; 9200 and 51820 by services-common.csv. The second port is always the server's.
for (const [protocol, port, name, servicePort] of [
  [6, 443, 'https (TCP/443)', 443],
  [17, 443, 'https (UDP/443)', 443],
  [132, 443, 'https (SCTP/443)', 443],
  [33, 9, 'discard (DCCP/9)', 9],
  [6, 80, 'http (TCP/80)', 80],
  [17, 53, 'domain (UDP/53)', 53],
  [136, 53, 'domain (UDPLITE/53)', 53],
  [6, 465, 'submissions (TCP/465)', 465],
  [6, 9200, 'elasticsearch (TCP/9200)', 9200],
  [17, 9200, 'wap-wsp (UDP/9200)', 9200],
  [17, 51820, 'wireguard (UDP/51820)', 51820],
  [6, 12347, 'TCP/12347', 12347],
  [6, 0, 'TCP', undefined],
  [6, undefined, 'TCP', undefined],
  [1, undefined, 'ICMP', undefined],
  [1, 2048, 'ICMP', undefined],
  [47, undefined, 'GRE', undefined],
  [50, undefined, 'ESP', undefined],
  [253, undefined, 'IP/253', undefined],
  [undefined, 443, undefined, undefined],
] as const) {
  test(`protocol ${protocol} with server port ${port} is ${name}`, () => {
    const enrich = servicesEnricher(table);
    for (const isClientSource of [true, false]) {
      const [sourcePort, destinationPort] = isClientSource ? [40000, port] : [port, 40000];
      for (let again = 0; again < 2; again++) {
        const flow = makeFlow({ protocolNumber: protocol, sourcePort, destinationPort, isClientSource });
        enrich(flow);
        assert.equal(flow.serviceName, name);
        assert.equal(flow.servicePort, servicePort);
      }
    }
  });
}

test('the shipped files hold the whole registry', () => {
  // 11 600 pairs in the registry's copy of 2024.
  assert.ok(table.size >= 11_600, `${table.size} pairs`);
});

for (const [row, complaint] of [
  ['https,443', 'expected name,port,protocols'],
  ['https,0,tcp', 'expected name,port,protocols'],
  ['https,65536,tcp', 'expected name,port,protocols'],
  ['https,443,tcp,more', 'expected name,port,protocols'],
  ['https,x,tcp', 'expected name,port,protocols'],
  [',443,tcp', 'expected name,port,protocols'],
  ['https,443,tcp/tls', 'found "tls", expected tcp, udp, sctp or dccp'],
] as const) {
  test(`refuses the row ${row} and names its line`, () => {
    assert.throws(
      () => new ServiceTable().add(`# comment\nname,port,protocols\n\n${row}\n`, 'mine.csv'),
      (error) =>
        error instanceof ConfigError && error.message.startsWith('mine.csv:4:') && error.message.includes(complaint),
    );
  });
}

test('refuses a file without header and a file that is not there', () => {
  assert.throws(() => new ServiceTable().add('https,443,tcp\n', 'mine.csv'), /mine\.csv:1: .*the header/);
  assert.throws(() => new ServiceTable().load(['/nowhere/services.csv']), /enrich\.services\.files\[0\]/);
});
