/** @file The base of every error that Vignette throws on purpose. Used in every process; crosses process borders as JSON, and is checked on the side that it comes to. */
import * as z from 'zod';

/**
 * Whether trying again can help: never with the same photo, question and model; later, when the disk, the drive or the
 * memory may be back; now, since nothing was tried.
 */
const retries = ['never', 'later', 'now'] as const;
export type Retry = (typeof retries)[number];

/**
 * What must change for it to go well. Of a photo, others will do better; with a model or a question, none will; on a
 * disk, nothing can be stored; the program stands for all else.
 */
const blames = ['photo', 'question', 'model', 'disk', 'program'] as const;
export type Blame = (typeof blames)[number];

export interface VignetteErrorOptions {
  readonly cause?: unknown;
  /** The offending values, for the log and for the interface. Must survive JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The default is `later`. */
  readonly retry?: Retry;
  /** The default is `program`. */
  readonly blames?: Blame;
}

/** What an error looks like on its way from one process to another. */
export interface SerializedError {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retry: Retry;
  readonly blames: Blame;
}

export const serializedErrorSchema = z.object({
  name: z.string(),
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  retry: z.enum(retries),
  blames: z.enum(blames),
}) satisfies z.ZodType<SerializedError>;

/**
 * An expected failure: `code` is stable and may be matched by scripts and by the interface, `message` is one plain
 * sentence that says what happened and, where there is one, what to do about it.
 */
export class VignetteError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retry: Retry;
  readonly blames: Blame;

  constructor(code: string, message: string, options: VignetteErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
    this.retry = options.retry ?? 'later';
    this.blames = options.blames ?? 'program';
  }
}

/** The system's code among the values of an error that it is the cause of, such as `EACCES`; nothing of other causes. */
export function systemCodeOf(cause: unknown): { readonly systemCode?: string } {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? { systemCode: code } : {};
}

/** Turns whatever was thrown into plain data; an unexpected error keeps its message under the code `INTERNAL`. */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof VignetteError) {
    const { name, code, message, details, retry, blames } = error;
    return { name, code, message, details, retry, blames };
  }
  const unexpected = { details: {}, retry: 'later', blames: 'program' } as const;
  if (error instanceof Error) {
    const code = error.name === 'AbortError' ? 'ABORTED' : 'INTERNAL';
    return { name: error.name, code, message: error.message, ...unexpected };
  }
  return { name: 'Error', code: 'INTERNAL', message: String(error), ...unexpected };
}

/** An error that happened in another process, rebuilt here: the same in all that `SerializedError` tells. */
export class RemoteError extends VignetteError {
  constructor(error: SerializedError) {
    super(error.code, error.message, error);
    this.name = error.name;
  }
}
