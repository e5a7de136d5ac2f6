// The section `flow`: everything that ECS has no name for. One small function per topic; each returns members that
// begin with a comma, or ''. It opens with `export`, which every flow has.

import type { ExportProtocol, Flow, RoleReason, SamplingSource } from '../flow/flow.ts';
import type { Host } from '../flow/host.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, protocolName } from '../flow/protocols.ts';
import { bgpText } from './bgp-text.ts';
import { detailsText } from './details-text.ts';
import { DISCARD_UNKNOWN, discardName } from './discard-names.ts';
import { exporterTagsText, speedsText } from './exporter-names.ts';
import { hostNetworkText, icmpText, portText, ServiceTexts, Texts, tcpFlagsText, tosText } from './fragments.ts';
import { flat, integerText, isCount, isUpTo, quote, section } from './json.ts';
import { endReasonName, firewallEventName, forwardingReasonName, forwardingStatusName, natEventName } from './names.ts';
import { flowThreatText, hasThreat } from './threat-text.ts';
import { tunnelText } from './tunnel-text.ts';

/** Of a flow that was split; what a `short` takes. */
const MAX_PARTS = 32_767;
/** Most service names remembered; the tables that name services have some 12 000 rows. */
const SERVICE_LIMIT = 16_384;
const NEXT_HOP_LIMIT = 16_384;
const VENDOR_LIMIT = 4096;
/** For words that weir itself chooses, or the user's few. */
const VOCABULARY_LIMIT = 256;

export class FlowSection {
  readonly #hasConversation: boolean;
  readonly #hasNetworks: boolean;
  readonly #hasRoleNetworks: boolean;
  readonly #hasExport: boolean;
  readonly #services = new ServiceTexts(SERVICE_LIMIT);
  readonly #reasons = new Texts(',"role":{"reason":"', '"}', VOCABULARY_LIMIT);
  readonly #reasonsOfConversations = new Texts(',"role":{"reason":"', '"},"conversation":"', VOCABULARY_LIMIT);
  readonly #localities = new Texts(',"locality":"', '"', VOCABULARY_LIMIT);
  readonly #nextHops = new Texts(',"next_hop":{"ip":"', '"}', NEXT_HOP_LIMIT);
  readonly #vendors = new Texts(',"mac_vendor":"', '"', VENDOR_LIMIT);
  // Last texts, and what they were made of: the records of a set, or of an exporter, share them.
  #samplingText = '';
  #interval = Number.NaN;
  #intervalSource: SamplingSource | undefined = undefined;
  #exportText = '';
  #protocol: ExportProtocol | undefined = undefined;
  #domainId = -1;
  #templateId: number | undefined = undefined;

  /** @param dropped names of fields that are not written */
  constructor(dropped: ReadonlySet<string>) {
    this.#hasConversation = !dropped.has('flow.conversation');
    this.#hasNetworks = !dropped.has('flow.source.network');
    this.#hasRoleNetworks = !dropped.has('flow.client.network');
    this.#hasExport = !dropped.has('flow.export.domain_id');
  }

  /** `,"flow":{…}` */
  text(flow: Flow): string {
    return (
      this.#export(flow) +
      this.#serviceAndRoles(flow) +
      sides(flow, this.#hasNetworks, this.#vendors) +
      (this.#hasRoleNetworks ? roleNetworks(flow) : '') +
      header(flow) +
      this.#sampling(flow) +
      this.#path(flow) +
      outcome(flow) +
      (hasThreat(flow) ? flowThreatText(flow) : '') +
      names(flow) +
      (flow.tunnel === undefined ? '' : tunnelText(flow.tunnel)) +
      (flow.details === undefined ? '' : detailsText(flow.details)) +
      '}'
    );
  }

  /** Opens the section. */
  #export(flow: Flow): string {
    if (
      flow.protocol !== this.#protocol ||
      flow.observationDomainId !== this.#domainId ||
      flow.templateId !== this.#templateId
    ) {
      this.#protocol = flow.protocol;
      this.#domainId = flow.observationDomainId;
      this.#templateId = flow.templateId;
      const text = this.#hasExport
        ? exportText(flow.protocol, flow.observationDomainId, flow.templateId)
        : `,"flow":{"export":{"protocol":"${flow.protocol}"}`;
      this.#exportText = flat(text);
    }
    return this.#exportText;
  }

  #serviceAndRoles(flow: Flow): string {
    const { roleReason, serviceName, servicePort } = flow;
    let members = roleReason === undefined ? '' : this.#roles(flow, roleReason);
    if (serviceName === undefined) members += section(',"service":{', '', portText(servicePort));
    // The end of a conversation holds its service.
    else if (!this.#isConversation(flow)) members += this.#services.section(serviceName, servicePort);
    return flow.locality === undefined ? members : members + this.#localities.get(flow.locality);
  }

  /** "192.0.2.1 > 203.0.113.5 https (TCP/443)": client first, so both directions say the same. */
  #roles(flow: Flow, roleReason: RoleReason): string {
    if (!this.#isConversation(flow)) return this.#reasons.get(roleReason);
    const { sourceIp, destinationIp, protocolNumber, serviceName } = flow;
    const opening = this.#reasonsOfConversations.get(roleReason);
    const pair = flow.isClientSource
      ? `${opening}${sourceIp} > ${destinationIp}`
      : `${opening}${destinationIp} > ${sourceIp}`;
    if (serviceName !== undefined) return pair + this.#services.conversationEnd(serviceName, flow.servicePort);
    const name = protocolNumber === undefined ? undefined : protocolName(protocolNumber);
    return name === undefined ? `${pair}"` : `${pair} ${name}"`;
  }

  /** Both ends are known, and who is who. */
  #isConversation(flow: Flow): boolean {
    const isKnown = flow.roleReason !== undefined && flow.sourceIp !== undefined && flow.destinationIp !== undefined;
    return isKnown && this.#hasConversation;
  }

  /** The way through the device. */
  #path(flow: Flow): string {
    let members = '';
    if (flow.direction === 0) members = ',"direction":"ingress"';
    else if (flow.direction === 1) members = ',"direction":"egress"';
    if (flow.isDuplicate) members += ',"duplicate":true';
    if (flow.exporter.table?.tags !== undefined) members += exporterTagsText(flow.exporter);
    members += speedsText(flow);
    if (flow.nextHopIp !== undefined) members += this.#nextHops.get(flow.nextHopIp);
    if (flow.bgpNextHopIp !== undefined || flow.bgp !== undefined) members += bgpText(flow.bgpNextHopIp, flow.bgp);
    if (flow.ingressVrf !== undefined || flow.egressVrf !== undefined) members += vrf(flow);
    if (flow.mplsLabels !== undefined && flow.mplsLabels.length > 0) members += mpls(flow.mplsLabels);
    return members;
  }

  #sampling(flow: Flow): string {
    const { interval, intervalSource, sampledBytes, sampledPackets } = flow;
    if (interval === 1 || !isCount(interval)) return '';
    if (interval !== this.#interval || intervalSource !== this.#intervalSource) {
      this.#interval = interval;
      this.#intervalSource = intervalSource;
      const source = intervalSource === undefined ? '' : `,"source":"${intervalSource}"`;
      this.#samplingText = flat(`,"sampling":{"interval":${interval}${source}}`);
    }
    const bytes = isCount(sampledBytes) ? `"bytes":${integerText(Math.round(sampledBytes))}` : '';
    const packets = isCount(sampledPackets) ? `,"packets":${integerText(Math.round(sampledPackets))}` : '';
    return this.#samplingText + section(',"sampled":{', bytes, packets);
  }
}

/** Headers without a domain (v1, v7) leave 0 in the flow, which is not written; in the others 0 is a domain like any. */
function exportText(protocol: ExportProtocol, domainId: number, templateId: number | undefined): string {
  const hasDomain = domainId !== 0 || protocol === 'netflow_v9' || protocol === 'ipfix' || protocol === 'sflow_v5';
  const domain = hasDomain ? `,"domain_id":"${domainId}"` : '';
  const template = templateId === undefined ? '' : `,"template_id":"${templateId}"`;
  return `,"flow":{"export":{"protocol":"${protocol}"${domain}${template}}`;
}

/** `,"source":{"mask_length":24}` by length: the usual case, without a VLAN. */
const SOURCE_MASKS: string[] = [];
const DESTINATION_MASKS: string[] = [];
for (let length = 0; length <= 128; length++) {
  SOURCE_MASKS.push(flat(`,"source":{"mask_length":${length}}`));
  DESTINATION_MASKS.push(flat(`,"destination":{"mask_length":${length}}`));
}

function sides(flow: Flow, hasNetworks: boolean, vendors: Texts): string {
  const { sourceMacVendor, destinationMacVendor } = flow;
  const source = hasNetworks ? flow.source : undefined;
  const destination = hasNetworks ? flow.destination : undefined;
  const sourceVendor = sourceMacVendor === undefined ? '' : vendors.get(sourceMacVendor);
  const destinationVendor = destinationMacVendor === undefined ? '' : vendors.get(destinationMacVendor);
  return (
    sideText(',"source":{', SOURCE_MASKS, flow.sourceMask, flow.sourceVlan, source, sourceVendor) +
    sideText(
      ',"destination":{',
      DESTINATION_MASKS,
      flow.destinationMask,
      flow.destinationVlan,
      destination,
      destinationVendor,
    )
  );
}

/** The networks of both ends by role; most hosts have none with a name. */
function roleNetworks(flow: Flow): string {
  const { source, destination } = flow;
  if (flow.roleReason === undefined || (source?.network === undefined && destination?.network === undefined)) return '';
  const client = flow.isClientSource ? source : destination;
  const server = flow.isClientSource ? destination : source;
  return roleNetwork(',"client":{', client) + roleNetwork(',"server":{', server);
}

function roleNetwork(open: string, host: Host | undefined): string {
  return host?.network === undefined ? '' : `${open}${hostNetworkText(host)}}`;
}

function sideText(
  open: string,
  masks: readonly string[],
  mask: number | undefined,
  vlan: number | undefined,
  host: Host | undefined,
  vendor: string,
): string {
  const isNamed = host !== undefined && host.network !== undefined;
  if (vlan === undefined && !isNamed && vendor === '') return mask === undefined ? '' : (masks[mask] ?? '');
  let members = isUpTo(mask, 128) ? `,"mask_length":${mask}` : '';
  members += vendor;
  if (vlan !== undefined) members += `,"vlan":"${vlan}"`;
  if (isNamed) members += `,${hostNetworkText(host)}`;
  return `${open}${members.slice(1)}}`;
}

/** Fields of the packet headers. NetFlow v5 states TCP flags and ICMP types as 0 where the protocol has none. */
function header(flow: Flow): string {
  const { protocolNumber, tcpFlags, icmpType } = flow;
  let members = tosText(flow.tos);
  if (tcpFlags !== undefined && (protocolNumber === PROTOCOL_TCP || (protocolNumber === undefined && tcpFlags !== 0))) {
    // Counted, not scaled: one sampled packet of a thousand is one packet seen. A flow in parts has more of them.
    members += tcpFlagsText(tcpFlags, (flow.sampledPackets ?? flow.packetCount) === 1 && flow.part === undefined);
  }
  if (icmpType !== undefined && mayBeIcmp(protocolNumber)) {
    members += icmpText(protocolNumber, icmpType, flow.icmpCode);
  }
  if (isUpTo(flow.ipTtl, 255)) members += `,"ttl":${flow.ipTtl}`;
  if (isUpTo(flow.fragmentOffset, 65535)) members += `,"fragment_offset":${flow.fragmentOffset}`;
  return members;
}

function mayBeIcmp(protocolNumber: number | undefined): boolean {
  return protocolNumber === undefined || protocolNumber === PROTOCOL_ICMP || protocolNumber === PROTOCOL_ICMPV6;
}

function vrf(flow: Flow): string {
  const { ingressVrf, egressVrf } = flow;
  const names = flow.facts.vrfNames;
  const ingress = ingressVrf === undefined ? '' : `,"ingress":${quote(names.find(ingressVrf) ?? String(ingressVrf))}`;
  const egress = egressVrf === undefined ? '' : `,"egress":${quote(names.find(egressVrf) ?? String(egressVrf))}`;
  return section(',"vrf":{', '', ingress + egress);
}

function mpls(labels: readonly number[]): string {
  let list = `"${labels[0]}"`;
  for (let i = 1; i < labels.length; i++) list += `,"${labels[i]}"`;
  return `,"mpls":{"labels":[${list}]}`;
}

/** `,"end_reason":"idle timeout"` by number. */
const END_REASONS: string[] = [];
for (let reason = 0; reason < 8; reason++) {
  const name = endReasonName(reason);
  END_REASONS.push(name === undefined ? '' : flat(`,"end_reason":"${name}"`));
}

/** How the flow ended, and what a firewall or address translation reports of it. */
function outcome(flow: Flow): string {
  let members = '';
  if (flow.endReason !== undefined) {
    members = END_REASONS[flow.endReason] ?? '';
  }
  if (flow.forwardingStatus !== undefined) members += FORWARDING[flow.forwardingStatus] ?? '';
  if (flow.discardReason !== undefined) members += discardText(flow.discardReason);
  if (flow.firewallEvent !== undefined || flow.natEvent !== undefined) members += events(flow);
  if (isUpTo(flow.part, MAX_PARTS) && isUpTo(flow.parts, MAX_PARTS))
    members += `,"split":{"part":${flow.part},"parts":${flow.parts}}`;
  if (flow.flowCount !== undefined && flow.flowCount > 1 && isCount(flow.flowCount))
    members += `,"count":${integerText(flow.flowCount)}`;
  return members;
}

/** `,"forwarding":{"status":"dropped","reason":"acl deny"}` by octet. */
const FORWARDING: string[] = [];
for (let code = 0; code < 256; code++) {
  const status = forwardingStatusName(code);
  const reason = forwardingReasonName(code);
  const members = `"status":"${status}"${reason === undefined ? '' : `,"reason":"${reason}"`}`;
  FORWARDING.push(status === undefined ? '' : flat(`,"forwarding":{${members}}`));
}

function events(flow: Flow): string {
  const firewall = flow.firewallEvent === undefined ? undefined : firewallEventName(flow.firewallEvent);
  const nat = flow.natEvent === undefined ? undefined : natEventName(flow.natEvent);
  if (firewall !== undefined && nat !== undefined) return `,"event":["${firewall}","${nat}"]`;
  const event = firewall ?? nat;
  return event === undefined ? '' : `,"event":"${event}"`;
}

/** Names that the exporter read out of the traffic. Empty ones are none. */
function names(flow: Flow): string {
  let members = '';
  if (flow.applicationId !== undefined) members = `,"application":{"id":${quote(flow.applicationId)}}`;
  if (isName(flow.wlanSsid) || flow.wlanBssid !== undefined) members += wlan(flow);
  if (isName(flow.httpHost)) members += `,"http":{"host":${quote(flow.httpHost)}}`;
  if (isName(flow.dnsName)) members += `,"dns":{"name":${quote(flow.dnsName)}}`;
  if (isName(flow.tlsServerName)) members += `,"tls":{"server_name":${quote(flow.tlsServerName)}}`;
  return members;
}

function wlan(flow: Flow): string {
  const ssid = isName(flow.wlanSsid) ? `"ssid":${quote(flow.wlanSsid)}` : '';
  return section(',"wlan":{', ssid, flow.wlanBssid === undefined ? '' : `,"bssid":"${flow.wlanBssid}"`);
}

function discardText(reason: number): string {
  if (reason === DISCARD_UNKNOWN) return '';
  return `,"discard":{"reason":"${discardName(reason) ?? reason}"}`;
}

export function isName(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
