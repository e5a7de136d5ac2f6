// What weir's documents and other tools' records are compared by: 5-tuple, bytes, packets. Tools differ in how they say
// "not there" (absent, 0, 0.0.0.0), so all are brought to one form here.

/** A flow as one tool saw it, in one form for all tools. */
export interface ComparedRecord {
  /** "protocol source port destination port" with "-" for what is not known or has no meaning. */
  readonly tuple: string;
  /** As counted or scaled, as its opinion says; undefined when the tool does not know. */
  readonly bytes: number | undefined;
  readonly packets: number | undefined;
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

function known(value: number | string | undefined): string {
  return value === undefined || Number(value) === 0 ? '-' : String(Number(value));
}

function address(text: string | undefined): string {
  if (text === undefined || text === '' || text === '0.0.0.0' || text === '::') return '-';
  // sflowtool writes all groups out; URL knows the short form.
  return text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}
