// TCP control bits (RFC 9293 §3.1, RFC 8311 for NS) between number and names.

const NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'NS'] as const;

export const TCP_FIN = 1;
export const TCP_SYN = 2;
export const TCP_RST = 4;
export const TCP_ACK = 16;

/** Names of the bits set, lowest bit first; bits above NS are ignored. */
export function tcpFlagNames(bits: number): string[] {
  const names: string[] = [];
  for (let i = 0; i < NAMES.length; i++) if ((bits >> i) & 1) names.push(NAMES[i]!);
  return names;
}
