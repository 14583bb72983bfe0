/** @file What cannot be asked of a model. Thrown in the model host, and before that by whoever can tell earlier. */
import { VignetteError } from '../errors.ts';

export type PromptErrorCode = 'PROMPT_NO_QUESTIONS' | 'PROMPT_EMPTY';

export class PromptError extends VignetteError {
  declare readonly code: PromptErrorCode;

  constructor(code: PromptErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code, message, { details });
  }
}
