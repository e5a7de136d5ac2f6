// When a flow began and ended: the one place where the ways to say so are settled, for all protocols alike.
//
//   absolute     epoch times of any unit (IE 150–157), which the readers have made milliseconds
//   uptimes      ms since the exporter's boot (NetFlow v1–v9; IE 21, 22), against the header's or IE 160's clock
//   deltas       µs before the export (IE 158, 159)
//   observation  the time of an event (IE 322–325), durations (IE 161, 162)
//
// Uptimes are 32 bits and wrap after 49.7 days, so the distance of two has many meanings. A flow's end is near its export:
// of the end's meanings the nearer one counts, but none is put into the future that lies in the past as it stands. Its
// begin may be far back: it is the one before the end, up to 49.7 days.

import type { Flow } from '../flow/flow.ts';
import type { FlowDetails } from '../flow/flow-details.ts';
import type { StatedFields } from '../flow/stated-fields.ts';

const WRAP_MS = 2 ** 32;

/** How far a flow's begin may be ahead of its end, and an end of its export: clocks are read at different moments. */
const AHEAD_MS = 3_600_000;

/** No exporter runs for twenty years without a pause. */
const MAX_UPTIME_MS = 20 * 365 * 86_400_000;

/** How long after booting a flow of the first millisecond may still be exported: twice the usual active timeout. */
const BOOT_MS = 3_600_000;

/** Sets flow.startMs and flow.endMs, where the record has any time. */
export function settleTimes(flow: Flow): void {
  if (flow.startMs === undefined || flow.endMs === undefined) {
    if (flow.startUptimeMs !== undefined || flow.endUptimeMs !== undefined) settleUptimes(flow);
    if (flow.stated !== undefined) settleDeltas(flow, flow.stated);
  }
  const durationMs = flow.stated?.durationMs;
  if (flow.endMs === undefined) {
    if (flow.startMs !== undefined && durationMs !== undefined) flow.endMs = flow.startMs + durationMs;
    else flow.endMs = flow.stated?.observationMs ?? flow.startMs;
  }
  if (flow.startMs === undefined && flow.endMs !== undefined) flow.startMs = flow.endMs - (durationMs ?? 0);
  if (flow.details !== undefined) uniteReverse(flow, flow.details);
  // Clock steps and exporters that swap the two: a flow does not end before it starts.
  if (flow.startMs !== undefined && flow.endMs !== undefined && flow.startMs > flow.endMs) flow.startMs = flow.endMs;
}

/** A biflow begins with the first packet of either direction and ends with the last (RFC 5103 §3). */
function uniteReverse(flow: Flow, details: FlowDetails): void {
  const { startMs, endMs, startUptimeMs, endUptimeMs } = flow;
  const { reverseStartUptimeMs, reverseEndUptimeMs } = details;
  // By their distance from the forward direction's, which is some days at most.
  if (startMs !== undefined && startUptimeMs !== undefined && isFilled(reverseStartUptimeMs)) {
    details.reverseStartMs ??= startMs + ((reverseStartUptimeMs - startUptimeMs) | 0);
  }
  if (endMs !== undefined && endUptimeMs !== undefined && isFilled(reverseEndUptimeMs)) {
    details.reverseEndMs ??= endMs + ((reverseEndUptimeMs - endUptimeMs) | 0);
  }
  const { reverseStartMs, reverseEndMs } = details;
  if (reverseStartMs !== undefined) flow.startMs = Math.min(startMs ?? reverseStartMs, reverseStartMs);
  if (reverseEndMs !== undefined) flow.endMs = Math.max(endMs ?? reverseEndMs, reverseEndMs);
}

/** A direction without packets has no times: 0. */
function isFilled(uptimeMs: number | undefined): uptimeMs is number {
  return uptimeMs !== undefined && uptimeMs !== 0;
}

function settleUptimes(flow: Flow): void {
  const { startUptimeMs, endUptimeMs, exportMs } = flow;
  if (exportMs === undefined) return;
  // Both 0: not filled in, unless the exporter has just booted.
  if ((startUptimeMs ?? 0) === 0 && (endUptimeMs ?? 0) === 0 && (flow.uptimeMs ?? 0) > BOOT_MS) return;
  if (endUptimeMs === undefined) {
    flow.startMs ??= timeOf(flow, startUptimeMs!, exportMs);
    return;
  }
  flow.endMs ??= timeOf(flow, endUptimeMs, exportMs);
  // The two are read off one clock: their distance is true even where the export's is not.
  if (startUptimeMs !== undefined) flow.startMs ??= flow.endMs - elapsed(startUptimeMs, endUptimeMs);
}

/** Epoch ms of an uptime. */
function timeOf(flow: Flow, uptimeMs: number, exportMs: number): number {
  if (flow.uptimeMs !== undefined) {
    let agoMs = flow.uptimeMs - uptimeMs;
    if (agoMs < -WRAP_MS / 2) agoMs += WRAP_MS;
    else if (agoMs > WRAP_MS - AHEAD_MS) agoMs -= WRAP_MS;
    return exportMs - agoMs;
  }
  // IPFIX has no uptime in its header; without the boot time either, the flow is about as old as its export.
  const bootMs = flow.systemInitMs ?? flow.facts.systemInitMs;
  // A boot that long ago was read off a clock that had not been set yet.
  if (bootMs === undefined || exportMs - bootMs > MAX_UPTIME_MS) return exportMs;
  const wraps = Math.floor((exportMs + AHEAD_MS - bootMs - uptimeMs) / WRAP_MS);
  return bootMs + uptimeMs + Math.max(0, wraps) * WRAP_MS;
}

/** ms from one reading of a clock that wraps to a later one; 0 where the later one is a little behind. */
function elapsed(fromMs: number, toMs: number): number {
  const ms = (toMs - fromMs) >>> 0; // modulo 2^32, of any number
  return ms > WRAP_MS - AHEAD_MS ? 0 : ms;
}

function settleDeltas(flow: Flow, stated: StatedFields): void {
  const { exportMs } = flow;
  if (exportMs === undefined) return;
  if (stated.startDeltaUs !== undefined) flow.startMs ??= exportMs - stated.startDeltaUs / 1000;
  if (stated.endDeltaUs !== undefined) flow.endMs ??= exportMs - stated.endDeltaUs / 1000;
}
