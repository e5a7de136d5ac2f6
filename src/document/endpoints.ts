// The four endpoint sections: source and destination as the record has them, client and server by role.
// A side's members are made once and stand in two sections; what only source and destination have is added there.
// Few pieces make few steps, so a closing brace stands in the piece before it where that one is kept anyway.

import type { Flow } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { hasPorts } from '../flow/protocols.ts';
import { portText, Texts } from './fragments.ts';
import { HostTexts, SIDE_FIELDS } from './host-texts.ts';
import { integerText, isCount } from './json.ts';

export class Endpoints {
  readonly #fillSides: boolean;
  readonly #record: HostTexts;
  /** Undefined where both pairs show the same. */
  readonly #role: HostTexts | undefined;

  /**
   * @param fillSides whether a one-way flow's counters are the sender's too, and not only `network.*`
   * @param dropped names of fields that are not written
   */
  constructor(fillSides: boolean, dropped: ReadonlySet<string>) {
    this.#fillSides = fillSides;
    this.#record = new HostTexts('source', dropped);
    this.#role = showSame(dropped) ? undefined : new HostTexts('client', dropped);
  }

  /** `,"source":{…},"destination":{…},"client":{…},"server":{…}`, each only where it has members, roles where known. */
  text(flow: Flow): string {
    const record = this.#record;
    const source = sourceMembers(flow, record, this.#fillSides);
    const destination = destinationMembers(flow, record);
    const text =
      closedSection(',"source":{', source, linkEnd(flow.sourceMac, flow.natSourceIp, flow.natSourcePort)) +
      closedSection(
        ',"destination":{',
        destination,
        linkEnd(flow.destinationMac, flow.natDestinationIp, flow.natDestinationPort),
      );
    if (flow.roleReason === undefined) return text;
    const role = this.#role;
    if (role === undefined) return text + roles(flow, source, destination);
    return text + roles(flow, sourceMembers(flow, role, this.#fillSides), destinationMembers(flow, role));
  }
}

function roles(flow: Flow, source: string, destination: string): string {
  const client = flow.isClientSource ? source : destination;
  const server = flow.isClientSource ? destination : source;
  if (client !== '' && server !== '') return `,"client":{${client}},"server":{${server}}`;
  return closedSection(',"client":{', client, '}') + closedSection(',"server":{', server, '}');
}

function sourceMembers(flow: Flow, hosts: HostTexts, fillSides: boolean): string {
  const isByteCount = hosts.hasCounters && (fillSides || flow.reverseBytes !== undefined);
  const isPacketCount = hosts.hasCounters && (fillSides || flow.reversePacketCount !== undefined);
  return sideMembers(
    addressMembers(hosts, flow.source, flow.sourceIp, flow.sourceAs, flow.sourceAsName, flow.isExporterAsFirst),
    hasPortsOf(flow) ? flow.sourcePort : undefined,
    isByteCount ? flow.bytes : undefined,
    isPacketCount ? flow.packetCount : undefined,
  );
}

function destinationMembers(flow: Flow, hosts: HostTexts): string {
  return sideMembers(
    addressMembers(
      hosts,
      flow.destination,
      flow.destinationIp,
      flow.destinationAs,
      flow.destinationAsName,
      flow.isExporterAsFirst,
    ),
    hasPortsOf(flow) ? flow.destinationPort : undefined,
    hosts.hasCounters ? flow.reverseBytes : undefined,
    hosts.hasCounters ? flow.reversePacketCount : undefined,
  );
}

/** True where client and server show what source and destination show, but for what only these have. */
function showSame(dropped: ReadonlySet<string>): boolean {
  return SIDE_FIELDS.every((name) => dropped.has(`source.${name}`) === dropped.has(`client.${name}`));
}

function hasPortsOf(flow: Flow): boolean {
  return flow.protocolNumber === undefined || hasPorts(flow.protocolNumber);
}

/** Like section(), with the closing brace at the end of `rest`. */
function closedSection(open: string, first: string, rest: string): string {
  if (first !== '') return open + first + rest;
  return rest === '}' ? '' : open + rest.slice(1);
}

/**
 * Members that follow from the address, the first without comma. An AS stands there once: the database's, or that of
 * the record where the database has none or is asked second.
 */
function addressMembers(
  hosts: HostTexts,
  host: Host | undefined,
  ip: string | undefined,
  recordAs: number | undefined,
  recordAsName: string | undefined,
  isRecordFirst: boolean,
): string {
  if (host !== undefined) {
    if (!isCount(recordAs)) return hosts.text(host);
    if (host.asNumber === undefined) return hosts.text(host) + hosts.recordAs(recordAs, recordAsName);
    return isRecordFirst ? hosts.textWithoutAs(host) + hosts.recordAs(recordAs, recordAsName) : hosts.text(host);
  }
  const as = isCount(recordAs) ? hosts.recordAs(recordAs, recordAsName) : '';
  return ip === undefined ? as.slice(1) : `"ip":"${ip}"${as}`;
}

function sideMembers(
  address: string,
  port: number | undefined,
  bytes: number | undefined,
  packets: number | undefined,
): string {
  let rest = portText(port);
  if (isCount(bytes)) rest += `,"bytes":${integerText(Math.round(bytes))}`;
  if (isCount(packets)) rest += `,"packets":${integerText(Math.round(packets))}`;
  return address === '' ? rest.slice(1) : address + rest;
}

const MAC_LIMIT = 16_384;
const macEnds = new Texts(',"mac":"', '"}', MAC_LIMIT);

/** `,"mac":"00-00-5E-00-53-23","nat":{…}}`, with the brace that closes the side. */
function linkEnd(mac: string | undefined, natIp: string | undefined, natPort: number | undefined): string {
  if (natIp === undefined && natPort === undefined) return mac === undefined ? '}' : macEnds.get(mac);
  const members = mac === undefined ? '' : `,"mac":"${mac}"`;
  const ip = natIp === undefined ? '' : `,"ip":"${natIp}"`;
  const port = portText(natPort);
  return ip === '' && port === '' ? `${members}}` : `${members},"nat":{${(ip + port).slice(1)}}}`;
}
