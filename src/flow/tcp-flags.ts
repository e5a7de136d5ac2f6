// TCP control bits (RFC 9293 §3.1, RFC 8311 for NS) between number and names.

const NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'NS'] as const;

export const TCP_FIN = 1;
export const TCP_SYN = 2;
export const TCP_RST = 4;
export const TCP_ACK = 16;
const TCP_ALL = 0xff;

/** Names of the bits set, lowest bit first; bits above NS are ignored. */
export function tcpFlagNames(bits: number): string[] {
  const names: string[] = [];
  for (let i = 0; i < NAMES.length; i++) if ((bits >> i) & 1) names.push(NAMES[i]!);
  return names;
}

/** How far a connection got, as the flags of one record tell (`flow.tcp_state`). */
export type TcpState = 'half_open' | 'established' | 'closed' | 'reset' | 'invalid';

/**
 * State by the union of the flags that one direction sent. Every segment but the first and some resets has ACK (RFC 9293
 * §3.5), so a union without it is an attempt that nobody answered, or nothing that TCP sends. Undefined without flags.
 * @param isSinglePacket then SYN and ACK are the second step of the handshake, and no third was seen
 */
export function tcpState(bits: number, isSinglePacket: boolean): TcpState | undefined {
  if ((bits & TCP_ALL) === 0) return undefined;
  if ((bits & TCP_RST) !== 0) return 'reset';
  if ((bits & TCP_ACK) === 0) return (bits & TCP_SYN) !== 0 && (bits & TCP_FIN) === 0 ? 'half_open' : 'invalid';
  if ((bits & TCP_FIN) !== 0) return 'closed';
  return (bits & TCP_SYN) !== 0 && isSinglePacket ? 'half_open' : 'established';
}
