// A flow of the demo, before any protocol: what a router's cache would hold. One direction of a conversation.

export interface DemoFlow {
  /** 4 bytes, or 16; both ends alike. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  /** ICMP type · 256 + code; 0 for other protocols. */
  readonly icmp: number;
  readonly tcpFlags: number;
  readonly tos: number;
  /** As the exporter counted them: after sampling. */
  readonly packets: number;
  readonly bytes: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly inputInterface: number;
  readonly outputInterface: number;
  readonly sourceAs: number;
  readonly destinationAs: number;
  readonly sourceMask: number;
  readonly destinationMask: number;
  /** Source and destination after address translation; the same objects where there was none. */
  readonly translatedSource: Uint8Array;
  readonly translatedDestination: Uint8Array;
  /** Application number, the id inside its engine. */
  readonly application: number;
}

/** Turns the flows of one exporter into datagrams. Times never go back. */
export interface FlowEncoder {
  /** Takes a flow that is exported at `nowMs`; datagrams that became full go out. */
  add(flow: DemoFlow, nowMs: number): void;
  /** Time passes: sends what has waited long enough, and what is due (templates, counters). */
  tick(nowMs: number): void;
  /** Sends all that waits. */
  flush(nowMs: number): void;
}
