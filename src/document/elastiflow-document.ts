// The second form of documents: those of ElastiFlow 3.5 (pipelines/elastiflow-3.5.yml), so that dashboards and saved
// searches of old installations keep working. One function per topic, as in document.ts, but for less speed: where a text
// is no address's it is made anew. What ElastiFlow got wrong is not repeated; docs/migrating-from-elastiflow.md says what.

import type { Flow } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { interfaceName } from '../flow/interface-name.ts';
import { hasPorts, PROTOCOL_TCP, protocolName } from '../flow/protocols.ts';
import { tcpFlagNames } from '../flow/tcp-flags.ts';
import { type FlowDocuments, flowId } from './document.ts';
import { bothEnds, type ElastiflowSide, elastiflowHostText } from './elastiflow-host.ts';
import { FlowTime, type FlowTimeOptions } from './flow-time.ts';
import { flat, isCount, quote } from './json.ts';
import { isDate, quotedTime } from './timestamp.ts';

export interface ElastiflowOptions extends FlowTimeOptions {
  /** Text of a service by protocol and port: `https (TCP/443)`, `TCP/12345`. */
  readonly portName: (protocol: number, port: number) => string;
}

const VERSION = ',"@version":"3.5.3"';
/** Bits that ElastiFlow names: NS is none of them. */
const FLAG_BITS = 0xff;

/** Layouts that always state masks, AS and next hop. */
const FIXED = new Set<string>(['netflow_v5', 'netflow_v6', 'netflow_v7']);

export class ElastiflowDocumenter implements FlowDocuments {
  /** Flows whose exporter's clock was refused: `@timestamp` is the receive time. */
  clockReplaced = 0;
  readonly #time: FlowTime;
  readonly #portName: ElastiflowOptions['portName'];

  constructor(options: ElastiflowOptions) {
    this.#time = new FlowTime(options);
    this.#portName = options.portName;
  }

  /** The document: one line of ASCII without newline. */
  flowDocument(flow: Flow): string {
    if (this.#time.isOff(flow)) this.clockReplaced++;
    const flowMembers =
      sideText('src', flow.source, flow.sourceIp) +
      sideText('dst', flow.destination, flow.destinationIp) +
      this.#ports(flow) +
      link(flow) +
      roles(flow) +
      bothEnds(flow.source, flow.destination) +
      network(flow) +
      path(flow);
    const tags = flow.tags === undefined ? '' : `,"tags":[${flow.tags.map(quote).join(',')}]`;
    const netflow = flow.protocol.startsWith('netflow') ? netflowText(flow) : '';
    return (
      `{"@timestamp":${quotedTime(this.flowTimestamp(flow))}${VERSION}${origin(flow)}` +
      `,"flow":{"direction":"${directionText(flow)}"${flowMembers}}${netflow}${tags}}`
    );
  }

  /** `_id`, as for weir's own documents. */
  flowId(flow: Flow): string {
    return flowId(flow);
  }

  /** The document's `@timestamp` in whole epoch ms. */
  flowTimestamp(flow: Flow): number {
    return this.#time.of(flow);
  }

  #ports(flow: Flow): string {
    const { protocolNumber: protocol } = flow;
    if (protocol === undefined) return '';
    if (!hasPorts(protocol)) {
      const name = quote(`${protocolText(protocol)}/0`);
      return `,"src_port_name":${name},"dst_port_name":${name}`;
    }
    return this.#port('src', protocol, flow.sourcePort) + this.#port('dst', protocol, flow.destinationPort);
  }

  #port(side: string, protocol: number, port: number | undefined): string {
    return port === undefined
      ? ''
      : `,"${side}_port":${port},"${side}_port_name":${quote(this.#portName(protocol, port))}`;
  }
}

function sideText(side: ElastiflowSide, host: Host | undefined, ip: string | undefined): string {
  if (host !== undefined) return elastiflowHostText(side, host);
  return ip === undefined ? '' : `,"${side}_addr":"${ip}","${side}_hostname":"${ip}"`;
}

/** Who sent it, and how. */
function origin(flow: Flow): string {
  const { exporter, observerIp } = flow;
  const name = exporter.name === undefined || exporter.name === '' ? observerIp : exporter.name;
  const type = flow.protocol === 'ipfix' ? 'ipfix' : flow.protocol.startsWith('sflow') ? 'sflow' : 'netflow';
  return (
    `,"event":{"type":"${type}","host":"${exporter.packetAddress ?? exporter.address}"}` +
    `,"node":{"ipaddr":"${observerIp}","hostname":${quote(name)}}`
  );
}

/** Masks, MAC addresses, translation. */
function link(flow: Flow): string {
  const none = FIXED.has(flow.protocol) ? 0 : undefined;
  return (
    number('src_mask_len', flow.sourceMask ?? none) +
    number('dst_mask_len', flow.destinationMask ?? none) +
    mac('src_mac', flow.sourceMac) +
    mac('dst_mac', flow.destinationMac) +
    text('src_addr_trans', flow.natSourceIp) +
    text('dst_addr_trans', flow.natDestinationIp) +
    number('src_port_trans', flow.natSourcePort) +
    number('dst_port_trans', flow.natDestinationPort)
  );
}

function roles(flow: Flow): string {
  const { isClientSource, source, destination, sourceIp, destinationIp } = flow;
  const service = text('service_name', flow.serviceName) + number('service_port', flow.servicePort);
  if (flow.roleReason === undefined) return service;
  return (
    service +
    sideText('client', isClientSource ? source : destination, isClientSource ? sourceIp : destinationIp) +
    sideText('server', isClientSource ? destination : source, isClientSource ? destinationIp : sourceIp)
  );
}

function network(flow: Flow): string {
  const { protocolNumber, ipVersion, tcpFlags, source, destination } = flow;
  const isPublic = source?.scope === 'public' || destination?.scope === 'public';
  const hasHost = source !== undefined || destination !== undefined;
  const application =
    flow.applicationName ??
    (flow.applicationId === undefined ? undefined : flow.facts.applicationNames.find(flow.applicationId));
  return (
    (ipVersion === 4 ? ',"ip_version":"IPv4"' : ipVersion === 6 ? ',"ip_version":"IPv6"' : '') +
    (protocolNumber === undefined ? '' : protocolMember(protocolNumber)) +
    number('bytes', sum(flow.bytes, flow.reverseBytes)) +
    number('packets', sum(flow.packetCount, flow.reversePacketCount)) +
    number('sampling_interval', flow.interval === 1 ? 0 : flow.interval) +
    (protocolNumber === PROTOCOL_TCP && tcpFlags !== undefined ? flagsText(tcpFlags) : '') +
    number('tos', flow.tos) +
    number('vlan', flow.dot1qVlan ?? flow.sourceVlan ?? flow.destinationVlan) +
    text('application', application === '' ? undefined : application) +
    (hasHost ? `,"traffic_locality":"${isPublic ? 'public' : 'private'}"` : '')
  );
}

/** The way through the exporter. */
function path(flow: Flow): string {
  return (
    INPUTS.get(flow, flow.inputInterface, flow.inputInterfaceName) +
    OUTPUTS.get(flow, flow.outputInterface, flow.outputInterfaceName) +
    text('next_hop', flow.nextHopIp ?? (FIXED.has(flow.protocol) ? '0.0.0.0' : undefined)) +
    text('bgp_next_hop', flow.bgpNextHopIp) +
    text('wifi_ssid', flow.wlanSsid === '' ? undefined : flow.wlanSsid) +
    mac('wifi_wtp_mac', flow.wlanBssid)
  );
}

interface InterfaceEntry {
  readonly name: string | undefined;
  readonly text: string;
}

/** `,"input_snmp":"3","input_ifname":"ge-0/0/3"` by index, of the exporter that had it last. */
class InterfaceTexts {
  readonly #side: 'input' | 'output';
  readonly #entries = new Map<number, InterfaceEntry>();

  constructor(side: 'input' | 'output') {
    this.#side = side;
  }

  get({ exporter, facts }: Flow, index: number | undefined, recordName: string | undefined): string {
    if (index === undefined) return text(`${this.#side}_ifname`, recordName === '' ? undefined : recordName);
    const name = recordName ?? interfaceName(exporter, facts, index);
    const known = this.#entries.get(index);
    if (known !== undefined && known.name === name) return known.text;
    const shown = text(`${this.#side}_ifname`, name === '' ? undefined : (name ?? `index: ${index}`));
    const entry = { name, text: flat(`,"${this.#side}_snmp":"${index}"${shown}`) };
    if (this.#entries.size >= INTERFACE_LIMIT) this.#entries.clear();
    this.#entries.set(index, entry);
    return entry.text;
  }
}

const INTERFACE_LIMIT = 65_536;
const INPUTS = new InterfaceTexts('input');
const OUTPUTS = new InterfaceTexts('output');

function directionText({ protocol, direction }: Flow): string {
  if (direction === 0) return 'ingress';
  if (direction === 1) return 'egress';
  return protocol === 'netflow_v9' || protocol === 'ipfix' ? 'unspecified' : 'ingress';
}

/** `,"netflow":{…}`: what ElastiFlow left of the record under its own name. */
function netflowText(flow: Flow): string {
  const { header, startMs, endMs, protocol } = flow;
  const none = FIXED.has(protocol) ? 0 : undefined;
  const isV5 = protocol === 'netflow_v5';
  return (
    `,"netflow":{"version":${protocol.slice('netflow_v'.length)}` +
    (isDate(startMs) ? `,"first_switched":${quotedTime(startMs)}` : '') +
    (isDate(endMs) ? `,"last_switched":${quotedTime(endMs)}` : '') +
    number('src_as', flow.sourceAs ?? none) +
    number('dst_as', flow.destinationAs ?? none) +
    number('engine_type', isV5 ? flow.observationDomainId >>> 8 : undefined) +
    number('engine_id', isV5 ? flow.observationDomainId & 255 : undefined) +
    number('flow_seq_num', header?.sequence) +
    number('flow_records', header?.records) +
    number('sampling_algorithm', isV5 ? header?.samplingMode : undefined) +
    number('flowset_id', flow.templateId) +
    '}'
  );
}

const FLAGS: (string | undefined)[] = new Array(FLAG_BITS + 1);

function flagsText(bits: number): string {
  const low = bits & FLAG_BITS;
  let found = FLAGS[low];
  if (found === undefined) {
    found = flat(`,"tcp_flags":${JSON.stringify(low === 0 ? ['none'] : tcpFlagNames(low))}`);
    FLAGS[low] = found;
  }
  return found;
}

const PROTOCOLS: (string | undefined)[] = new Array(256);
const PROTOCOL_MEMBERS: (string | undefined)[] = new Array(256);

/** "TCP" */
function protocolText(protocol: number): string {
  let found = PROTOCOLS[protocol];
  if (found === undefined) {
    found = protocolName(protocol)?.toUpperCase() ?? `UNKNOWN(${protocol})`;
    PROTOCOLS[protocol] = found;
  }
  return found;
}

/** `,"ip_protocol":"TCP"` */
function protocolMember(protocol: number): string {
  let found = PROTOCOL_MEMBERS[protocol];
  if (found === undefined) {
    found = flat(text('ip_protocol', protocolText(protocol)));
    PROTOCOL_MEMBERS[protocol] = found;
  }
  return found;
}

function sum(forward: number | undefined, reverse: number | undefined): number | undefined {
  return reverse === undefined ? forward : (forward ?? 0) + reverse;
}

function number(name: string, value: number | undefined): string {
  return isCount(value) ? `,"${name}":${Math.round(value)}` : '';
}

function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${quote(value)}`;
}

/** `00:00:5e:00:53:01`, as Logstash writes it. */
function mac(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":"${macText(value)}"`;
}

const MACS = new Map<string, string>();
const MAC_LIMIT = 65_536;

function macText(mac: string): string {
  let found = MACS.get(mac);
  if (found === undefined) {
    found = mac.replaceAll('-', ':').toLowerCase();
    if (MACS.size >= MAC_LIMIT) MACS.clear();
    MACS.set(mac, found);
  }
  return found;
}
