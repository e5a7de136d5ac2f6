// Codes of the IANA registry "IPFIX Information Elements" as words, to compare other tools' numbers with documents' text.

const FORWARDING = ['-', 'forwarded', 'dropped', 'consumed'];

/** The two upper bits of forwardingStatus (IE 89). */
export function forwardingWord(status: number): string {
  return FORWARDING[status] ?? '-';
}

/** flowEndReason (IE 136). */
const END_REASONS = ['-', 'idle timeout', 'active timeout', 'end of flow detected', 'forced end', 'lack of resources'];

export function endReasonWord(reason: number): string {
  return END_REASONS[reason] ?? '-';
}

/** firewallEvent (IE 233). */
const FIREWALL_EVENTS = ['-', 'flow created', 'flow deleted', 'flow denied', 'flow alert', 'flow update'];

export function firewallEventWord(event: number): string {
  return FIREWALL_EVENTS[event] ?? '-';
}

/** natEvent (IE 230), of those that occur in the captures. */
const NAT_EVENTS: Readonly<Record<number, string>> = {
  1: 'NAT translation create',
  2: 'NAT translation delete',
  4: 'NAT44 session create',
  5: 'NAT44 session delete',
};

export function natEventWord(event: number): string {
  return NAT_EVENTS[event] ?? '-';
}
