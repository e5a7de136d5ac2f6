import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  block,
  bytes,
  enhancedPacket,
  ethernet,
  interfaceBlock,
  ipv4,
  ipv6,
  NETFLOW5_MS,
  netflow5,
  pcap,
  sectionHeader,
  u16,
  u32,
  udp,
} from './packets.ts';
import { readBytes, readFile } from './read-bytes.ts';

const frame = ethernet(ipv4(udp(netflow5())));

for (const [name, options, fraction] of [
  ['little endian, microseconds', {}, 123_456],
  ['big endian, microseconds', { littleEndian: false }, 123_456],
  ['little endian, nanoseconds', { magic: 0xa1b23c4d }, 123_456_789],
  ['big endian, nanoseconds', { littleEndian: false, magic: 0xa1b23c4d }, 123_456_789],
  ['with the longer packet header', { magic: 0xa1b2cd34, extraHeader: 8 }, 123_456],
] as const) {
  test(`reads pcap: ${name}`, async () => {
    const { datagrams, stats } = await readBytes(pcap([{ data: frame, fraction }], options));
    assert.equal(stats.problem, undefined);
    assert.equal(datagrams.length, 1);
    assert.deepEqual(datagrams[0]!.bytes, netflow5());
    assert.equal(datagrams[0]!.receivedMs, 1700000000123);
    assert.equal(datagrams[0]!.exporterAddress, '192.0.2.1');
    assert.equal(datagrams[0]!.exporterPort, 50000);
  });
}

const v4 = ipv4(udp(netflow5()));
const v6 = ipv6(udp(netflow5()));
for (const [name, linkType, data, address] of [
  ['null, little endian family', 0, bytes([2, 0, 0, 0], v4), '192.0.2.1'],
  ['null, IPv6 of FreeBSD', 0, bytes([28, 0, 0, 0], v6), '2001:db8::1'],
  ['loop', 108, bytes([0, 0, 0, 2], v4), '192.0.2.1'],
  ['ethernet with IPv6', 1, ethernet(v6), '2001:db8::1'],
  ['ethernet with 802.1Q', 1, ethernet(v4, [0x81, 0, 0, 100]), '192.0.2.1'],
  ['ethernet with QinQ', 1, ethernet(v4, [0x88, 0xa8, 0, 7, 0x81, 0, 0, 100]), '192.0.2.1'],
  ['raw IPv4', 101, v4, '192.0.2.1'],
  ['raw IPv6', 101, v6, '2001:db8::1'],
  ['raw, number 12', 12, v4, '192.0.2.1'],
  ['raw, number 14', 14, v4, '192.0.2.1'],
  ['ipv4', 228, v4, '192.0.2.1'],
  ['ipv6', 229, v6, '2001:db8::1'],
  ['linux cooked', 113, bytes(new Uint8Array(14), [8, 0], v4), '192.0.2.1'],
  ['linux cooked with 802.1Q', 113, bytes(new Uint8Array(14), [0x81, 0, 0, 9, 8, 0], v4), '192.0.2.1'],
  ['linux cooked 2', 276, bytes([0x86, 0xdd], new Uint8Array(18), v6), '2001:db8::1'],
] as const) {
  test(`understands link type ${name}`, async () => {
    const { datagrams } = await readBytes(pcap([{ data }], { linkType }));
    assert.deepEqual(
      datagrams.map((datagram) => [datagram.exporterAddress, datagram.bytes.length]),
      [[address, 72]],
    );
  });
}

test('names a link type that it does not understand', async () => {
  const { datagrams, stats } = await readBytes(pcap([{ data: frame }], { linkType: 105 }));
  assert.equal(datagrams.length, 0);
  assert.equal(stats.foreign, 1);
  assert.match(stats.notes().join(), /1 packets of link type 105/);
});

test('passes IPv4 options and IPv6 extension headers', async () => {
  const hopByHop = bytes([60, 0, 0, 0, 0, 0, 0, 0], [17, 1], new Uint8Array(14), udp(netflow5()));
  const withOptions = ethernet(ipv4(udp(netflow5()), 17, [1, 1, 1, 0]));
  const { datagrams } = await readBytes(pcap([{ data: withOptions }, { data: ethernet(ipv6(hopByHop, 0)) }]));
  assert.deepEqual(
    datagrams.map((datagram) => datagram.bytes),
    [netflow5(), netflow5()],
  );
});

test('leaves TCP, ARP and UDP that is no flow datagram', async () => {
  const dns = bytes([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 119, 119, 119, 0, 0, 1, 0, 1]);
  const arp = bytes(new Uint8Array(12), [8, 6], new Uint8Array(28));
  const { datagrams, stats } = await readBytes(
    pcap([
      { data: ethernet(ipv4(udp(netflow5()), 6)) },
      { data: arp },
      { data: ethernet(ipv4(udp(dns, 40000, 53))) },
      { data: ethernet(ipv4(udp(netflow5(), 40000, 31337))) },
    ]),
  );
  assert.equal(datagrams.length, 1, 'the port does not matter for what is one');
  assert.deepEqual([stats.packets, stats.foreign, stats.datagrams], [4, 3, 1]);
});

test('reassembles fragments in any order, IPv4 and IPv6, and counts what stays incomplete', async () => {
  const whole = udp(netflow5(30));
  const part = (start: number, end: number, id: number): Uint8Array =>
    ethernet(ipv4(whole.subarray(start, end), 17, [], { offset: start, more: end < whole.length, id }));
  const part6 = (start: number, end: number): Uint8Array =>
    ethernet(
      ipv6(bytes([17, 0, ...u16(start | (end < whole.length ? 1 : 0)), ...u32(77)], whole.subarray(start, end)), 44),
    );
  const { datagrams, stats } = await readBytes(
    pcap(
      [
        part(800, whole.length, 1),
        part(0, 400, 2),
        part6(0, 1000),
        part(0, 400, 1),
        part(0, 400, 1),
        part6(1000, whole.length),
        part(400, 800, 1),
      ].map((data) => ({ data })),
    ),
  );
  assert.deepEqual(
    datagrams.map((datagram) => [datagram.exporterAddress, datagram.bytes]),
    [
      ['2001:db8::1', netflow5(30)],
      ['192.0.2.1', netflow5(30)],
    ],
  );
  assert.equal(stats.fragmentsLost, 1);
});

test('yields what is there of packets that the snap length cut, and counts them', async () => {
  const cut = frame.subarray(0, 14 + 20 + 8 + 60);
  const { datagrams, stats } = await readBytes(pcap([{ data: cut, original: frame.length }]));
  assert.deepEqual(datagrams[0]!.bytes, netflow5().subarray(0, 60));
  assert.equal(stats.truncated, 1);
});

test('ignores ethernet padding behind the IP packet', async () => {
  const { datagrams, stats } = await readBytes(pcap([{ data: bytes(frame, new Uint8Array(20)) }]));
  assert.deepEqual(datagrams[0]!.bytes, netflow5());
  assert.equal(stats.truncated, 0);
});

test('reads pcapng with several sections, interfaces, resolutions and block types', async () => {
  const nanoseconds = [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
  const halfSeconds = [9, 0, 1, 0, 0x81, 0, 0, 0, 14, 0, 8, 0, ...u32(100, true), 0, 0, 0, 0];
  const padding = new Uint8Array(-frame.length & 3);
  const file = bytes(
    sectionHeader(),
    interfaceBlock(1, nanoseconds),
    interfaceBlock(101, halfSeconds),
    block(5, new Uint8Array(20)),
    enhancedPacket(0, 1_700_000_000_123_999_999n, frame),
    enhancedPacket(1, 3_400_000_001n, v4),
    block(3, bytes(u32(frame.length, true), frame, padding)),
    sectionHeader(false),
    interfaceBlock(1, [], false),
    enhancedPacket(0, 1_700_000_001_000_999n, frame, false),
    block(2, bytes(u16(0), u16(3), u32(395812), u32(0), u32(frame.length), u32(frame.length), frame, padding), false),
  );
  const { datagrams, stats } = await readBytes(file);
  assert.equal(stats.problem, undefined);
  assert.deepEqual(
    datagrams.map((datagram) => datagram.receivedMs),
    [
      1700000000123,
      // 3 400 000 001 half seconds and 100 s of offset
      1700000100500,
      // a simple packet has no time: that of the one before
      1700000100500, 1700000001000,
      // 395812 · 2^32 µs
      1699999595364,
    ],
  );
  for (const datagram of datagrams) assert.deepEqual(datagram.bytes, netflow5());
});

test('a file cut at any byte gives the packets before the cut and says that it is cut', async () => {
  const files: [string, Uint8Array, number[]][] = [];
  const packets = [{ data: frame }, { data: frame }];
  files.push(['pcap', pcap(packets), [24, 24 + 16 + frame.length, 24 + 2 * (16 + frame.length)]]);
  const head = bytes(sectionHeader(), interfaceBlock(1));
  const packet = enhancedPacket(0, 0n, frame);
  files.push([
    'pcapng',
    bytes(head, packet, packet),
    [28, head.length, head.length + packet.length, head.length + 2 * packet.length],
  ]);
  for (const [name, file, ends] of files) {
    for (let length = 1; length <= file.length; length += length < 64 ? 1 : 7) {
      const { datagrams, stats } = await readBytes(file.subarray(0, length));
      const packetEnds = ends.slice(-2);
      assert.equal(datagrams.length, packetEnds.filter((end) => end <= length).length, `${name} ${length}`);
      assert.equal(stats.problem === undefined, ends.includes(length), `${name} ${length}: ${stats.problem}`);
    }
  }
});

test('stops at a packet or block that claims an absurd length, and keeps what came before', async () => {
  const good = pcap([{ data: frame }]);
  const bad = bytes(good, u32(0), u32(0), u32(0x7fffffff, true), u32(0));
  const result = await readBytes(bad);
  assert.equal(result.datagrams.length, 1);
  assert.match(result.stats.problem ?? '', /claims 2147483647 bytes/);
  const head = bytes(sectionHeader(), interfaceBlock(1), enhancedPacket(0, 0n, frame));
  for (const length of [0, 8, 0xfffffff0]) {
    const { datagrams, stats } = await readBytes(bytes(head, u32(6, true), u32(length, true), new Uint8Array(64)));
    assert.equal(datagrams.length, 1);
    assert.match(stats.problem ?? '', /corrupt/);
  }
});

test('reads gzipped files, and what is before the cut of a truncated one', async () => {
  const file = pcap(Array.from({ length: 200 }, () => ({ data: frame })));
  const packed = gzipSync(file);
  assert.equal((await readBytes(packed)).datagrams.length, 200);
  const { stats } = await readBytes(packed.subarray(0, packed.length - 12));
  assert.match(stats.problem ?? '', /gzip/);
});

test('packets across chunk borders arrive whole and in order', async () => {
  const count = 20_000;
  const data = (number: number): Uint8Array => ethernet(ipv4(udp(netflow5(1, number))));
  const file = pcap(Array.from({ length: count }, (_, number) => ({ data: data(number) })));
  assert.ok(file.length > 2 * 1024 * 1024, 'more than two chunks');
  const { datagrams } = await readBytes(file);
  assert.equal(datagrams.length, count);
  let id = '';
  for (const [number, datagram] of datagrams.entries()) {
    const view = new DataView(datagram.bytes.buffer, datagram.bytes.byteOffset);
    assert.equal(view.getUint32(16), number);
    assert.ok(datagram.id > id, 'ids ascend');
    id = datagram.id;
  }
});

test('ids depend on the content and the packet, not on the name of the file', async () => {
  const [first, second, other] = await Promise.all([
    readBytes(pcap([{ data: frame }, { data: frame }])),
    readBytes(pcap([{ data: frame }, { data: frame }])),
    readBytes(pcap([{ data: frame, seconds: 5 }])),
  ]);
  const ids = first.datagrams.map((datagram) => datagram.id);
  assert.deepEqual(
    second.datagrams.map((datagram) => datagram.id),
    ids,
  );
  assert.notEqual(other.datagrams[0]!.id, ids[0]);
  assert.notEqual(ids[0], ids[1]);
  assert.match(ids[0]!, /^0[0-9a-z]{11}000001$/);
});

test('says clearly what is wrong with files that are empty, foreign, absent or folders', async () => {
  assert.equal((await readBytes(new Uint8Array(0))).stats.problem, 'empty');
  assert.match((await readBytes(Buffer.from('%PDF-1.4 and more'))).stats.problem ?? '', /neither pcap nor pcapng nor/);
  assert.equal((await readFile('/nonexistent/file.pcap')).stats.problem, 'no such file');
  assert.equal((await readFile('/')).stats.problem, 'not a regular file');
});

test('a raw file is one datagram with the time of its header', async () => {
  const { datagrams } = await readBytes(netflow5(2));
  assert.equal(datagrams.length, 1);
  assert.deepEqual(
    [datagrams[0]!.exporterAddress, datagrams[0]!.exporterPort, datagrams[0]!.receivedMs],
    ['0.0.0.0', 0, NETFLOW5_MS],
  );
});
