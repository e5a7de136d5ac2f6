// Overview: what is going on in the network, on one page. How much, by whom, to whom, for what, seen by which exporter.

import { count, distinct, sum, type ValueFormat } from './lib/columns.ts';
import { controls } from './lib/controls.ts';
import { dashboard, type Row } from './lib/dashboard.ts';
import { type Field, flowField } from './lib/fields.ts';
import { meanBitRate } from './lib/formula.ts';
import { COLORS, donut, note, type Panel, tile, topBars, topTable, trafficOverTime } from './lib/panels.ts';
import type { SavedObject } from './lib/saved-object.ts';

const HINT =
  'Click a bar or a slice to filter by it. **Everything empty?** Choose a longer time range at the top right. ' +
  'Still empty: `weir doctor` finds the place between router and dashboard where the flows are lost.';

const GEO_HINT = 'By bytes. Private addresses have none. No results at all: weir has no GeoIP database in geoip/.';

const COMPACT: ValueFormat = { id: 'number', params: { decimals: 1, compact: true } };

/** The Overview dashboard over the flow documents of a data view. */
export function overview(id: string, dataView: string): SavedObject {
  const octets = flowField('network.bytes');
  const packets = flowField('network.packets');
  const source = { dataView };

  const bars = (panelId: string, title: string, by: Field, color: string, description?: string): Panel =>
    topBars(
      { id: panelId, title, ...(description === undefined ? {} : { description }) },
      { ...source, by, metric: sum(octets, 'Bytes'), size: 10, color },
    );

  const tiles: Row = {
    height: 5,
    panels: [
      tile('rate', {
        ...source,
        columns: { ...meanBitRate('main', octets, 'Average traffic'), second: sum(octets, 'Bytes') },
        secondLabel: 'total',
      }),
      // Short (15.7m), since a day's packets need more digits than a tile has room for.
      tile('packets', { ...source, columns: { main: sum(packets, 'Packets', COMPACT) } }),
      tile('flows', { ...source, columns: { main: count('Flows') } }),
      tile('clients', { ...source, columns: { main: distinct(flowField('client.ip'), 'Clients') } }),
      tile('servers', { ...source, columns: { main: distinct(flowField('server.ip'), 'Servers') } }),
      tile('exporters', { ...source, columns: { main: distinct(flowField('observer.ip'), 'Exporters') } }),
    ],
  };

  return dashboard({
    id,
    title: 'Weir: Overview',
    description: 'Traffic over time, top clients, servers, services and conversations, countries, networks, exporters',
    from: 'now-1h',
    controls: controls(dataView, [
      flowField('observer.ip'),
      flowField('client.ip'),
      flowField('server.ip'),
      flowField('flow.service.name'),
    ]),
    rows: [
      { height: 3, panels: [note('hint', HINT)] },
      tiles,
      {
        height: 14,
        panels: [
          trafficOverTime(
            { id: 'traffic', title: 'Traffic over time by service', description: 'Bits per second.' },
            { ...source, octets, by: flowField('flow.service.name'), size: 9 },
          ),
        ],
      },
      {
        height: 13,
        panels: [
          bars(
            'top-clients',
            'Top clients',
            flowField('client.ip'),
            COLORS.client,
            'Who opened the conversations; by bytes, both directions.',
          ),
          bars(
            'top-servers',
            'Top servers',
            flowField('server.ip'),
            COLORS.server,
            'Who answered; by bytes, both directions.',
          ),
          bars('top-services', 'Top services', flowField('flow.service.name'), COLORS.service, 'By bytes.'),
        ],
      },
      {
        height: 18,
        widths: [34, 14],
        panels: [
          topTable(
            { id: 'top-conversations', title: 'Top conversations', description: 'Client, server and service.' },
            {
              ...source,
              by: flowField('flow.conversation'),
              label: 'Conversation',
              size: 50,
              rows: 10,
              firstWidth: 480,
              metrics: { bytes: sum(octets, 'Bytes'), packets: sum(packets, 'Packets'), flows: count('Flows') },
            },
          ),
          [
            topTable(
              { id: 'top-exporters', title: 'Exporters', description: 'The devices that report flows.' },
              {
                ...source,
                by: flowField('observer.ip'),
                size: 50,
                rows: 50,
                metrics: { bytes: sum(octets, 'Bytes'), flows: count('Flows') },
              },
            ),
            donut(
              { id: 'protocols', title: 'Protocols', description: 'Shares of the bytes.' },
              { ...source, by: flowField('network.transport'), metric: sum(octets, 'Bytes'), size: 4 },
            ),
          ],
        ],
      },
      {
        height: 12,
        panels: [
          bars('client-countries', 'Client countries', flowField('client.geo.country_name'), COLORS.client, GEO_HINT),
          bars('server-countries', 'Server countries', flowField('server.geo.country_name'), COLORS.server, GEO_HINT),
          bars(
            'client-networks',
            'Client networks (AS)',
            flowField('client.as.organization.name'),
            COLORS.client,
            GEO_HINT,
          ),
          bars(
            'server-networks',
            'Server networks (AS)',
            flowField('server.as.organization.name'),
            COLORS.server,
            GEO_HINT,
          ),
        ],
      },
    ],
  });
}
