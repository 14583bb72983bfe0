/** @file The schema's history, oldest first. A migration that has been released is never changed; a new one is added. */
import type { Database } from 'better-sqlite3';
import { initialSchema } from './0001-initialSchema.ts';
import { averageColour } from './0002-averageColour.ts';
import { shapes } from './0003-shapes.ts';
import { fileIdentity } from './0004-fileIdentity.ts';
import { authorship } from './0005-authorship.ts';
import { conversationBranches } from './0006-conversationBranches.ts';
import { metadataValues } from './0007-metadataValues.ts';
import { searchText } from './0008-searchText.ts';
import { writtenXmp } from './0009-writtenXmp.ts';
import { modelVersions } from './0010-modelVersions.ts';
import { runDescriptions } from './0011-runDescriptions.ts';
import { problemFacts } from './0012-problemFacts.ts';
import { fileInfo } from './0013-fileInfo.ts';
import { synonyms } from './0014-synonyms.ts';
import { restoredRuns } from './0015-restoredRuns.ts';
import { embeddedText } from './0016-embeddedText.ts';
import { textKinds } from './0017-textKinds.ts';
import { liveSidecars } from './0018-liveSidecars.ts';
import { liveFolders } from './0019-liveFolders.ts';
import { runVocabularies } from './0020-runVocabularies.ts';
import { marks } from './0021-marks.ts';
import { ratings } from './0022-ratings.ts';
import { followUps } from './0023-followUps.ts';
import { pilots } from './0024-pilots.ts';
import { stacks } from './0025-stacks.ts';
import { answerFields } from './0026-answerFields.ts';
import { stackJobs } from './0027-stackJobs.ts';
import { copiedCaptions } from './0028-copiedCaptions.ts';
import { askedRuns } from './0029-askedRuns.ts';
import { stackPlaces } from './0030-stackPlaces.ts';
import { rowsOfPhotos } from './0031-rowsOfPhotos.ts';
import { newPhotos } from './0032-newPhotos.ts';
import { editedOnTop } from './0033-editedOnTop.ts';
import { questionTerms } from './0034-questionTerms.ts';

export interface Migration {
  /** What `user_version` is afterwards. */
  readonly version: number;
  up(database: Database): void;
}

export const migrations: readonly Migration[] = [
  { version: 1, up: initialSchema },
  { version: 2, up: averageColour },
  { version: 3, up: shapes },
  { version: 4, up: fileIdentity },
  { version: 5, up: authorship },
  { version: 6, up: conversationBranches },
  { version: 7, up: metadataValues },
  { version: 8, up: searchText },
  { version: 9, up: writtenXmp },
  { version: 10, up: modelVersions },
  { version: 11, up: runDescriptions },
  { version: 12, up: problemFacts },
  { version: 13, up: fileInfo },
  { version: 14, up: synonyms },
  { version: 15, up: restoredRuns },
  { version: 16, up: embeddedText },
  { version: 17, up: textKinds },
  { version: 18, up: liveSidecars },
  { version: 19, up: liveFolders },
  { version: 20, up: runVocabularies },
  { version: 21, up: marks },
  { version: 22, up: ratings },
  { version: 23, up: followUps },
  { version: 24, up: pilots },
  { version: 25, up: stacks },
  { version: 26, up: answerFields },
  { version: 27, up: stackJobs },
  { version: 28, up: copiedCaptions },
  { version: 29, up: askedRuns },
  { version: 30, up: stackPlaces },
  { version: 31, up: rowsOfPhotos },
  { version: 32, up: newPhotos },
  { version: 33, up: editedOnTop },
  { version: 34, up: questionTerms },
];
