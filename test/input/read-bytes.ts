// Reads bytes as a capture file, through a temporary file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Datagram } from '../../src/flow/datagram.ts';
import { readCapture } from '../../src/input/capture.ts';
import { CaptureStats } from '../../src/input/capture-stats.ts';

export interface ReadResult {
  readonly datagrams: Datagram[];
  readonly stats: CaptureStats;
}

export async function readBytes(content: Uint8Array): Promise<ReadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-capture-'));
  try {
    const path = join(folder, 'file');
    writeFileSync(path, content);
    return await readFile(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function readFile(path: string): Promise<ReadResult> {
  const stats = new CaptureStats();
  const datagrams: Datagram[] = [];
  for await (const some of readCapture(path, stats)) datagrams.push(...some);
  return { datagrams, stats };
}
