// Overview: what is going on in the network, on one page. How much, by whom, to whom, for what, seen by which exporter.

import { count, distinct, sum, type ValueFormat } from './lib/columns.ts';
import { controls } from './lib/controls.ts';
import { dashboard, type Row } from './lib/dashboard.ts';
import { flowField } from './lib/fields.ts';
import { meanBitRate } from './lib/formula.ts';
import { COLORS, donut, note, tile, topBars, topTable, trafficOverTime } from './lib/panels.ts';
import type { SavedObject } from './lib/saved-object.ts';

const HINT =
  'Click a bar or a slice to filter by it. **Empty, or red marks?** No flow in this time range: choose a longer one at ' +
  'the top right, and see whether the line that `weir run` shows on its terminal, or its log, counts any.';

const GEO_HINT = 'By bytes. Private addresses have none. No results at all: weir has no GeoIP database in geoip/.';

/** 15.7m: a day's packets need more digits than a tile has room for. */
const COMPACT: ValueFormat = { id: 'number', params: { decimals: 1, compact: true } };

const octets = flowField('network.bytes');
const packets = flowField('network.packets');
const client = flowField('client.ip');
const server = flowField('server.ip');
const service = flowField('flow.service.name');
const exporter = flowField('observer.ip');

/** The Overview dashboard over the flow documents of a data view. */
export function overview(id: string, dataView: string): SavedObject {
  return dashboard({
    id,
    title: 'weir: Overview',
    description: 'Traffic over time, top clients, servers, services and conversations, countries, networks, exporters',
    from: 'now-1h',
    controls: controls(dataView, [exporter, client, server, service]),
    rows: [
      { height: 2, panels: [note('hint', HINT)] },
      totals(dataView),
      traffic(dataView),
      rankings(dataView),
      conversations(dataView),
      places(dataView),
    ],
  });
}

function totals(dataView: string): Row {
  const rate = { ...meanBitRate('main', octets, 'Average traffic'), second: sum(octets) };
  return {
    height: 5,
    panels: [
      tile('rate', { dataView, columns: rate, secondLabel: 'total' }),
      tile('packets', { dataView, columns: { main: sum(packets, packets.label, COMPACT) } }),
      tile('flows', { dataView, columns: { main: count() } }),
      tile('clients', { dataView, columns: { main: distinct(client, 'Clients') } }),
      tile('servers', { dataView, columns: { main: distinct(server, 'Servers') } }),
      tile('exporters', { dataView, columns: { main: distinct(exporter, 'Exporters') } }),
    ],
  };
}

function traffic(dataView: string): Row {
  const text = { id: 'traffic', title: 'Traffic over time by service', description: 'Bits per second.' };
  return { height: 14, panels: [trafficOverTime(text, { dataView, octets, by: service, size: 9 })] };
}

function rankings(dataView: string): Row {
  const options = { dataView, metric: sum(octets), size: 10, showValues: true };
  const clients = { id: 'top-clients', title: 'Top clients', description: 'Who asked; by bytes, both directions.' };
  const servers = { id: 'top-servers', title: 'Top servers', description: 'Who answered; by bytes, both directions.' };
  const services = { id: 'top-services', title: 'Top services', description: 'By bytes, both directions.' };
  return {
    height: 13,
    panels: [
      topBars(clients, { ...options, by: client, color: COLORS.client }),
      topBars(servers, { ...options, by: server, color: COLORS.server }),
      topBars(services, { ...options, by: service, color: COLORS.service }),
    ],
  };
}

function conversations(dataView: string): Row {
  const pairs = { id: 'top-conversations', title: 'Top conversations', description: 'Client > server, service.' };
  const exporters = { id: 'top-exporters', title: 'Exporters', description: 'The devices that report flows.' };
  const protocols = { id: 'protocols', title: 'Protocols', description: 'Shares of the bytes.' };
  return {
    height: 18,
    widths: [34, 14],
    panels: [
      topTable(pairs, {
        dataView,
        by: flowField('flow.conversation'),
        size: 50,
        rows: 10,
        firstWidth: 480,
        metrics: { bytes: sum(octets), packets: sum(packets), flows: count() },
      }),
      [
        topTable(exporters, {
          dataView,
          by: exporter,
          size: 50,
          rows: 50,
          metrics: { bytes: sum(octets), flows: count() },
        }),
        donut(protocols, { dataView, by: flowField('network.transport'), metric: sum(octets), size: 4 }),
      ],
    ],
  };
}

function places(dataView: string): Row {
  const places = [
    ['client-countries', 'Client countries', 'client.geo.country_name', COLORS.client],
    ['server-countries', 'Server countries', 'server.geo.country_name', COLORS.server],
    ['client-networks', 'Client networks (AS)', 'client.as.organization.name', COLORS.client],
    ['server-networks', 'Server networks (AS)', 'server.as.organization.name', COLORS.server],
  ] as const;
  const options = { dataView, metric: sum(octets), size: 10, showValues: false };
  const panels = places.map(([id, title, field, color]) =>
    topBars({ id, title, description: GEO_HINT }, { ...options, by: flowField(field), color }),
  );
  return { height: 12, panels };
}
