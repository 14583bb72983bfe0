/** @file What can go wrong with the queue as a whole. Main process and CLI. */
import { VignetteError } from '../../../native-models/errors.ts';

/** Stable codes: scripts and the interface match on them. */
export type QueueErrorCode = 'MODEL_CHANGED' | 'QUEUE_CLOSED';

export class QueueError extends VignetteError {
  declare readonly code: QueueErrorCode;

  constructor(code: QueueErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    const isModel = code === 'MODEL_CHANGED';
    super(code, message, { details, cause, ...(isModel ? { retry: 'never', blames: 'model' } : {}) });
  }
}
