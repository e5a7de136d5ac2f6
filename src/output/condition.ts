// Waiting for a state of plain fields: whoever changes them calls check(), and waiters look again.

export class Condition {
  readonly #checks = new Set<() => void>();

  /** Looks again at everything that is waited for. */
  check(): void {
    for (const check of this.#checks) check();
  }

  /** Resolves when `isTrue()` holds (true), or after `timeoutMs` (false; Infinity waits for ever). */
  until(isTrue: () => boolean, timeoutMs: number): Promise<boolean> {
    if (isTrue()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (result: boolean): void => {
        clearTimeout(timer);
        this.#checks.delete(check);
        resolve(result);
      };
      const check = (): void => {
        if (isTrue()) finish(true);
      };
      const timer = Number.isFinite(timeoutMs) ? setTimeout(() => finish(false), timeoutMs) : undefined;
      this.#checks.add(check);
    });
  }
}
