// The other side of the benchmark: JSON.stringify of the same documents as plain objects. Building the objects is not
// counted; they are made in portions, so that memory stays small.

import { readFileSync } from 'node:fs';

const PORTION = 2000;

const lines = readFileSync(process.argv[2] ?? '', 'latin1').split('\n');
let micros = 0;
let bytes = 0;
for (let from = 0; from < lines.length; from += PORTION) {
  const objects = lines.slice(from, from + PORTION).map((line) => JSON.parse(line) as object);
  const before = process.cpuUsage();
  for (const object of objects) bytes += JSON.stringify(object).length;
  const used = process.cpuUsage(before);
  micros += used.user + used.system;
}
process.stdout.write(JSON.stringify({ cpu: micros / lines.length, bytes: bytes / lines.length }));
