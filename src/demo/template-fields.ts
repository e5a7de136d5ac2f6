// What the demo's NetFlow v9 and IPFIX exporters put into their records. Ids are IANA's IPFIX information elements; up to
// 127 they are those of NetFlow v9 (RFC 3954 §8), too.

import type { DemoFlow } from './demo-flow.ts';
import type { WireWriter } from './wire-writer.ts';

export interface TemplateField {
  readonly id: number;
  readonly bytes: number;
  readonly write: (writer: WireWriter, flow: DemoFlow) => void;
}

export interface DemoTemplate {
  readonly id: number;
  readonly fields: readonly TemplateField[];
}

/** Engine 13 of application ids: Cisco NBAR2's own numbers (RFC 6759 §4.1). */
export const APPLICATION_ENGINE = 13;
/** sampler or selector that the records name. */
export const SAMPLER_ID = 1;

const field = (id: number, bytes: number, write: TemplateField['write']): TemplateField => ({ id, bytes, write });

const COMMON: readonly TemplateField[] = [
  field(10, 4, (writer, flow) => writer.u32(flow.inputInterface)),
  field(14, 4, (writer, flow) => writer.u32(flow.outputInterface)),
  field(2, 4, (writer, flow) => writer.u32(flow.packets)),
  field(1, 8, (writer, flow) => writer.u64(flow.bytes)),
  field(7, 2, (writer, flow) => writer.u16(flow.sourcePort)),
  field(11, 2, (writer, flow) => writer.u16(flow.destinationPort)),
  field(6, 1, (writer, flow) => writer.u8(flow.tcpFlags)),
  field(4, 1, (writer, flow) => writer.u8(flow.protocol)),
  field(5, 1, (writer, flow) => writer.u8(flow.tos)),
  field(16, 4, (writer, flow) => writer.u32(flow.sourceAs)),
  field(17, 4, (writer, flow) => writer.u32(flow.destinationAs)),
];

const IPV4: readonly TemplateField[] = [
  field(8, 4, (writer, flow) => writer.bytes(flow.source)),
  field(12, 4, (writer, flow) => writer.bytes(flow.destination)),
  field(9, 1, (writer, flow) => writer.u8(flow.sourceMask)),
  field(13, 1, (writer, flow) => writer.u8(flow.destinationMask)),
  field(32, 2, (writer, flow) => writer.u16(flow.icmp)),
];

const IPV6: readonly TemplateField[] = [
  field(27, 16, (writer, flow) => writer.bytes(flow.source)),
  field(28, 16, (writer, flow) => writer.bytes(flow.destination)),
  field(29, 1, (writer, flow) => writer.u8(flow.sourceMask)),
  field(30, 1, (writer, flow) => writer.u8(flow.destinationMask)),
  field(139, 2, (writer, flow) => writer.u16(flow.icmp)),
];

const SAMPLER = field(48, 1, (writer) => writer.u8(SAMPLER_ID));

/** Start and end relative to the router's start (21, 22), as NetFlow v9 has them. */
export function netflow9Templates(bootMs: number, isSampled: boolean): readonly [DemoTemplate, DemoTemplate] {
  const times = [
    field(22, 4, (writer, flow) => writer.u32(flow.startMs - bootMs)),
    field(21, 4, (writer, flow) => writer.u32(flow.endMs - bootMs)),
    ...(isSampled ? [SAMPLER] : []),
  ];
  return [
    { id: 256, fields: [...IPV4, ...COMMON, ...times] },
    // NetFlow v9 has one element for ICMP, 32, whatever the version of IP.
    { id: 257, fields: [...IPV6.slice(0, -1), IPV4.at(-1)!, ...COMMON, ...times] },
  ];
}

/** Absolute times (152, 153), end reason, application; addresses after translation for IPv4. */
export function ipfixTemplates(hasNat: boolean): readonly [DemoTemplate, DemoTemplate] {
  const rest = [
    field(152, 8, (writer, flow) => writer.u64(flow.startMs)),
    field(153, 8, (writer, flow) => writer.u64(flow.endMs)),
    // flowEndReason: 1 idle timeout, 3 end of flow detected (FIN or RST).
    field(136, 1, (writer, flow) => writer.u8(flow.tcpFlags & 5 ? 3 : 1)),
    field(95, 4, (writer, flow) => writer.u32(APPLICATION_ENGINE * 0x1000000 + flow.application)),
  ];
  const nat = hasNat
    ? [
        field(225, 4, (writer, flow) => writer.bytes(flow.translatedSource)),
        field(226, 4, (writer, flow) => writer.bytes(flow.translatedDestination)),
      ]
    : [];
  return [
    { id: 256, fields: [...IPV4, ...COMMON, ...rest, ...nat] },
    { id: 257, fields: [...IPV6, ...COMMON, ...rest] },
  ];
}

export function recordBytes(template: DemoTemplate): number {
  return template.fields.reduce((sum, { bytes }) => sum + bytes, 0);
}
