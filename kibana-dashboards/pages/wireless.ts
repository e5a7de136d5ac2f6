// Which networks wireless clients are in, and what they do there; what access points count.

import type { FieldMetric } from '../lib/metric-types.ts';
import type { Page } from '../lib/page-types.ts';
import { COLORS } from '../lib/panel.ts';

const WIRELESS = 'flow.wlan.ssid: *';
const radios: FieldMetric = { op: 'distinct', field: 'flow.wlan.bssid', label: 'Radios' };

export const page: Page = {
  id: 'wireless',
  title: 'Wireless',
  group: 'special',
  order: 30,
  question: 'Which wireless networks are used, by whom, over which radios, and for what?',
  needs: { fields: ['flow.wlan.ssid', 'flow.wlan.bssid'] },
  rows: [
    {
      height: 3,
      panels: [
        {
          kind: 'status',
          title: 'Wireless flows',
          what: 'flows with the name of a wireless network',
          fields: ['flow.wlan.ssid'],
          whenEmpty: [
            'No exporter of yours names wireless networks: controllers do so with wlanSSID (IE 147), access points with the',
            '802.11 records of sFlow.',
          ],
        },
      ],
    },
    {
      height: 5,
      panels: [
        { kind: 'tile', title: 'Wireless traffic', metric: 'bit/s', filter: WIRELESS, trend: true },
        { kind: 'tile', title: 'Clients', metric: 'clients', filter: WIRELESS, trend: true },
        { kind: 'tile', title: 'Networks', metric: { op: 'distinct', field: 'flow.wlan.ssid', label: 'Networks' } },
        { kind: 'tile', title: 'Radios', metric: radios },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'series',
          title: 'Traffic by network',
          metrics: ['bit/s'],
          by: 'flow.wlan.ssid',
          filter: WIRELESS,
        },
        {
          kind: 'series',
          title: 'Clients by network',
          metrics: ['clients'],
          draw: 'line',
          by: { field: 'flow.wlan.ssid', other: false },
          filter: WIRELESS,
          about: 'Different clients in each step.',
        },
      ],
    },
    {
      height: 17,
      panels: [
        {
          kind: 'table',
          title: 'Networks and radios',
          by: [
            { field: 'flow.wlan.ssid', size: 20 },
            { field: 'flow.wlan.bssid', size: 4 },
          ],
          metrics: ['bytes', 'clients', 'flows'],
          filter: WIRELESS,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'bars',
          title: 'Top clients',
          by: 'client.ip',
          metric: 'bytes',
          color: COLORS.client,
          filter: WIRELESS,
          drill: ['conversations', 'records'],
        },
      ],
    },
    {
      height: 13,
      panels: [
        {
          kind: 'bars',
          title: 'What they use',
          by: 'flow.service.name',
          stack: { field: 'flow.wlan.ssid', size: 4 },
          metric: 'bytes',
          filter: WIRELESS,
          drill: ['conversations', 'records'],
        },
        {
          kind: 'table',
          title: 'Access points (sFlow)',
          data: 'counters',
          by: 'observer.name',
          metrics: [
            { op: 'max', field: 'counters.wlan.associated_station_count', label: 'Stations' },
            { op: 'max', field: 'counters.wlan.retry_count', label: 'Retries' },
            { op: 'max', field: 'counters.wlan.failed_count', label: 'Failed' },
            { op: 'max', field: 'counters.wlan.fcs_error_count', label: 'Bad frames' },
          ],
          filter: 'counters.wlan.associated_station_count: *',
          about: 'Most stations at a time; the others are counters since the start of the access point.',
        },
      ],
    },
  ],
};
