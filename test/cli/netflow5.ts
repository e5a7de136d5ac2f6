// The smallest export there is, made by hand after Cisco's table of NetFlow v5.

/** One record: 192.0.2.1:1025 → 198.51.100.2:53, UDP, 3 packets, 300 bytes, 9 s, exported at 2025-10-09 08:53:20 UTC. */
export function netflow5(): Buffer {
  const out = Buffer.alloc(72);
  out.writeUInt16BE(5, 0);
  out.writeUInt16BE(1, 2);
  out.writeUInt32BE(100_000, 4);
  out.writeUInt32BE(1_760_000_000, 8);
  out.writeUInt32BE(0xc0000201, 24);
  out.writeUInt32BE(0xc6336402, 28);
  out.writeUInt32BE(3, 40);
  out.writeUInt32BE(300, 44);
  out.writeUInt32BE(90_000, 48);
  out.writeUInt32BE(99_000, 52);
  out.writeUInt16BE(1025, 56);
  out.writeUInt16BE(53, 58);
  out.writeUInt8(17, 62);
  return out;
}
