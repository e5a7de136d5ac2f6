// Builds the embedded default output out of the configuration.

import type { Config } from '../config.ts';
import type { Log } from '../lib/log.ts';
import { LocalStore } from '../output/local-store.ts';

/** Half of what is promised (2 s): the timer may be late. */
const FLUSH_MS = 1000;
const LOG_INTERVAL_MS = 60_000;

/** A store that is not started yet; as a guest where `weir run` may be writing to it, too. */
export function createLocalStore(config: Config, log: Log, isGuest = false): LocalStore {
  const { store } = config;
  return new LocalStore(
    {
      directory: store.directory,
      rotateMs: store.rotate,
      flushMs: FLUSH_MS,
      keepMs: store.keep,
      maxBytes: store.maxSize,
      isGuest,
      logIntervalMs: LOG_INTERVAL_MS,
    },
    log.child({ component: 'store' }),
  );
}
