/** @file What cannot be asked of a model. Thrown in the model host, and before that by whoever can tell earlier. */
import { VignetteError } from '../errors.ts';

export type PromptErrorCode = 'PROMPT_NO_QUESTIONS' | 'PROMPT_EMPTY';

export class PromptError extends VignetteError {
  declare readonly code: PromptErrorCode;

  constructor(code: PromptErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    // words can come out empty for one photo, and not for the next
    super(code, message, { details, retry: 'never', blames: code === 'PROMPT_EMPTY' ? 'program' : 'question' });
  }
}
