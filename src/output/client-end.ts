// Ending without the client's leave: where connections are cut before a request is written, it tries for ever, and neither
// the request's signal nor closing the client ends that. Nothing may wait for it then.

import type { Client } from '@elastic/elasticsearch';

/** Longest wait for idle connections to close. */
const CLOSE_MS = 1000;

/** What work gives, or a rejection as soon as the signal is aborted. */
export async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new Error('stopped'));
    signal.addEventListener('abort', onAbort);
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Closes what is idle; a request that the client has not let go of is not waited for. */
export async function closeClient(client: Client | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MS);
  });
  await Promise.race([client?.close(), late]);
  clearTimeout(timer);
}
