// Tests wait for conditions, never for time.

/** Polls until `isTrue` gives true. Rejects after `timeoutMs` with `what` and the last detail. */
export async function waitFor(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
  detail: () => string = () => '',
): Promise<void> {
  for (const until = Date.now() + timeoutMs; Date.now() < until; ) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${timeoutMs} ms in vain: ${what} ${detail()}`.trim());
}
