/** @file What can go wrong while text is generated, apart from cancellation. Used in the model host. */
import { VignetteError } from '../errors.ts';

export type GenerationErrorCode =
  | 'MODEL_NOT_FINITE'
  | 'MODEL_OUTPUT_SHAPE'
  | 'MODEL_CONTEXT_FULL'
  | 'GENERATION_NO_TOKEN_LEFT'
  | 'GENERATION_TEXT_UNKNOWN'
  | 'GENERATION_TEXTS_ALIKE';

export class GenerationError extends VignetteError {
  declare readonly code: GenerationErrorCode;

  constructor(code: GenerationErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    // of a single photo and question the others tell nothing; numbers of the wrong shape are the model's
    super(code, message, { details, retry: 'never', blames: code === 'MODEL_OUTPUT_SHAPE' ? 'model' : 'program' });
  }
}
