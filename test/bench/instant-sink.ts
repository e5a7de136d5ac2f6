// Takes bulks at once and forgets them: what is measured is not Elasticsearch. A process of its own. Prints its port.
// Argument: ms that it lets pass before an answer, 0 if not given.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const NEWLINE = 10;
const DELAY_MS = Number(process.argv[2] ?? 0);
const HEADERS = {
  'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
  'x-elastic-product': 'Elasticsearch',
};
const answers = new Map<number, string>();

const server = createServer((incoming, answer) => {
  let lines = 0;
  incoming.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  });
  incoming.on('end', () => {
    const take = () => answer.writeHead(200, HEADERS).end(answerOf(lines >> 1));
    if (incoming.url?.startsWith('/_bulk')) setTimeout(take, DELAY_MS);
    else if (incoming.method === 'GET' && !incoming.url?.includes('/_mapping')) {
      answer.writeHead(404, HEADERS).end('{"status":404}');
    } else answer.writeHead(200, HEADERS).end('{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});

function answerOf(documents: number): string {
  let text = answers.get(documents);
  if (text === undefined) {
    text = `{"errors":false,"items":[${Array(documents).fill('{"create":{"status":201}}').join(',')}]}`;
    answers.set(documents, text);
  }
  return text;
}
