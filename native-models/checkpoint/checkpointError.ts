/** @file What can be wrong with a checkpoint folder. Compiler only. */
import { VignetteError } from '../errors.ts';

/** Stable codes: scripts and the interface match on them. */
export type CheckpointErrorCode =
  | 'CHECKPOINT_NOT_FOUND'
  | 'CHECKPOINT_NOT_A_CHECKPOINT'
  | 'CHECKPOINT_CONFIG_INVALID'
  | 'CHECKPOINT_UNSUPPORTED'
  | 'CHECKPOINT_HEADER_INVALID'
  | 'CHECKPOINT_PICKLE_UNSAFE'
  | 'CHECKPOINT_TRUNCATED'
  | 'CHECKPOINT_SHARD_MISSING'
  | 'CHECKPOINT_TENSOR_MISSING'
  | 'CHECKPOINT_TENSOR_UNEXPECTED'
  | 'CHECKPOINT_TENSOR_SHAPE'
  | 'CHECKPOINT_TENSOR_DTYPE'
  | 'CHECKPOINT_TENSOR_NOT_FINITE'
  | 'CHECKPOINT_FILES_DISAGREE'
  | 'CHECKPOINT_CHANGED';

/** The checkpoint cannot be imported; the message names the file and what is wrong with it. */
export class CheckpointError extends VignetteError {
  declare readonly code: CheckpointErrorCode;

  constructor(
    code: CheckpointErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(code, message, { details, cause, retry: 'never', blames: 'model' });
  }
}
