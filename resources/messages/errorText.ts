/** @file The sentence for an error, by its code, in the language of whoever reads it. Pure; any process. */

type Details = Readonly<Record<string, unknown>>;

/** By code. `message` is English: the error's own, with what the details do not hold. */
export type ErrorSentences = Readonly<Record<string, string | ((details: Details, message: string) => string)>>;

export interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly details?: Details | undefined;
}

/** Whether a value of an error is an error itself, as one that names the last of many is. */
export function isTold(value: unknown): value is ToldError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}

/** A code that the language has no sentence for is said in the error's own, which is English. */
export function errorText(
  { code, message, details }: ToldError,
  { errors }: { readonly errors: ErrorSentences },
): string {
  const sentence = Object.hasOwn(errors, code) ? errors[code] : undefined;
  if (sentence === undefined) return message;
  return typeof sentence === 'string' ? sentence : sentence(details ?? {}, message);
}
