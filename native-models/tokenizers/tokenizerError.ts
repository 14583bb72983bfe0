/** @file What can be wrong with a tokenizer's files, or with what is asked of a tokenizer. Used in the compiler and in the model host. */
import { VignetteError } from '../errors.ts';

export type TokenizerErrorCode =
  | 'TOKENIZER_FILE_MISSING'
  | 'TOKENIZER_FILE_INVALID'
  | 'TOKENIZER_UNKNOWN_TEXT'
  | 'TOKENIZER_LENGTH'
  | 'TOKENIZER_TOO_SLOW';

export class TokenizerError extends VignetteError {
  declare readonly code: TokenizerErrorCode;

  constructor(
    code: TokenizerErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    const isFile = code === 'TOKENIZER_FILE_MISSING' || code === 'TOKENIZER_FILE_INVALID';
    super(code, message, { details, cause, retry: 'never', blames: isFile ? 'model' : 'program' });
  }
}
