// Who runs which autonomous systems, for the pages about clouds: those that a network meets most. By number, because the
// names that databases give them differ.

export interface Provider {
  readonly name: string;
  readonly as: readonly number[];
}

/** Rented computers. */
export const CLOUDS: readonly Provider[] = [
  { name: 'Amazon', as: [16509, 14618, 8987] },
  { name: 'Microsoft', as: [8075, 8068, 8069] },
  { name: 'Google', as: [15169, 396982, 36040] },
  { name: 'Oracle', as: [31898] },
  { name: 'IBM', as: [36351] },
  { name: 'Alibaba', as: [45102, 37963] },
  { name: 'Tencent', as: [132203, 45090] },
  { name: 'OVH', as: [16276] },
  { name: 'Hetzner', as: [24940] },
  { name: 'DigitalOcean', as: [14061] },
  { name: 'Linode', as: [63949] },
  { name: 'Vultr', as: [20473] },
  { name: 'Scaleway', as: [12876] },
];

/** Delivery of other people's content. */
export const CONTENT_NETWORKS: readonly Provider[] = [
  { name: 'Cloudflare', as: [13335] },
  { name: 'Akamai', as: [20940, 16625] },
  { name: 'Fastly', as: [54113] },
  { name: 'CDN77', as: [60068] },
  { name: 'Bunny', as: [200325] },
];

/** Services that people use by name. */
export const APPLICATIONS: readonly Provider[] = [
  { name: 'Apple', as: [714, 6185] },
  { name: 'Meta', as: [32934] },
  { name: 'Netflix', as: [2906, 40027] },
  { name: 'Zoom', as: [30103] },
  { name: 'Webex', as: [13445] },
  { name: 'Salesforce', as: [14340] },
  { name: 'GitHub', as: [36459] },
  { name: 'Dropbox', as: [19679] },
  { name: 'LinkedIn', as: [14413] },
  { name: 'X', as: [13414] },
  { name: 'Spotify', as: [8403] },
  { name: 'Valve', as: [32590] },
  { name: 'Zscaler', as: [22616] },
];

/** KQL for servers of all of them. */
export function runBy(providers: readonly Provider[]): string {
  return `server.as.number: (${providers.flatMap(({ as }) => as).join(' or ')})`;
}

/** Name → KQL, for a split. */
export function byProvider(providers: readonly Provider[]): Readonly<Record<string, string>> {
  return Object.fromEntries(providers.map((provider) => [provider.name, runBy([provider])]));
}
