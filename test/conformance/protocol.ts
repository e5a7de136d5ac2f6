// Which protocol a capture is in, as the captures' README has it: the decoder is not asked, it could be wrong.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capturesFolder } from './feeds.ts';

const NAMES = new Map([
  ['NetFlow v5', 'netflow_v5'],
  ['NetFlow v9', 'netflow_v9'],
  ['IPFIX', 'ipfix'],
  ['sFlow v2', 'sflow_v2'],
  ['sFlow v4', 'sflow_v4'],
  ['sFlow v5', 'sflow_v5'],
]);

let protocols: ReadonlyMap<string, string> | undefined;

/** As `flow.export.protocol` would say, or the README's word for others. */
export function fileProtocol(file: string): string {
  protocols ??= readProtocols();
  return protocols.get(file) ?? 'unknown';
}

/** The table's rows: | file | bytes | protocol | … */
function readProtocols(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync(join(capturesFolder, 'README.md'), 'utf8').split('\n')) {
    const [, file, , protocol] = line.split('|').map((cell) => cell.trim());
    if (file && protocol) found.set(file, NAMES.get(protocol) ?? protocol);
  }
  return found;
}
