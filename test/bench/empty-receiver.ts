// The least that Node.js can do with UDP: counts. A process of its own, so that its CPU time can be read from outside.
// Prints its port; on SIGTERM how many datagrams came.

import { createSocket } from 'node:dgram';

let datagrams = 0;
const socket = createSocket('udp4');
socket.on('message', () => {
  datagrams++;
});
socket.bind(0, '127.0.0.1', () => {
  try {
    socket.setRecvBufferSize(4 << 20);
  } catch {
    // what the system grants
  }
  process.stdout.write(`${JSON.stringify({ port: socket.address().port })}\n`);
});
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify({ datagrams })}\n`);
  process.exit(0);
});
