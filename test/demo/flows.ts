// A flow for the encoders' tests, with values that are easy to find again.

import type { DemoFlow } from '../../src/demo/demo-flow.ts';

/** 2026-01-02T03:04:05.006Z. */
export const NOW_MS = 1767323045006;
/** One day before, to the ms. */
export const BOOT_MS = NOW_MS - 86_400_000;

export function demoFlow(changes: Partial<DemoFlow> = {}): DemoFlow {
  const source = changes.source ?? Uint8Array.of(10, 1, 2, 3);
  const destination = changes.destination ?? Uint8Array.of(192, 0, 2, 80);
  return {
    source,
    destination,
    sourcePort: 40000,
    destinationPort: 443,
    protocol: 6,
    icmp: 0,
    tcpFlags: 0x1b,
    tos: 0x28,
    packets: 10,
    bytes: 5000,
    startMs: NOW_MS - 2000,
    endMs: NOW_MS - 500,
    inputInterface: 3,
    outputInterface: 7,
    sourceAs: 0,
    destinationAs: 64501,
    sourceMask: 17,
    destinationMask: 24,
    translatedSource: source,
    translatedDestination: destination,
    application: 443,
    ...changes,
  };
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
