// What can go wrong at a destination (Elasticsearch, Kibana, a file) and is not a bug.

/** A destination that fails or refuses. `isRetriable`: the same again may succeed later without anybody doing something. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  readonly isRetriable: boolean;

  constructor(message: string, isRetriable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isRetriable = isRetriable;
  }
}
