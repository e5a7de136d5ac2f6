// EtherTypes (IANA "IEEE 802 Numbers") that are looked into, by link layers and by tunnels alike.

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_TRANSPARENT_BRIDGING = 0x6558;
export const ETHERTYPE_VLAN = 0x8100;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_PPP = 0x880b;
export const ETHERTYPE_MPLS = 0x8847;
export const ETHERTYPE_MPLS_UPSTREAM = 0x8848;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
export const ETHERTYPE_QINQ = 0x88a8;
// Before 802.1ad there was no agreed type for the outer tag.
export const ETHERTYPE_QINQ_9100 = 0x9100;
export const ETHERTYPE_QINQ_9200 = 0x9200;
export const ETHERTYPE_QINQ_9300 = 0x9300;
