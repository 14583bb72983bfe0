/** @file What can be wrong with presets and with the variables in a prompt. Used by the library and everything above it. */
import { VignetteError } from '../../../native-models/errors.ts';

/** Stable codes: scripts and the interface match on them. */
export type PromptingErrorCode =
  | 'PRESET_NOT_FOUND'
  | 'PRESET_NOT_FOR_MODEL'
  | 'PRESET_FOR_QUESTIONS'
  | 'PRESET_NAME_INVALID'
  | 'PROMPT_UNKNOWN_VARIABLE'
  | 'PROMPT_BRACE_OPEN';

export class PromptingError extends VignetteError {
  declare readonly code: PromptingErrorCode;

  constructor(
    code: PromptingErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(code, message, { details, cause, retry: 'never', blames: 'question' });
  }
}
