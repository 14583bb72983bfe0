/** @file English: folders, catalog and backups on the command line. */
import { counted, english } from '../format.ts';
import { formatBytes, formatTime } from './quantities.ts';

const number = (value: number): string => english.number(value);

interface CatalogProblem {
  readonly code: string;
  /** English. */
  readonly message: string;
  readonly ids: readonly number[];
}

export const library = {
  empty: (folder: string) => `The library ${folder} is empty. To add a folder: vignette library add FOLDER`,
  noFolders: 'The library has no folders. To add one: vignette library add FOLDER',
  folderColumns: ['FOLDER', 'PHOTOS', 'MISSING', 'SIZE', 'NOTE'],
  away: 'away',
  notWatched: 'not watched',
  without: (patterns: readonly string[]) => `without ${patterns.join(', ')}`,
  /** What is said of a folder, one after the other. */
  notes: (notes: readonly string[]) => notes.join('; '),
  added: (folder: string) => `Added ${folder}.`,
  nowPart: (folders: readonly string[]) => ` ${folders.join(', ')} is now part of it, with its captions and tags.`,
  known: (folder: string) => `${folder} is in the library.`,
  returned: (folder: string) => `${folder} is a library folder that was offline; its captions and tags are back.`,
  toScan: 'Run vignette library scan to read its photos.',
  removed: (folder: string) => `Removed ${folder} from the library.`,

  comparing: (files: number, expected: number | undefined) =>
    expected === undefined
      ? `Comparing: ${number(files)} files`
      : `Comparing: ${number(files)} of about ${number(expected)} files`,
  perSecond: (count: number) => `${number(count)}/s`,
  readingNew: (read: number) => `Reading new photos: ${number(read)} read`,
  new: (count: number) => `${number(count)} new`,
  changed: (count: number) => `${number(count)} changed`,
  moved: (count: number) => `${number(count)} moved or back`,
  missing: (count: number) => `${number(count)} missing`,
  /** @param counts as above, joined */
  scanned: (files: number, folders: number, counts: string) =>
    `${counted(files, 'photo')} in ${counted(folders, 'folder')}: ${counts}.`,
  readMetadata: (count: number) => `Read the metadata of ${counted(count, 'photo')}.`,
  purged: (count: number) => `${counted(count, 'photo')} removed from the catalog after the grace period.`,
  offline: (folder: string) => `Offline: ${folder}. Its photos are kept.`,
  stillWritten: 'Some files are still being written; scan again later.',
  indexed: (done: number, total: number) => `${number(done)} of ${counted(total, 'photo')} indexed for visual search.`,

  fieldColumns: ['FIELD', 'TYPE', 'PHOTOS', 'UNFIT', 'QUESTIONS'],
  fieldSaved: (name: string) => `Saved the field ${name}. Answers are not changed.`,
  fieldRemoved: (name: string) => `Removed the field ${name}. Its answers are kept.`,
  tagColumns: ['TAG', 'PHOTOS', 'VOCABULARY'],
  inVocabulary: 'yes',
  keywordsImported: (tags: number, synonyms: number) =>
    `Imported ${counted(tags, 'tag')} and ${counted(synonyms, 'synonym')} into the vocabulary.`,

  checking: { line: 'Checking the catalog…', logLine: 'Checking the catalog.' },
  notDamaged: 'The catalog is not damaged.',
  problem: ({ message }: CatalogProblem): string => message,
  repaired: (problem: string) => `Repaired: ${problem}`,
  toRestore: 'To restore a backup: vignette library restore --list',
  toRepair: 'To repair it: vignette library check --repair',
  restored: (takenAtMs: number) => `The catalog is that of ${formatTime(takenAtMs)} again.`,
  beforeKept: (file: string) => ` The one before is kept: ${file}`,
  noBackups: 'There are no backups yet.',
  backupColumns: ['BACKUP', 'TAKEN', 'SIZE'],

  /** The lines of `library status`. */
  status: {
    library: 'Library',
    folders: 'Folders',
    photos: 'Photos',
    captioned: 'Captioned',
    tagged: 'Tagged',
    doubtful: 'Doubtful',
    stale: 'Stale',
    waiting: 'Waiting',
    failed: 'Failed',
    unreadable: 'Unreadable',
    backups: 'Backups',
    models: 'Models',
    onDisk: 'On disk',
  },
  folderCount: (count: number, away: number) => (away === 0 ? number(count) : `${number(count)}, ${number(away)} away`),
  photoCount: (count: number, sizeBytes: number) => `${number(count)} (${formatBytes(sizeBytes)})`,
  onAwayDrives: (count: number) => `${number(count)} on drives that are away`,
  unread: (count: number) => `${number(count)} not read yet`,
  captionedBy: (count: number, people: number, models: number, imported: number) =>
    count === 0
      ? '0'
      : `${number(count)}: ${number(people)} by people, ${number(models)} by models, ${number(imported)} imported`,
  doubtfulCount: (count: number) => `${number(count)} (search: doubtful:yes)`,
  staleCount: (count: number) => `${number(count)}: edited after they were captioned`,
  nothingWaits: 'nothing',
  jobs: (count: number) => counted(count, 'job'),
  run: (id: number, title: string, state: string) => `run ${id}: ${title} (${state})`,
  reason: (count: number, reason: string) => `${number(count)}: ${reason}`,
  noBackup: 'none yet',
  newestBackup: (count: number, takenAtMs: number) => `${number(count)}, the newest of ${formatTime(takenAtMs)}`,
  noModels: 'none',
  sizes: {
    catalog: 'catalog',
    backups: 'backups',
    thumbnails: 'thumbnails',
    features: 'features',
    vectors: 'vectors',
    models: 'models',
  },
};
