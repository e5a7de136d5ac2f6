// Option data of the demo's NetFlow v9 and IPFIX exporters: tables that they send now and then beside the flows.

import { APPLICATION_ENGINE, SAMPLER_ID } from './template-fields.ts';
import type { WireWriter } from './wire-writer.ts';
import type { WorldExporter, WorldService } from './world.ts';

/** Records of one option template: scope fields first. */
export interface OptionTable {
  readonly templateId: number;
  /** Element (v9: scope type) and length. */
  readonly scope: readonly (readonly [number, number])[];
  readonly fields: readonly (readonly [number, number])[];
  /** One writer per record. */
  readonly rows: readonly ((writer: WireWriter) => void)[];
}

const NAME_BYTES = 32;
const DESCRIPTION_BYTES = 64;
/** NetFlow v9 scope types (RFC 3954 §6.1). */
const SCOPE_SYSTEM = 1;
const SCOPE_INTERFACE = 2;

function interfaceRows(exporter: WorldExporter): OptionTable['rows'] {
  return exporter.interfaces.map(({ index, name, description }) => (writer) => {
    writer.u32(index);
    writer.text(name, NAME_BYTES);
    writer.text(description, DESCRIPTION_BYTES);
  });
}

export function netflow9Tables(exporter: WorldExporter): OptionTable[] {
  const interfaces: OptionTable = {
    templateId: 260,
    scope: [[SCOPE_INTERFACE, 4]],
    fields: [
      [82, NAME_BYTES],
      [83, DESCRIPTION_BYTES],
    ],
    rows: interfaceRows(exporter),
  };
  const sampler: OptionTable = {
    templateId: 261,
    scope: [[SCOPE_SYSTEM, 4]],
    // FLOW_SAMPLER_ID, FLOW_SAMPLER_MODE (2 random), FLOW_SAMPLER_RANDOM_INTERVAL
    fields: [
      [48, 1],
      [49, 1],
      [50, 4],
    ],
    rows: [
      (writer) => {
        writer.u32(0);
        writer.u8(SAMPLER_ID);
        writer.u8(2);
        writer.u32(exporter.sampling);
      },
    ],
  };
  return exporter.sampling > 1 ? [interfaces, sampler] : [interfaces];
}

export function ipfixTables(exporter: WorldExporter, services: readonly WorldService[]): OptionTable[] {
  const applications = new Map(services.map((service) => [service.app, service.name.replace(/-inbound$/, '')]));
  return [
    {
      templateId: 260,
      scope: [[10, 4]], // ingressInterface
      fields: [
        [82, NAME_BYTES],
        [83, DESCRIPTION_BYTES],
      ],
      rows: interfaceRows(exporter),
    },
    {
      templateId: 261,
      scope: [[95, 4]], // applicationId
      fields: [[96, 24]], // applicationName
      rows: [...applications].map(([id, name]) => (writer) => {
        writer.u32(APPLICATION_ENGINE * 0x1000000 + id);
        writer.text(name, 24);
      }),
    },
    ...(exporter.sampling > 1
      ? [
          {
            templateId: 262,
            scope: [[149, 4]] as const, // observationDomainId
            fields: [
              [305, 4],
              [306, 4],
            ] as const, // samplingPacketInterval, samplingPacketSpace (RFC 5477 §8.2)
            rows: [
              (writer: WireWriter) => {
                writer.u32(exporter.domain);
                writer.u32(1);
                writer.u32(exporter.sampling - 1);
              },
            ],
          },
        ]
      : []),
  ];
}
