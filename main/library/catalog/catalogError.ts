/** @file What can go wrong with the catalog, and what SQLite's own errors mean to a person. Main process, reader threads, CLI. */
import { statfsSync } from 'node:fs';
import path from 'node:path';
import { SqliteError } from 'better-sqlite3';
import { VignetteError, type VignetteErrorOptions } from '../../../native-models/errors.ts';
import { ForeignFileError } from '../../../native-models/foreignFile.ts';

/** Stable codes: scripts and the interface match on them. */
export type CatalogErrorCode =
  | 'CATALOG_BUSY'
  | 'CATALOG_DAMAGED'
  | 'CATALOG_DISK_FULL'
  | 'CATALOG_FAILED'
  | 'CATALOG_IN_USE'
  | 'CATALOG_NEWER'
  | 'CATALOG_NOT_A_CATALOG'
  | 'CATALOG_NOT_FOUND'
  | 'CATALOG_READ_ONLY'
  | 'CATALOG_UNREADABLE'
  | 'FIELD_INVALID'
  | 'FIELD_NAME_TAKEN'
  | 'NO_SUCH_FIELD'
  | 'NO_SUCH_FOLDER'
  | 'NO_SUCH_MESSAGE'
  | 'NO_SUCH_TRIAL'
  | 'NO_SUCH_PHOTO'
  | 'NOT_AN_ANSWER'
  | 'NO_SUCH_RUN'
  | 'NO_SUCH_PILOT'
  | 'VOCABULARY_EMPTY'
  | 'RUN_NOT_REVERTIBLE'
  | 'SETTING_INVALID'
  | 'TAG_NAME_INVALID';

const wrongQuestion = { retry: 'never', blames: 'question' } as const;

/** What is wrong with what was asked for; of all else, the disk is at fault. */
const asked: Readonly<Partial<Record<CatalogErrorCode, Pick<VignetteErrorOptions, 'retry' | 'blames'>>>> = {
  FIELD_INVALID: wrongQuestion,
  FIELD_NAME_TAKEN: wrongQuestion,
  NO_SUCH_FIELD: wrongQuestion,
  NO_SUCH_FOLDER: wrongQuestion,
  NO_SUCH_MESSAGE: wrongQuestion,
  NO_SUCH_TRIAL: wrongQuestion,
  NO_SUCH_PHOTO: { retry: 'never', blames: 'photo' },
  NOT_AN_ANSWER: wrongQuestion,
  NO_SUCH_RUN: wrongQuestion,
  NO_SUCH_PILOT: wrongQuestion,
  RUN_NOT_REVERTIBLE: { retry: 'later', blames: 'question' },
  SETTING_INVALID: wrongQuestion,
  TAG_NAME_INVALID: wrongQuestion,
};

export class CatalogError extends VignetteError {
  declare readonly code: CatalogErrorCode;

  constructor(
    code: CatalogErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(code, message, { details, cause, blames: 'disk', ...asked[code] });
  }
}

/** A SQLite error, or what is no file, as a CatalogError; anything else as it is. */
export function catalogErrorOf(error: unknown, file: string): unknown {
  if (error instanceof ForeignFileError) {
    const message = `The catalog ${file} cannot be used: it, or a file beside it, ${error.message}.`;
    return new CatalogError('CATALOG_UNREADABLE', message, { file }, error);
  }
  if (!(error instanceof SqliteError)) {
    return error;
  }
  const make = (code: CatalogErrorCode, sentence: string) =>
    new CatalogError(code, sentence, { file, sqlite: error.code }, error);
  switch (primaryCode(error.code)) {
    case 'SQLITE_FULL':
      return make('CATALOG_DISK_FULL', diskFull(file));
    case 'SQLITE_READONLY':
      return make('CATALOG_READ_ONLY', `The catalog ${file} cannot be written: the file or its folder is read-only.`);
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return make('CATALOG_BUSY', `Another program is writing to the catalog ${file}. Try again when it is done.`);
    case 'SQLITE_CORRUPT':
      return make('CATALOG_DAMAGED', `The catalog ${file} is damaged.`);
    case 'SQLITE_NOTADB':
      return make('CATALOG_DAMAGED', `The file ${file} is no longer a catalog: its first bytes are damaged.`);
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_PERM':
    case 'SQLITE_AUTH':
      return make(
        'CATALOG_UNREADABLE',
        `The catalog ${file} cannot be opened: no permission, or its folder is missing.`,
      );
    case 'SQLITE_IOERR':
      // A disk that is full while the log or its index grows is reported in this way by some systems.
      if (isDiskFull(file)) return make('CATALOG_DISK_FULL', diskFull(file));
      return make('CATALOG_FAILED', `The disk reported an error while the catalog ${file} was used (${error.code}).`);
    default:
      return make('CATALOG_FAILED', `The catalog ${file} refused a change: ${error.message}.`);
  }
}

function diskFull(file: string): string {
  return `The disk that holds the catalog ${file} is full. Nothing was lost; make room.`;
}

/** With less than the next piece of the log and its index take. */
const littleRoomBytes = 64 * 1024;

function isDiskFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path.dirname(file));
    return bavail * bsize < littleRoomBytes;
  } catch {
    return false;
  }
}

/** Extended codes such as SQLITE_READONLY_DBMOVED begin with the primary one. */
function primaryCode(code: string): string {
  return code.split('_').slice(0, 2).join('_');
}
