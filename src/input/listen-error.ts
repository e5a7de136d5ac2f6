// Why an address could not be bound, in words that help: shared by the UDP and TCP inputs.

/** The system's code of an error (`EADDRINUSE`); '' for other errors. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** True where the system, or the container, has no IPv6. */
export function lacksIpv6(error: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'].includes(codeOf(error));
}

/** What a ConfigError says was expected of a listen address. */
export function bindRemedy(error: unknown, transport: 'udp' | 'tcp', port: number): string {
  const code = codeOf(error);
  switch (code) {
    case 'EADDRINUSE': {
      const flags = transport === 'udp' ? '-lunp' : '-ltnp';
      return `a port that no other process listens on (${code}; \`ss ${flags} 'sport = :${port}'\` shows which one does)`;
    }
    case 'EACCES':
      return `a port this user may bind (${code}; take one above 1023, or grant CAP_NET_BIND_SERVICE)`;
    case 'EADDRNOTAVAIL':
      return `an address of this host (${code}; \`ip address\` lists them)`;
    default:
      return `an address that can be bound (${code})`;
  }
}
