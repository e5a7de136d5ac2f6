// What is known of one IP address: made once per address by enrich/hosts and cached there, shared by all its flows.
// document/ keeps the JSON text of it in `json`, so that geo and AS are turned into text once and not per flow.

import { parseAddress } from './address.ts';

/** Where an address lies, by its range or by the user's networks; the words of `flow.locality`. */
export type AddressScope =
  | 'private'
  | 'public'
  | 'multicast'
  | 'broadcast'
  | 'loopback'
  | 'link_local'
  | 'documentation'
  | 'unspecified'
  | 'reserved';

/** The lists of bad addresses that name an address. */
export interface Threat {
  /** At least one. */
  readonly lists: readonly string[];
  /** What the lists are of, as botnet; each once. */
  readonly kinds: readonly string[];
}

export class Host {
  /** Canonical text (RFC 5952). */
  readonly ip: string;
  /** IPv4 as an unsigned number; -1 for IPv6. */
  readonly ipv4: number;
  scope: AddressScope = 'public';
  /** True when the address belongs to the networks that the user calls internal. */
  isInternal = false;
  /** Name, prefix length, tags and site of the user's network that holds the address. */
  network: string | undefined = undefined;
  networkLength: number | undefined = undefined;
  networkTags: readonly string[] | undefined = undefined;
  site: string | undefined = undefined;
  /** Name, where one is known (static table, DNS). */
  domain: string | undefined = undefined;
  asNumber: number | undefined = undefined;
  asOrganization: string | undefined = undefined;
  /** ISO 3166-1 alpha-2. */
  countryIsoCode: string | undefined = undefined;
  countryName: string | undefined = undefined;
  /** Two letters: AF AN AS EU NA OC SA. */
  continentCode: string | undefined = undefined;
  regionName: string | undefined = undefined;
  cityName: string | undefined = undefined;
  latitude: number | undefined = undefined;
  longitude: number | undefined = undefined;
  threat: Threat | undefined = undefined;
  /** Cache of enrich/known-servers: 32 bits made of the address. */
  hash: number | undefined = undefined;
  /** Cache of document/: JSON members that follow from the fields above, ASCII only. */
  json: string | undefined = undefined;
  jsonWithoutAs: string | undefined = undefined;
  /** The same by role, where client and server show other members than source and destination. */
  roleJson: string | undefined = undefined;
  roleJsonWithoutAs: string | undefined = undefined;
  /** Cache of document/: the section threat of flows whose other end is on no list, ASCII only. */
  threatJson: string | undefined = undefined;
  /** Cache of document/: members that name its network, ASCII only. */
  networkJson: string | undefined = undefined;

  constructor(ip: string) {
    this.ip = ip;
    this.ipv4 = ipv4NumberOf(ip);
  }

  /** To be called after a change of what the texts of document/ are made of. */
  forgetTexts(): void {
    this.json = undefined;
    this.jsonWithoutAs = undefined;
    this.roleJson = undefined;
    this.roleJsonWithoutAs = undefined;
    this.networkJson = undefined;
  }
}

function ipv4NumberOf(ip: string): number {
  const bytes = parseAddress(ip);
  if (bytes?.length !== 4) return -1;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}
