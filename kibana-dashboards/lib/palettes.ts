// Colours of tiles, heat maps and well-known values. Explicit stops always: a named palette without them draws unrelated
// colours.

import type { Split } from './page-types.ts';
import { COLORS } from './panel.ts';

interface Stop {
  readonly color: string;
  /** Where the colour begins. */
  readonly from: number;
}

function palette(stops: readonly Stop[], rangeType: 'number' | 'percent', end: number | null): object {
  return {
    type: 'palette',
    name: 'custom',
    params: {
      name: 'custom',
      steps: stops.length,
      reverse: false,
      rangeType,
      rangeMin: rangeType === 'percent' ? 0 : null,
      rangeMax: rangeType === 'percent' ? 100 : null,
      continuity: 'all',
      progression: 'fixed',
      maxSteps: 5,
      colorStops: stops.map(({ color, from }) => ({ color, stop: from })),
      stops: stops.map(({ color }, index) => ({ color, stop: stops[index + 1]?.from ?? end })),
    },
  };
}

/** Green below a value, red from it on. */
export function alarmPalette(from: number): object {
  return palette(
    [
      { color: COLORS.good, from: 0 },
      { color: COLORS.threat, from },
    ],
    'number',
    from * 1e6,
  );
}

/** From pale to deep blue; shares of the biggest value. */
export function heatPalette(): object {
  const colors = ['#dfe9f2', '#b6cde2', '#8cb0d1', '#6092c0', '#2f6499'];
  return palette(
    colors.map((color, index) => ({ color, from: index * 20 })),
    'percent',
    100,
  );
}

/** Of what is nothing in particular; visible on white and on black. */
const GRAY = '#98A2B3';

const PALER = ['#A3D4C4', '#A8C4DE', '#E5A1B9', '#C1ACD8', '#E2C2D3', '#E8DCA6'];

/** Values that have a colour of their own on every page. */
const MEANINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'network.direction': {
    inbound: COLORS.inbound,
    outbound: COLORS.outbound,
    internal: COLORS.internal,
    external: COLORS.service,
  },
  'network.transport': { tcp: COLORS.traffic, udp: COLORS.good, icmp: COLORS.service, 'ipv6-icmp': '#b9a888' },
  'network.type': { ipv4: COLORS.traffic, ipv6: COLORS.good },
  'flow.dscp': {
    CS0: GRAY,
    EF: COLORS.internal,
    AF41: COLORS.good,
    AF21: COLORS.traffic,
    CS1: COLORS.service,
  },
  'flow.tcp_state': {
    closed: COLORS.good,
    established: COLORS.traffic,
    reset: COLORS.service,
    half_open: COLORS.threat,
    invalid: '#AA6556',
  },
  'flow.forwarding.reason': { 'acl deny': COLORS.threat, 'acl drop': '#AA6556', policer: COLORS.service },
  'flow.forwarding.status': { forwarded: COLORS.good, dropped: COLORS.threat, consumed: COLORS.traffic },
};

/** Colours of Kibana's palette that are not among the meanings, for other values of such fields. */
const BESIDE_MEANINGS = [6, 7, 8, 4, 2, 9];
/** The whole palette, for values of fields without meanings. */
const ALL = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** What is left beside the top values, as Elasticsearch's buckets are called by Kibana. */
const REST = '__other__';

/**
 * `colorMapping` of a split by a field: colours with a meaning where its values have one, else the palette in the order of the
 * ranking; the rest is gray on every page. Nothing for splits by filters and ranges.
 */
export function colorsOf(split: Split): object {
  const field = typeof split === 'string' ? split : 'field' in split ? split.field : undefined;
  if (field === undefined) return {};
  const meanings = MEANINGS[field];
  const assignments = Object.entries({ ...meanings, [REST]: GRAY }).map(([value, colorCode]) => ({
    rule: { type: 'matchExactly', values: [value] },
    color: { type: 'colorCode', colorCode },
    touched: true,
  }));
  // Kibana 8.12 does not know `loop`, and draws what it does not know in plain red.
  const others = (meanings === undefined ? ALL : BESIDE_MEANINGS).map((colorIndex) => ({
    rule: { type: 'auto' },
    color: { type: 'categorical', paletteId: 'eui_amsterdam_color_blind', colorIndex },
    touched: false,
  }));
  // More values than the palette has: its colours once more, paler.
  const paler =
    meanings === undefined
      ? PALER.map((colorCode) => ({ rule: { type: 'auto' }, color: { type: 'colorCode', colorCode }, touched: false }))
      : [];
  return {
    colorMapping: {
      assignmentMode: 'manual',
      assignments: [...assignments, ...others, ...paler],
      specialAssignments: [
        {
          rule: { type: 'other' },
          color: { type: 'categorical', paletteId: 'neutral', colorIndex: 2 },
          touched: false,
        },
      ],
      paletteId: 'eui_amsterdam_color_blind',
      colorMode: { type: 'categorical' },
    },
  };
}
