// Finds the IP packet in a captured frame. Link types as www.tcpdump.org/linktypes.html numbers them.

const NULL = 0;
const ETHERNET = 1;
const RAW_IP_BSD = 12;
const RAW_IP_OPENBSD = 14;
const RAW_IP = 101;
const LOOP = 108;
const LINUX_COOKED_1 = 113;
const IPV4 = 228;
const IPV6 = 229;
const LINUX_COOKED_2 = 276;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_8021Q = 0x8100;
const ETHERTYPE_8021AD = 0x88a8;
const ETHERTYPE_QINQ_OLD = 0x9100;

/** True for the link types that ipOffset understands. */
export function isKnownLinkType(linkType: number): boolean {
  return linkLayers.has(linkType);
}

type LinkLayer = (view: DataView, start: number, end: number) => number;

const linkLayers: ReadonlyMap<number, LinkLayer> = new Map<number, LinkLayer>([
  // Four bytes of address family, in the byte order of the host that captured; the IP version says it better.
  [NULL, (_view, start) => start + 4],
  [LOOP, (_view, start) => start + 4],
  [ETHERNET, (view, start, end) => afterEthertype(view, start + 12, start + 14, end)],
  [RAW_IP_BSD, (_view, start) => start],
  [RAW_IP_OPENBSD, (_view, start) => start],
  [RAW_IP, (_view, start) => start],
  [IPV4, (_view, start) => start],
  [IPV6, (_view, start) => start],
  [LINUX_COOKED_1, (view, start, end) => afterEthertype(view, start + 14, start + 16, end)],
  [LINUX_COOKED_2, (view, start, end) => afterEthertype(view, start, start + 20, end)],
]);

/** Offset of the IP header in the frame [start, end); -1 where there is none. */
export function ipOffset(view: DataView, start: number, end: number, linkType: number): number {
  const at = linkLayers.get(linkType)?.(view, start, end) ?? -1;
  if (at < 0 || at >= end) return -1;
  const version = view.getUint8(at) >> 4;
  return version === 4 || version === 6 ? at : -1;
}

/** Follows 802.1Q tags, any number of them, from the type at `typeAt`, whose payload starts at `at`. */
function afterEthertype(view: DataView, typeAt: number, at: number, end: number): number {
  let ethertypeAt = typeAt;
  let payloadAt = at;
  while (payloadAt <= end && ethertypeAt + 2 <= end) {
    const type = view.getUint16(ethertypeAt);
    if (type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6) return payloadAt;
    if (type !== ETHERTYPE_8021Q && type !== ETHERTYPE_8021AD && type !== ETHERTYPE_QINQ_OLD) return -1;
    // Tag control (2), then the type of what follows (2).
    ethertypeAt = payloadAt + 2;
    payloadAt += 4;
  }
  return -1;
}
