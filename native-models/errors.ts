/** @file The base of every error that Vignette throws on purpose. Used in every process; crosses process borders as JSON. */

export interface VignetteErrorOptions {
  readonly cause?: unknown;
  /** The offending values, for the log and for the interface. Must survive JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What an error looks like on its way from one process to another. */
export interface SerializedError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * An expected failure: `code` is stable and may be matched by scripts and by the interface, `message` is one plain
 * sentence that says what happened and, where there is one, what to do about it.
 */
export class VignetteError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: VignetteErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Turns whatever was thrown into plain data; an unexpected error keeps its message under the code `INTERNAL`. */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof VignetteError) {
    return { name: error.name, code: error.code, message: error.message, details: error.details };
  }
  if (error instanceof Error) {
    const code = error.name === 'AbortError' ? 'ABORTED' : 'INTERNAL';
    return { name: error.name, code, message: error.message, details: {} };
  }
  return { name: 'Error', code: 'INTERNAL', message: String(error), details: {} };
}

/** An error that happened in another process, rebuilt here: same code, message and details. */
export class RemoteError extends VignetteError {
  constructor(error: SerializedError) {
    super(error.code, error.message, { details: error.details });
    this.name = error.name;
  }
}
