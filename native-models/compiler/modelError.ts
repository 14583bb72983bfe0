/** @file What can go wrong with compiled models: importing, finding, verifying, removing. */
import { VignetteError } from '../errors.ts';

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

export class ModelError extends VignetteError {
  declare readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(code, message, { details, cause });
  }
}
