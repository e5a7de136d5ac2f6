// What weir's documents and other tools' records are compared by: 5-tuple, bytes, packets, and groups of fields. Tools differ in how they say
// "not there" (absent, 0, 0.0.0.0), so all are brought to one form here.

/** A flow as one tool saw it, in one form for all tools. */
export interface ComparedRecord {
  /** "protocol source port destination port" with "-" for what is not known or has no meaning. */
  readonly tuple: string;
  /** As counted or scaled, as its opinion says; undefined when the tool does not know. */
  readonly bytes: number | undefined;
  readonly packets: number | undefined;
  /** What else the tool says, by group; a group that it cannot know is undefined, what is not there or 0 is "-". */
  readonly facts: Facts;
  /** Other words for some of these facts: names by option data, which flows that came before it do not have. */
  readonly named?: Readonly<Partial<Record<Group, readonly string[] | undefined>>>;
}

/** Columns of the table besides counts: what is compared once the 5-tuple agrees. */
export const GROUPS = [
  'start',
  'end',
  'interfaces',
  'as',
  'masks',
  'next hop',
  'bgp hop',
  'tos',
  'tcp flags',
  'icmp',
  'vlan',
  'mac',
  'mpls',
  'nat',
  'direction',
  'sampling',
  'ttl',
  'vrf',
  'interface names',
  'forwarding',
  'end reason',
  'event',
  'inner vlan',
  'fragment',
  'application',
  'reverse',
  'count',
  'bgp',
  'user',
  'hosts',
] as const;
export type Group = (typeof GROUPS)[number];
export type Facts = Readonly<Partial<Record<Group, string | undefined>>>;

type Value = number | string | undefined;

/** Both values in one word; undefined when neither is known to the tool. */
export function pair(first: Value, second: Value, form: (value: Value) => string = known): string | undefined {
  return first === undefined && second === undefined ? undefined : `${form(first)}/${form(second)}`;
}

/** One value, undefined when the tool does not know it. */
export function single(value: Value, form: (value: Value) => string = known): string | undefined {
  return value === undefined ? undefined : form(value);
}

/** Whole ms of a date as ISO text, of which 1970 is none. */
export function instant(text: Value): string {
  if (text === undefined) return '-';
  const milliseconds = Date.parse(`${text}`.replace(/(\.\d{3})\d*/, '$1').replace(/Z?$/, 'Z'));
  return milliseconds > 0 ? String(milliseconds) : '-';
}

/** Start and end; of 1970, they state nothing. A start after its end is the end, in documents as here. */
export function times(start: Value, end: Value): Facts {
  const [first, last] = [instant(start), instant(end)];
  const isReversed = first !== '-' && last !== '-' && Number(first) > Number(last);
  return { start: stated(isReversed ? last : first), end: stated(last) };
}

function stated(value: string): string | undefined {
  return value === '-' ? undefined : value;
}

/** A prefix length; exporters that fill the field with anything above 128 do not know it. */
export function mask(length: Value): string {
  return Number(length) > 128 ? '-' : known(length);
}

/** MAC in capitals without separators; all zeros is none. */
export function mac(text: Value): string {
  const digits = `${text ?? ''}`.replace(/[^0-9a-f]/gi, '').toUpperCase();
  return /^0*$/.test(digits) ? '-' : digits;
}

/** The label stack without the zeros that fill a template. */
export function labels(values: readonly (number | string)[]): string {
  return (
    values
      .map(Number)
      .filter((label) => label !== 0)
      .join(' ') || '-'
  );
}

/** The first that is there and not 0. */
export function firstOf(...values: readonly Value[]): Value {
  return (
    values.find((value) => value !== undefined && Number(value) !== 0) ?? values.find((value) => value !== undefined)
  );
}

/** The first address that is there and not all zeros. */
export function firstAddress(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => address(value) !== '-') ?? values.find((value) => value !== undefined);
}

export interface TupleParts {
  readonly protocol: number | string | undefined;
  readonly source: string | undefined;
  readonly sourcePort: number | string | undefined;
  readonly destination: string | undefined;
  readonly destinationPort: number | string | undefined;
}

/** TCP, UDP, DCCP, SCTP, UDP-Lite: in others, tools put type and code or nothing at all where ports are. */
const WITH_PORTS = new Set(['6', '17', '33', '132', '136']);

export function tupleText(parts: TupleParts): string {
  const protocol = known(parts.protocol);
  const hasPorts = WITH_PORTS.has(protocol);
  const ports = [parts.sourcePort, parts.destinationPort].map((port) => (hasPorts ? known(port) : '-'));
  return `${protocol} ${address(parts.source)} ${ports[0]} ${address(parts.destination)} ${ports[1]}`;
}

export function known(value: Value): string {
  return value === undefined || Number(value) === 0 ? '-' : String(Number(value));
}

export function address(value: Value): string {
  const text = value === undefined ? '' : String(value);
  if (text === '' || text === '0.0.0.0' || text === '::') return '-';
  // 203.0.113.1 in IPv6 form is 203.0.113.1.
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortForm(text));
  if (mapped) return address([mapped[1]!, mapped[2]!].flatMap((group) => octets(Number.parseInt(group, 16))).join('.'));
  return shortForm(text);
}

function octets(group: number): number[] {
  return [group >> 8, group & 255];
}

function shortForm(text: string): string {
  // sflowtool writes all groups out; URL knows the short form.
  return text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}
