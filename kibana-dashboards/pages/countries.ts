// Countries and cities over time.

import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

export const page: Page = {
  id: 'countries',
  title: 'Countries',
  group: 'places',
  order: 20,
  question: 'With which countries and cities is there how much traffic, when, and for what?',
  needs: { fields: ['client.geo.country_name', 'server.geo.country_name'] },
  rows: [
    {
      height: 5,
      panels: [
        {
          kind: 'tile',
          title: 'Countries of servers',
          metric: { op: 'distinct', field: 'server.geo.country_name', label: 'Countries of servers' },
        },
        {
          kind: 'tile',
          title: 'Countries of clients',
          metric: { op: 'distinct', field: 'client.geo.country_name', label: 'Countries of clients' },
        },
        {
          kind: 'tile',
          title: 'Cities of servers',
          metric: { op: 'distinct', field: 'server.geo.city_name', label: 'Cities of servers' },
        },
        {
          kind: 'tile',
          title: 'Cities of clients',
          metric: { op: 'distinct', field: 'client.geo.city_name', label: 'Cities of clients' },
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Server countries, bits per second',
          metrics: ['bit/s'],
          by: { field: 'server.geo.country_name', other: false },
        },
        {
          kind: 'series',
          title: 'Client countries, bits per second',
          metrics: ['bit/s'],
          by: { field: 'client.geo.country_name', other: false },
        },
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'table',
          title: 'Countries of servers',
          by: { field: 'server.geo.country_name', size: 100, label: 'Country' },
          metrics: ['bytes', 'flows', 'clients', 'servers'],
          drill: ['geo', 'conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Countries of clients',
          by: { field: 'client.geo.country_name', size: 100, label: 'Country' },
          metrics: ['bytes', 'flows', 'clients', 'servers'],
          about: 'From outside: who uses your servers.',
          drill: ['geo', 'conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Server cities, bits per second',
          metrics: ['bit/s'],
          by: { field: 'server.geo.city_name', other: false },
        },
        {
          kind: 'series',
          title: 'Server countries, packets per second',
          metrics: ['packets/s'],
          by: { field: 'server.geo.country_name', other: false },
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'Countries by clients',
          by: { field: 'server.geo.country_name', size: 10 },
          metric: 'clients',
          color: COLORS.client,
          about: 'How many clients go there.',
          drill: ['records'],
        },
        {
          kind: 'treemap',
          title: 'Countries and services',
          by: [{ field: 'server.geo.country_name', size: 8 }, 'flow.service.name'],
          metric: 'bytes',
        },
        {
          kind: 'donut',
          title: 'Continents of servers',
          by: { field: 'server.geo.continent_code', size: 7, other: false },
          metric: 'bytes',
          about: 'AF Africa, AN Antarctica, AS Asia, EU Europe, NA North America, OC Oceania, SA South America.',
        },
      ],
    },
  ],
};
