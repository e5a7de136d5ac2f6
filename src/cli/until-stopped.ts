// What a long-running command does on signals.

/** An application that runs until it is told to stop. */
export interface Stoppable {
  stop(): Promise<void>;
  /** Ends the waiting that stop() does. */
  hurry(): void;
}

/** Signals closer together than this are one: npm and timeout pass on what the terminal has sent already. */
const ONE_SIGNAL_MS = 1000;

/** Stops at the first SIGINT or SIGTERM; a later one makes it hurry, none makes it lose flows. */
export function untilStopped(app: Stoppable): Promise<void> {
  let askedMs: number | undefined;
  return new Promise((resolve) => {
    const onSignal = () => {
      if (askedMs === undefined) {
        askedMs = performance.now();
        resolve(app.stop());
      } else if (performance.now() - askedMs > ONE_SIGNAL_MS) {
        app.hurry();
      }
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

/** Starts, and runs until a signal or a fault that makes it useless to go on. Returns the exit code. Throws ConfigError. */
export async function runUntilStopped(
  app: Stoppable & { start(): Promise<void>; readonly failed: Promise<never> },
): Promise<number> {
  const stopped = untilStopped(app);
  try {
    await app.start();
    await Promise.race([stopped, app.failed]);
  } catch (error) {
    await app.stop();
    throw error;
  }
  return 0;
}
