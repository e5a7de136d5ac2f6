// URLs as they may be shown: in messages and logs.

/** Scheme, host and path, without credentials, query and last slash. Throws TypeError where the text is no URL. */
export function urlWithoutCredentials(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
}
