// The aggregation schemes of NetFlow v8 as data: which field of the flow stands at which octet of a record, in how many
// octets. Layouts: Cisco, "NetFlow Export Datagram Formats" (v8, router-based aggregation and Catalyst 6500), and
// flow-tools (lib/ftlib.h, struct ftpdu_v8_1 … 14). Times are sysUptime, ms. Of the two masks in 5, 13 and 14 flow-tools,
// which spoke with routers, has the destination's first; tshark the source's.
//
// Prefixes are addresses of networks: they stand where hosts do elsewhere, their length in the mask, as flow-tools and
// Elasticsearch's users expect it. What a scheme leaves out stays unknown.
// Left out: packets beyond the contract and their TOS, the router that a switch cut the path of (6–8).

import type { FlowField } from '../flow/flow.ts';
import type { ElementType } from './template/readers.ts';

/** Field, octet from the record's start, type. */
export type LayoutField = readonly [FlowField, number, ElementType];

export interface AggregationLayout {
  readonly recordLength: number;
  readonly fields: readonly LayoutField[];
}

// Common to all schemes that aggregate flows; those that switches make of masks (6–8) begin with addresses.
const COUNTS: readonly LayoutField[] = [
  ['flowCount', 0, 'unsigned32'],
  ['packets', 4, 'unsigned32'],
  ['octets', 8, 'unsigned32'],
  ['startUptimeMs', 12, 'unsigned32'],
  ['endUptimeMs', 16, 'unsigned32'],
];

const PREFIXES: readonly LayoutField[] = [
  ['sourceIp', 20, 'ipv4Address'],
  ['destinationIp', 24, 'ipv4Address'],
  ['destinationMask', 28, 'unsigned8'],
  ['sourceMask', 29, 'unsigned8'],
  ['inputInterface', 36, 'unsigned16'],
  ['outputInterface', 38, 'unsigned16'],
];

const SOURCE_PREFIX: readonly LayoutField[] = [
  ['sourceIp', 20, 'ipv4Address'],
  ['sourceMask', 24, 'unsigned8'],
  ['sourceAs', 26, 'unsigned16'],
  ['inputInterface', 28, 'unsigned16'],
];

const DESTINATION_PREFIX: readonly LayoutField[] = [
  ['destinationIp', 20, 'ipv4Address'],
  ['destinationMask', 24, 'unsigned8'],
  ['destinationAs', 26, 'unsigned16'],
  ['outputInterface', 28, 'unsigned16'],
];

const AUTONOMOUS_SYSTEMS: readonly LayoutField[] = [
  ['sourceAs', 20, 'unsigned16'],
  ['destinationAs', 22, 'unsigned16'],
  ['inputInterface', 24, 'unsigned16'],
  ['outputInterface', 26, 'unsigned16'],
];

const PROTOCOL_PORTS: readonly LayoutField[] = [
  ['protocolNumber', 20, 'unsigned8'],
  ['sourcePort', 24, 'unsigned16'],
  ['destinationPort', 26, 'unsigned16'],
];

/** By the number of the scheme, 1 to 14. */
export const AGGREGATION_LAYOUTS: ReadonlyMap<number, AggregationLayout> = new Map([
  // Autonomous systems
  [1, { recordLength: 28, fields: [...COUNTS, ...AUTONOMOUS_SYSTEMS] }],
  // Protocol and ports
  [2, { recordLength: 28, fields: [...COUNTS, ...PROTOCOL_PORTS] }],
  // Source prefix
  [3, { recordLength: 32, fields: [...COUNTS, ...SOURCE_PREFIX] }],
  // Destination prefix
  [4, { recordLength: 32, fields: [...COUNTS, ...DESTINATION_PREFIX] }],
  // Both prefixes
  [
    5,
    {
      recordLength: 40,
      fields: [...COUNTS, ...PREFIXES, ['sourceAs', 32, 'unsigned16'], ['destinationAs', 34, 'unsigned16']],
    },
  ],
  // Destination (Catalyst)
  [
    6,
    {
      recordLength: 32,
      fields: [
        ['destinationIp', 0, 'ipv4Address'],
        ['packets', 4, 'unsigned32'],
        ['octets', 8, 'unsigned32'],
        ['startUptimeMs', 12, 'unsigned32'],
        ['endUptimeMs', 16, 'unsigned32'],
        ['outputInterface', 20, 'unsigned16'],
        ['tos', 22, 'unsigned8'],
      ],
    },
  ],
  // Source and destination (Catalyst)
  [
    7,
    {
      recordLength: 40,
      fields: [
        ['destinationIp', 0, 'ipv4Address'],
        ['sourceIp', 4, 'ipv4Address'],
        ['packets', 8, 'unsigned32'],
        ['octets', 12, 'unsigned32'],
        ['startUptimeMs', 16, 'unsigned32'],
        ['endUptimeMs', 20, 'unsigned32'],
        ['outputInterface', 24, 'unsigned16'],
        ['inputInterface', 26, 'unsigned16'],
        ['tos', 28, 'unsigned8'],
      ],
    },
  ],
  // Full flow (Catalyst)
  [
    8,
    {
      recordLength: 44,
      fields: [
        ['destinationIp', 0, 'ipv4Address'],
        ['sourceIp', 4, 'ipv4Address'],
        ['destinationPort', 8, 'unsigned16'],
        ['sourcePort', 10, 'unsigned16'],
        ['packets', 12, 'unsigned32'],
        ['octets', 16, 'unsigned32'],
        ['startUptimeMs', 20, 'unsigned32'],
        ['endUptimeMs', 24, 'unsigned32'],
        ['outputInterface', 28, 'unsigned16'],
        ['inputInterface', 30, 'unsigned16'],
        ['tos', 32, 'unsigned8'],
        ['protocolNumber', 33, 'unsigned8'],
      ],
    },
  ],
  // Autonomous systems and TOS
  [9, { recordLength: 32, fields: [...COUNTS, ...AUTONOMOUS_SYSTEMS, ['tos', 28, 'unsigned8']] }],
  // Protocol, ports, TOS and interfaces
  [
    10,
    {
      recordLength: 32,
      fields: [
        ...COUNTS,
        ...PROTOCOL_PORTS,
        ['tos', 21, 'unsigned8'],
        ['inputInterface', 28, 'unsigned16'],
        ['outputInterface', 30, 'unsigned16'],
      ],
    },
  ],
  // Source prefix and TOS
  [11, { recordLength: 32, fields: [...COUNTS, ...SOURCE_PREFIX, ['tos', 25, 'unsigned8']] }],
  // Destination prefix and TOS
  [12, { recordLength: 32, fields: [...COUNTS, ...DESTINATION_PREFIX, ['tos', 25, 'unsigned8']] }],
  // Both prefixes and TOS
  [
    13,
    {
      recordLength: 40,
      fields: [
        ...COUNTS,
        ...PREFIXES,
        ['tos', 30, 'unsigned8'],
        ['sourceAs', 32, 'unsigned16'],
        ['destinationAs', 34, 'unsigned16'],
      ],
    },
  ],
  // Both prefixes, protocol and ports
  [
    14,
    {
      recordLength: 40,
      fields: [
        ...COUNTS,
        ...PREFIXES,
        ['tos', 30, 'unsigned8'],
        ['protocolNumber', 31, 'unsigned8'],
        ['sourcePort', 32, 'unsigned16'],
        ['destinationPort', 34, 'unsigned16'],
      ],
    },
  ],
]);
