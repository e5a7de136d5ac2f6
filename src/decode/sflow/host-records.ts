// Flow records of hosts: sockets, and transactions over them (sflow_host.txt, sflow_application.txt, sflow_http.txt,
// sFlow.org); and those of all kinds that are read over.

import type { Flow } from '../../flow/flow.ts';
import type { SampleState, SflowCounters } from './sflow-context.ts';
import { decodeSocketIpv4, decodeSocketIpv6, SOCKET_IPV4_SIZE, SOCKET_IPV6_SIZE } from './socket-records.ts';
import { decodeAppContext, decodeAppInitiator, decodeAppOperation, decodeHttpRequest } from './transaction-records.ts';

const EXTENDED_SOCKET_IPV4 = 2100;
const EXTENDED_SOCKET_IPV6 = 2101;
const EXTENDED_PROXY_SOCKET_IPV4 = 2102;
const EXTENDED_PROXY_SOCKET_IPV6 = 2103;
const HTTP_REQUEST_OLD = 2201;
const APP_OPERATION = 2202;
const APP_PARENT_CONTEXT = 2203;
const APP_INITIATOR = 2204;
const HTTP_REQUEST = 2206;

// Read over, as no field of a flow is made of them: what an MPLS tunnel, VC, FTN and FEC is called, outer frames of tunnels,
// queues and delays of a switch, why Linux dropped (the discard reason says it for all), TCP's state, data sources of
// hosts, memcache. They are no unknown records.
const WITHOUT_FIELDS: ReadonlySet<number> = new Set([
  1008, 1009, 1010, 1011, 1021, 1022, 1036, 1038, 1039, 1040, 1041, 1042, 2200, 2205, 2209, 2210,
]);

/** Size of a format's fixed part, 0 where it has none. */
export function hostRecordSize(format: number): number {
  switch (format) {
    case EXTENDED_SOCKET_IPV4:
    case EXTENDED_PROXY_SOCKET_IPV4:
      return SOCKET_IPV4_SIZE;
    case EXTENDED_SOCKET_IPV6:
    case EXTENDED_PROXY_SOCKET_IPV6:
      return SOCKET_IPV6_SIZE;
    default:
      return 0;
  }
}

/** Reads a record between `at` and `end`; counts what nobody knows. */
export function decodeHostRecord(
  flow: Flow,
  view: DataView,
  format: number,
  at: number,
  end: number,
  sample: SampleState,
  counters: SflowCounters,
): void {
  switch (format) {
    case EXTENDED_SOCKET_IPV4:
    case EXTENDED_PROXY_SOCKET_IPV4:
      decodeSocketIpv4(flow, view, at);
      break;
    case EXTENDED_SOCKET_IPV6:
    case EXTENDED_PROXY_SOCKET_IPV6:
      decodeSocketIpv6(flow, view, at);
      break;
    case HTTP_REQUEST:
    case HTTP_REQUEST_OLD:
      decodeHttpRequest(flow, view, at, end, sample, format === HTTP_REQUEST);
      break;
    case APP_OPERATION:
      decodeAppOperation(flow, view, at, end, sample);
      break;
    case APP_PARENT_CONTEXT:
      decodeAppContext(flow, view, at, end);
      break;
    case APP_INITIATOR:
      decodeAppInitiator(flow, view, at, end);
      break;
    default:
      if (!WITHOUT_FIELDS.has(format)) counters.unknownRecords++;
  }
}
