// sFlow datagrams: the head of all versions, and the list of samples of version 5 (sflow_version_5.txt, sFlow.org, July
// 2004); that of versions 2 and 4 is in legacy-samples.ts. Flow samples become flows. In version 5 every sample states its
// length, so one that is unknown or broken does not spoil its neighbours.

import type { Datagram } from '../../flow/datagram.ts';
import { DecodeError } from '../errors.ts';
import { decodeCounterSample } from './counter-sample.ts';
import { decodeCompactSample, decodeDiscardedPacket, decodeExpandedSample } from './flow-sample.ts';
import { decodeLegacySamples } from './legacy-samples.ts';
import { observeFlowSample } from './loss.ts';
import { SampleState, type SflowContext, type SflowDatagram } from './sflow-context.ts';
import { addressSize, addressText, padded } from './xdr.ts';

const SAMPLE_HEADER = 8;

// Enterprise (20 bits) and format (12 bits); sFlow.org is enterprise 0.
const FLOW_SAMPLE = 1;
const COUNTERS_SAMPLE = 2;
const FLOW_SAMPLE_EXPANDED = 3;
const COUNTERS_SAMPLE_EXPANDED = 4;
const DISCARDED_PACKET = 5;

// version (4) | agent address type (4), address (0, 4 or 16) | sub-agent id (4; only v5) | sequence (4) | uptime, ms (4) |
// number of samples (4) | { enterprise and format (4) | length (4) | sample }…
/**
 * Decodes one datagram; flows go to `context.emit`. Returns false where a limit refused it. Throws DecodeError where the
 * head is not one of sFlow or the datagram ends before its samples do; the whole samples before have become flows
 * then, and stand. Broken samples and records are counted only. Work is bounded by the datagram's size, not its counts.
 */
export function decodeSflow(datagram: Datagram, context: SflowContext): boolean {
  const { bytes } = datagram;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.byteLength;
  if (end < 8) throw new DecodeError('truncated', 'sflow', end, `datagram of ${end} octets has no head`);
  const protocol = protocolOfVersion(view.getUint32(0));
  const agentType = view.getUint32(4);
  if (agentType > 2) throw new DecodeError('value', protocol, 4, `agent address type is ${agentType}, not 0 to 2`);
  const agentSize = addressSize(view, 4, end);
  if (agentSize === undefined) throw new DecodeError('truncated', protocol, end, 'agent address is cut off');
  const subAgentAt = 4 + agentSize;
  const head = protocol === 'sflow_v5' ? subAgentAt + 4 : subAgentAt;
  if (head + 12 > end) throw new DecodeError('truncated', protocol, end, `datagram of ${end} octets has half a head`);

  // An agent that does not know its address says 0.0.0.0 or none: the packet's source tells such agents apart.
  const exporter = context.exporterOf(addressText(view, 4, agentSize) ?? datagram.exporterAddress);
  const subAgentId = protocol === 'sflow_v5' ? view.getUint32(subAgentAt) : 0;
  const facts = exporter === undefined ? undefined : context.factsOf(exporter, subAgentId);
  if (exporter === undefined || facts === undefined) {
    context.counters.limitedDatagrams++;
    return false;
  }
  exporter.datagrams++;
  exporter.lastSeenMs = datagram.receivedMs;
  exporter.packetAddress = datagram.exporterAddress;

  const loss = context.loss.of(exporter, facts);
  const message: SflowDatagram = {
    protocol,
    datagram,
    view,
    context,
    exporter,
    facts,
    loss,
    subAgentId,
    uptimeMs: view.getUint32(head + 4),
    sample: new SampleState(),
  };
  loss.observeDatagram(view.getUint32(head), message.uptimeMs);
  const count = view.getUint32(head + 8);
  if (protocol === 'sflow_v5') decodeSamples(message, head + 12, end, count);
  else decodeLegacySamples(message, head + 12, end, count);
  return true;
}

function protocolOfVersion(version: number): SflowDatagram['protocol'] {
  if (version === 5) return 'sflow_v5';
  if (version === 4) return 'sflow_v4';
  if (version === 2) return 'sflow_v2';
  throw new DecodeError('value', 'sflow', 0, `version is ${version}, not 2, 4 or 5`);
}

function decodeSamples(message: SflowDatagram, start: number, end: number, count: number): void {
  const { view, context, exporter } = message;
  let at = start;
  for (let i = 0; i < count; i++) {
    const body = at + SAMPLE_HEADER;
    const length = body <= end ? view.getUint32(at + 4) : 0;
    if (body > end || length > end - body) {
      context.counters.malformedSamples++;
      exporter.malformed++;
      throw new DecodeError('truncated', 'sflow_v5', at, `${count - i} of ${count} samples are missing or cut off`);
    }
    decodeSample(message, i, view.getUint32(at), body, body + length);
    at = Math.min(end, body + padded(length));
  }
}

function decodeSample(message: SflowDatagram, index: number, format: number, at: number, end: number): void {
  observeFlowSample(message.loss, message.view, format, at, end);
  switch (format) {
    case FLOW_SAMPLE:
      decodeCompactSample(message, index, at, end);
      break;
    case FLOW_SAMPLE_EXPANDED:
      decodeExpandedSample(message, index, at, end);
      break;
    case DISCARDED_PACKET:
      decodeDiscardedPacket(message, index, at, end);
      break;
    case COUNTERS_SAMPLE:
      decodeCounterSample(message, index, at, end, false);
      break;
    case COUNTERS_SAMPLE_EXPANDED:
      decodeCounterSample(message, index, at, end, true);
      break;
    default:
      message.context.counters.unknownSamples++;
  }
}
