// The way through the internet: neighbors, paths, next hops, as BGP tells the exporter.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'as-paths',
  title: 'Peers and paths',
  group: 'places',
  order: 50,
  question: 'Over which neighbors (peers), paths and next hops does the traffic go? What would another peering bring?',
  needs: {
    fields: ['flow.bgp.destination_peer.as', 'flow.bgp.source_peer.as', 'flow.bgp.as_path', 'flow.next_hop.ip'],
  },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Flows with a way',
          what: 'flows with a neighbor AS, a path or a next hop',
          fields: ['flow.bgp.destination_peer.as', 'flow.bgp.source_peer.as', 'flow.bgp.as_path', 'flow.next_hop.ip'],
          whenEmpty: [
            'Exporters tell it with IE 128, 129 (neighbor AS), 15, 18 (next hops), sFlow with its extended gateway record.',
            'The router has to run BGP, and its flow export has to be told to use "peer" AS numbers.',
          ],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Out, by neighbor AS',
          metrics: ['bit/s'],
          by: { field: 'flow.bgp.destination_peer.as', label: 'Neighbor AS', other: false },
          about: 'The first AS on the way to the destination.',
        },
        {
          kind: 'series',
          title: 'In, by neighbor AS',
          metrics: ['bit/s'],
          by: { field: 'flow.bgp.source_peer.as', label: 'Neighbor AS', other: false },
          about: 'The AS that the source lies behind.',
        },
      ],
    },
    {
      height: 18,
      panels: [
        {
          kind: 'sankey',
          title: 'Next hop, neighbor AS, destination AS',
          stages: ['flow.next_hop.ip', 'flow.bgp.destination_peer.as', 'destination.as.number'],
          sizes: [8, 4, 10],
          about: 'The way out, by bytes.',
        },
        {
          kind: 'sankey',
          title: 'Source AS, neighbor AS, exporter',
          stages: ['source.as.number', 'flow.bgp.source_peer.as', 'observer.name'],
          sizes: [14, 3, 3],
          about: 'The way in, by bytes.',
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'AS on the paths',
          by: { field: 'flow.bgp.as_path', size: 15, label: 'AS' },
          metric: 'bytes',
          color: COLORS.exporter,
          about: 'Bytes to destinations whose path has this AS, wherever it stands: where a direct peering would pay.',
        },
        {
          kind: 'bars',
          title: 'Communities',
          by: { field: 'flow.bgp.communities', size: 15 },
          metric: 'bytes',
          about: 'Of the destination’s route.',
        },
        {
          kind: 'table',
          title: 'Next hops',
          by: 'flow.next_hop.ip',
          metrics: ['bytes', 'bit/s', 'packets', 'flows'],
          width: 22,
          drill: ['records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Bits per second by next hop',
          metrics: ['bit/s'],
          by: { field: 'flow.next_hop.ip', other: false },
        },
        {
          kind: 'bars',
          title: 'BGP next hops',
          by: 'flow.bgp.next_hop.ip',
          metric: 'bytes',
          color: COLORS.server,
          width: 12,
        },
        {
          kind: 'bars',
          title: 'Local preference',
          by: 'flow.bgp.local_preference',
          metric: 'bytes',
          color: COLORS.service,
          width: 12,
          about: 'Which of your preferences the traffic follows.',
        },
      ],
    },
  ],
};
