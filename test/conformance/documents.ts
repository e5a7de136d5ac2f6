// `weir decode` as a user runs it, and its documents in the form that is compared.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../src/lib/package-root.ts';
import { capturesFolder } from './feeds.ts';
import { type ComparedRecord, tupleText } from './record.ts';

interface Endpoint {
  readonly ip?: string;
  readonly port?: number;
  readonly bytes?: number;
  readonly packets?: number;
}

/** The part of a flow document that is looked at here. */
export interface FlowDocument {
  readonly source?: Endpoint;
  readonly destination?: Endpoint;
  readonly network?: { readonly iana_number?: string; readonly bytes?: number; readonly packets?: number };
  readonly flow?: {
    readonly export?: { readonly protocol?: string };
    readonly sampling?: { readonly interval?: number };
    readonly sampled?: { readonly bytes?: number; readonly packets?: number };
  };
}

export interface Decoded {
  readonly exitCode: number | null;
  readonly documents: readonly FlowDocument[];
  /** What went to stderr. */
  readonly summary: string;
}

/** Runs `weir decode` over files of the captures' folder. Rejects when a line on stdout is no JSON. */
export function decodeFiles(files: readonly string[]): Promise<Decoded> {
  return new Promise((resolve, reject) => {
    const paths = files.map((file) => join(capturesFolder, file));
    const child = spawn(process.execPath, [join(packageRoot, 'dist', 'main.js'), 'decode', ...paths], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
    const output: Buffer[] = [];
    let summary = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      summary += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (exitCode) => {
      try {
        const lines = Buffer.concat(output).toString('utf8').split('\n');
        const documents = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as FlowDocument);
        resolve({ exitCode, documents, summary });
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** As the exporter counted, source to destination: before scaling, one direction. */
export function countedRecord(document: FlowDocument): ComparedRecord {
  const { source, network, flow } = document;
  const interval = flow?.sampling?.interval ?? 1;
  const isBiflow = source?.bytes !== undefined || document.destination?.bytes !== undefined;
  return {
    tuple: documentTuple(document),
    bytes: isBiflow ? divided(source?.bytes, interval) : (flow?.sampled?.bytes ?? network?.bytes),
    packets: isBiflow ? divided(source?.packets, interval) : (flow?.sampled?.packets ?? network?.packets),
  };
}

/** As estimated: scaled by the sampling interval, one direction. */
export function scaledRecord(document: FlowDocument): ComparedRecord {
  const { source, destination, network } = document;
  const isBiflow = source?.bytes !== undefined || destination?.bytes !== undefined;
  return {
    tuple: documentTuple(document),
    bytes: isBiflow ? source?.bytes : network?.bytes,
    packets: isBiflow ? source?.packets : network?.packets,
  };
}

function documentTuple({ source, destination, network }: FlowDocument): string {
  return tupleText({
    protocol: network?.iana_number,
    source: source?.ip,
    sourcePort: source?.port,
    destination: destination?.ip,
    destinationPort: destination?.port,
  });
}

function divided(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}
