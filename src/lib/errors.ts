// Errors that concern the user and not the code. Anything else that is thrown is a bug and may end the process.

/** Unusable arguments or configuration: names the key, what was found and what was expected. Ends in exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** @param path the key or argument, e.g. `input.listen[0]` or `--rate` */
  constructor(path: string, found: unknown, expected: string, options?: ErrorOptions) {
    super(`${path}: found ${describe(found)}, expected ${expected}`, options);
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
