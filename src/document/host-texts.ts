// JSON text of a host: what follows from its address. Made once per host and kept in it, whose owner clears it on a
// change. Source and destination may show less than client and server (`fields:`): then each of the two has its own.

import type { Host } from '../flow/host.ts';
import { flat, isCount, quote } from './json.ts';

/** Where in the host its texts are kept. */
type Slot = 'json' | 'roleJson';
type SlotWithoutAs = 'jsonWithoutAs' | 'roleJsonWithoutAs';

export class HostTexts {
  /** Whether bytes and packets of the side are written beside it. */
  readonly hasCounters: boolean;
  readonly #slot: Slot;
  readonly #slotWithoutAs: SlotWithoutAs;
  readonly #hasDomain: boolean;
  readonly #hasAs: boolean;
  /** Members of `geo` that are not dropped. */
  readonly #geo: ReadonlySet<string>;

  /**
   * @param side whose fields count: `source` for those of the record, `client` for those by role
   * @param dropped names of fields that are not written; the same for both ends
   */
  constructor(side: 'source' | 'client', dropped: ReadonlySet<string>) {
    this.#slot = side === 'source' ? 'json' : 'roleJson';
    this.#slotWithoutAs = side === 'source' ? 'jsonWithoutAs' : 'roleJsonWithoutAs';
    this.hasCounters = !dropped.has(`${side}.bytes`);
    this.#hasDomain = !dropped.has(`${side}.domain`);
    this.#hasAs = !dropped.has(`${side}.as.number`);
    this.#geo = new Set(GEO.filter((name) => !dropped.has(`${side}.geo.${name}`)));
  }

  /** `"ip":"192.0.2.1"` with domain, as and geo where known. */
  text(host: Host): string {
    let text = host[this.#slot];
    if (text === undefined) {
      const as = this.#hasAs && isCount(host.asNumber) ? asText(host.asNumber, host.asOrganization) : '';
      text = flat(this.#address(host) + as + this.#place(host));
      host[this.#slot] = text;
    }
    return text;
  }

  /** The same without `as`, for a record whose own AS counts more. */
  textWithoutAs(host: Host): string {
    let text = host[this.#slotWithoutAs];
    if (text === undefined) {
      text = flat(this.#address(host) + this.#place(host));
      host[this.#slotWithoutAs] = text;
    }
    return text;
  }

  /** `,"as":{"number":64512,"organization":{"name":"private AS 64512"}}`, of the AS that a record states. */
  recordAs(number: number, name: string | undefined): string {
    return this.#hasAs ? recordAsText(number, name) : '';
  }

  #address(host: Host): string {
    const hasDomain = this.#hasDomain && host.domain !== undefined;
    return `"ip":"${host.ip}"${hasDomain ? `,"domain":${quote(host.domain!)}` : ''}`;
  }

  #place(host: Host): string {
    let members = '';
    for (const name of this.#geo) {
      const value = name === 'location' ? locationText(host) : GEO_VALUES[name as keyof typeof GEO_VALUES](host);
      if (value !== undefined) members += `,"${name}":${name === 'location' ? value : quote(value)}`;
    }
    return members === '' ? '' : `,"geo":{${members.slice(1)}}`;
  }
}

/** In the order of the document. */
const GEO_VALUES = {
  country_iso_code: (host: Host) => host.countryIsoCode,
  country_name: (host: Host) => host.countryName,
  continent_code: (host: Host) => host.continentCode,
  region_name: (host: Host) => host.regionName,
  name: (host: Host) => host.site,
  city_name: (host: Host) => host.cityName,
} as const;
const GEO: readonly string[] = [...Object.keys(GEO_VALUES), 'location'];

/** Names, after `source.` and `client.`, of what one pair may show and the other not. */
export const SIDE_FIELDS: readonly string[] = ['bytes', 'domain', 'as.number', ...GEO.map((name) => `geo.${name}`)];

/** `{"lat":52.5,"lon":13.4}`; undefined where it is not known, or nowhere on Earth. */
export function locationText({ latitude, longitude }: Host): string | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  return `{"lat":${latitude},"lon":${longitude}}`;
}

function asText(number: number, name: string | undefined): string {
  return `,"as":{"number":${number}${name === undefined ? '' : `,"organization":{"name":${quote(name)}}`}}`;
}

const AS_LIMIT = 65_536;
const AS_TEXTS = new Map<number, { readonly name: string | undefined; readonly text: string }>();

function recordAsText(number: number, name: string | undefined): string {
  let entry = AS_TEXTS.get(number);
  if (entry === undefined || entry.name !== name) {
    entry = { name, text: flat(asText(number, name)) };
    if (AS_TEXTS.size >= AS_LIMIT) AS_TEXTS.clear();
    AS_TEXTS.set(number, entry);
  }
  return entry.text;
}
