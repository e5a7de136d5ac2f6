// Flow records of transactions that a server has sampled: HTTP requests and operations of applications (sflow_http.txt,
// sflow_application.txt, sFlow.org). The caller is the flow's source, so what was asked are its bytes and what was
// answered those of the other direction.

import type { Flow } from '../../flow/flow.ts';
import type { SampleState } from './sflow-context.ts';
import { opaqueEnd, opaqueText } from './xdr.ts';

/**
 * method (4) | protocol (4) | URI | host | referrer | user agent | [2206: X-Forwarded-For |] user | MIME type (strings) |
 * [2206: octets of the request (8) |] of the response (8) | duration, µs (4) | status (4): 0:2201 and 0:2206 http_request.
 */
export function decodeHttpRequest(
  flow: Flow,
  view: DataView,
  start: number,
  end: number,
  sample: SampleState,
  isNewer: boolean,
): void {
  const hostAt = opaqueEnd(view, start + 8, end);
  let at = hostAt === undefined ? undefined : opaqueEnd(view, hostAt, end);
  if (hostAt === undefined || at === undefined) return;
  flow.httpHost ??= opaqueText(view, hostAt);
  for (let skipped = isNewer ? 3 : 2; skipped > 0 && at !== undefined; skipped--) at = opaqueEnd(view, at, end);
  const userAt = at;
  const typeAt = userAt === undefined ? undefined : opaqueEnd(view, userAt, end);
  if (userAt === undefined || typeAt === undefined) return;
  flow.userName ??= opaqueText(view, userAt);
  at = opaqueEnd(view, typeAt, end);
  if (at === undefined || at + (isNewer ? 20 : 12) > end) return;
  if (isNewer) {
    sample.requestBytes = readUint64(view, at);
    at += 8;
  }
  sample.responseBytes = readUint64(view, at);
  sample.durationUs = view.getUint32(at + 8);
}

/**
 * application | operation | attributes | status text (strings) | octets of the request (8) | of the response (8) |
 * duration, µs (4) | status (4): 0:2202 app_operation.
 */
export function decodeAppOperation(flow: Flow, view: DataView, start: number, end: number, sample: SampleState): void {
  let at = opaqueEnd(view, start, end);
  if (at === undefined) return;
  flow.applicationName ??= opaqueText(view, start);
  for (let skipped = 3; skipped > 0 && at !== undefined; skipped--) at = opaqueEnd(view, at, end);
  if (at === undefined || at + 20 > end) return;
  sample.requestBytes = readUint64(view, at);
  sample.responseBytes = readUint64(view, at + 8);
  sample.durationUs = view.getUint32(at + 16);
}

/** 0:2203 app_parent_context: application (string) first; that of the operation itself goes before it. */
export function decodeAppContext(flow: Flow, view: DataView, at: number, end: number): void {
  if (opaqueEnd(view, at, end) !== undefined) flow.applicationName ??= opaqueText(view, at);
}

/** 0:2204 app_initiator: who asked (string). 0:2205 app_target, who was asked for, is no user of the network. */
export function decodeAppInitiator(flow: Flow, view: DataView, at: number, end: number): void {
  if (opaqueEnd(view, at, end) !== undefined) flow.userName ??= opaqueText(view, at);
}

function readUint64(view: DataView, at: number): number {
  return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
}
