// A fault that makes it useless to go on: one part meets it, and another, which waits, ends the process.

export class Fatal {
  /** Rejects with the fault. */
  readonly failed: Promise<never>;
  /** Tells of it; the first counts. */
  readonly fail: (error: Error) => void;

  constructor() {
    let fail = (_error: Error): void => {};
    this.failed = new Promise((_, reject) => {
      fail = reject;
    });
    this.fail = fail;
    this.failed.catch(() => {}); // whoever awaits it hears of it
  }
}
