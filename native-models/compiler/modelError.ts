/** @file What can go wrong with compiled models: importing, finding, verifying, removing. */
import { VignetteError, type VignetteErrorOptions } from '../errors.ts';

/** Stable codes: scripts and the interface match on them. */
export type ModelErrorCode =
  | 'MODEL_IMPORT_CRASHED'
  | 'MODEL_ID_INVALID'
  | 'MODEL_ID_TAKEN'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_MANIFEST_INVALID'
  | 'MODEL_MANIFEST_NEWER'
  | 'MODEL_WRONG_KIND'
  | 'MODEL_DAMAGED'
  | 'MODEL_SELF_TEST_FAILED'
  | 'MODEL_IN_USE'
  | 'PACK_INVALID'
  | 'PACK_NEWER'
  | 'PACK_DAMAGED'
  | 'MODEL_PRECISION_UNSUPPORTED'
  | 'OUT_OF_MEMORY'
  | 'DISK_FULL'
  | 'FOLDER_NOT_WRITABLE';

/** What may be over the next time; the others stay until the model is another. */
const passing: Readonly<Partial<Record<ModelErrorCode, Pick<VignetteErrorOptions, 'retry' | 'blames'>>>> = {
  MODEL_IMPORT_CRASHED: { retry: 'later', blames: 'program' },
  MODEL_IN_USE: { retry: 'later' },
  OUT_OF_MEMORY: { retry: 'later', blames: 'program' },
  DISK_FULL: { retry: 'later', blames: 'disk' },
  FOLDER_NOT_WRITABLE: { retry: 'later', blames: 'disk' },
};

export class ModelError extends VignetteError {
  declare readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(code, message, { details, cause, retry: 'never', blames: 'model', ...passing[code] });
  }
}
