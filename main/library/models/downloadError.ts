/** @file What can go wrong with the downloads of a library, beside what the hub and the import say. */
import { VignetteError } from '../../../native-models/errors.ts';

export type DownloadErrorCode = 'DOWNLOAD_NOT_FOUND' | 'DOWNLOAD_IN_USE' | 'DOWNLOAD_PAUSED' | 'DOWNLOAD_CANCELLED';

export class DownloadError extends VignetteError {
  declare readonly code: DownloadErrorCode;

  constructor(code: DownloadErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code, message, { details, retry: code === 'DOWNLOAD_NOT_FOUND' ? 'never' : 'later' });
  }
}
