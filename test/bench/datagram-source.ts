// Sends datagrams of the size that exporters send, at an even rate. Arguments: port, datagrams per second, seconds.

import { createSocket } from 'node:dgram';

const [port = 0, rate = 0, seconds = 0] = process.argv.slice(2).map(Number);
const TURN_MS = 10;
const payload = Buffer.alloc(1400, 7);
payload.writeUInt16BE(9, 0);
/** As many exporters as a site of some size has. */
const sockets = await Promise.all(
  Array.from({ length: 50 }, async (_, i) => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind({ address: `127.0.6.${i + 1}`, port: 0 }, resolve));
    return socket;
  }),
);
const started = performance.now();
let sent = 0;
while (sent < rate * seconds) {
  const due = Math.min(rate * seconds, Math.floor(((performance.now() - started) / 1000) * rate));
  const sending: Promise<void>[] = [];
  for (; sent < due; sent++) {
    const socket = sockets[sent % sockets.length]!;
    sending.push(new Promise((resolve) => socket.send(payload, port, '127.0.0.1', () => resolve())));
  }
  await Promise.all(sending);
  await new Promise((resolve) => setTimeout(resolve, TURN_MS));
}
for (const socket of sockets) socket.close();
