/** @file What can go wrong between here and the Hugging Face hub. Main process and CLI. */
import { VignetteError, type VignetteErrorOptions } from '../errors.ts';

/** Stable codes: scripts and the interface match on them. */
export type HubErrorCode =
  | 'NETWORK_OFF'
  | 'HUB_SETTING_INVALID'
  | 'HUB_REPO_INVALID'
  | 'HUB_NOT_FOUND'
  | 'HUB_ACCESS_DENIED'
  | 'HUB_UNREACHABLE'
  | 'HUB_BUSY'
  | 'HUB_REPLY_INVALID'
  | 'HUB_NO_CHECKPOINT'
  | 'HUB_BASE_UNKNOWN'
  | 'HUB_FILE_UNCLEAR'
  | 'HUB_PARTS_DISAGREE'
  | 'HUB_FILE_CHANGED'
  | 'HUB_FILE_DAMAGED'
  | 'HUB_FILE_IN_USE'
  | 'DISK_FULL'
  | 'FOLDER_NOT_WRITABLE';

/** What stays as it is until a person or the publisher has done something about it; of all else, trying again may help. */
const lasting: Readonly<Partial<Record<HubErrorCode, Pick<VignetteErrorOptions, 'retry' | 'blames'>>>> = {
  HUB_SETTING_INVALID: { retry: 'never' },
  HUB_REPO_INVALID: { retry: 'never', blames: 'question' },
  HUB_NOT_FOUND: { retry: 'never', blames: 'question' },
  HUB_ACCESS_DENIED: { retry: 'never', blames: 'question' },
  HUB_NO_CHECKPOINT: { retry: 'never', blames: 'model' },
  HUB_BASE_UNKNOWN: { retry: 'never', blames: 'question' },
  HUB_FILE_UNCLEAR: { retry: 'never', blames: 'question' },
  HUB_PARTS_DISAGREE: { retry: 'never', blames: 'question' },
  DISK_FULL: { retry: 'later', blames: 'disk' },
  FOLDER_NOT_WRITABLE: { retry: 'later', blames: 'disk' },
};

export class HubError extends VignetteError {
  declare readonly code: HubErrorCode;

  constructor(code: HubErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(code, message, { details, cause, retry: 'later', blames: 'program', ...lasting[code] });
  }
}

/** What may be over when it is tried again. */
export class TransientHubError extends HubError {
  /** The server asked to be left alone for so long. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: 'HUB_UNREACHABLE' | 'HUB_BUSY',
    message: string,
    {
      details = {},
      cause,
      retryAfterMs,
    }: { details?: Readonly<Record<string, unknown>>; cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(code, message, details, cause);
    this.retryAfterMs = retryAfterMs;
  }
}

/** An error of the file system in our terms; anything else as it is. */
export function describeDownloadError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = 'The disk is full. What was downloaded is kept; make room and go on.';
    return new HubError('DISK_FULL', message, { folder }, error);
  }
  if (typeof code === 'string' && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) {
    return new HubError('FOLDER_NOT_WRITABLE', `Cannot write to ${folder}.`, { folder }, error);
  }
  return error;
}
