/** @file Why a document cannot be imported at all. */
import { systemCodeOf, VignetteError } from '../../../../native-models/errors.ts';

export type ImportErrorCode =
  | 'IMPORT_UNREADABLE'
  | 'IMPORT_TOO_LARGE'
  | 'IMPORT_ENCODING_UNKNOWN'
  | 'IMPORT_NOT_JSON'
  | 'IMPORT_TOO_DEEP'
  | 'IMPORT_KEY_TWICE'
  | 'IMPORT_NOT_CSV'
  | 'IMPORT_NOT_PARQUET'
  | 'IMPORT_COLUMN_MISSING'
  | 'IMPORT_TOO_MANY_COLUMNS'
  | 'IMPORT_FORMAT_UNKNOWN'
  | 'IMPORT_VERSION_UNKNOWN';

export class ImportError extends VignetteError {
  declare readonly code: ImportErrorCode;

  constructor(
    code: ImportErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(code, message, { details: { ...systemCodeOf(cause), ...details }, cause, retry: 'never' });
  }
}
