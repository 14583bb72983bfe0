/** @file The catalog of a library: opened, with all its stores. Main process and CLI. */
import { fileSystemReason } from '../files/fileSystemError.ts';
import { makeLibraryPrivateSync, makePrivateFolderSync } from '../files/privateFiles.ts';
import {
  type Backup,
  catalogFile,
  catalogLoss,
  listBackups,
  type Restored,
  restoreBackup,
  takeBackup,
} from './backups/backups.ts';
import { CatalogError } from './catalogError.ts';
import { CatalogConnection } from './connection.ts';
import { isUpToDate, openDatabase } from './database.ts';
import { EmbeddedTextStore } from './exports/embeddedText.ts';
import { LiveSidecarStore } from './exports/liveSidecars.ts';
import { WrittenFileStore } from './exports/writtenFiles.ts';
import { WrittenXmpStore } from './exports/writtenXmp.ts';
import { FolderRuleStore } from './jobs/folderRules.ts';
import { JobStore } from './jobs/jobs.ts';
import { OwnerLock } from './ownerLock.ts';
import { EmbeddingStore } from './photos/embeddings.ts';
import { FileInfoStore } from './photos/fileInfo.ts';
import { FolderStore } from './photos/folders.ts';
import { MarkStore } from './photos/marks.ts';
import { PhotoPlaceStore } from './photos/photoPlaces.ts';
import { PhotoStore } from './photos/photos.ts';
import { RootStore } from './photos/roots.ts';
import { SidecarStore } from './photos/sidecars.ts';
import { StackStore } from './photos/stacks.ts';
import { PhotosWrittenLog } from './photosWritten.ts';
import { CatalogReader, type StartReaderThread } from './reader/catalogReader.ts';
import { WholeLibrary } from './reader/wholeLibrary.ts';
import { AnswerRunStore } from './runs/answerRuns.ts';
import { CaptionRunStore } from './runs/captionRuns.ts';
import { ModelVersionStore } from './runs/modelVersions.ts';
import { OrderedRunStore } from './runs/orderedRuns.ts';
import { PilotStore } from './runs/pilots.ts';
import { QuestionTermsStore } from './runs/questionTerms.ts';
import { RunStore } from './runs/runs.ts';
import { UndoStore } from './runs/undo.ts';
import { photosWithOldText, rebuildPhotoText } from './search/photoText.ts';
import { SettingStore } from './settings.ts';
import { AnswerFieldStore } from './texts/answerFields.ts';
import { AnswerStore } from './texts/answers.ts';
import { CaptionReviewStore } from './texts/captionReview.ts';
import { CaptionStore } from './texts/captions.ts';
import { ConversationStore } from './texts/conversations.ts';
import { PresetStore } from './texts/presets.ts';
import { QuotedAnswerStore } from './texts/quotedAnswers.ts';
import { ScoreStore } from './texts/scores.ts';
import { TagStore } from './texts/tags.ts';
import { VocabularyStore } from './texts/vocabulary.ts';

export interface OpenCatalogOptions {
  /** What this process is, for whoever finds the library in use: "vignette serve". */
  readonly owner: string;
  readonly startReader: StartReaderThread;
  readonly nowMs?: (() => number) | undefined;
  /** Told when the catalog was damaged, empty or missing and a backup took its place. */
  readonly onRestored?: ((restored: Restored) => void) | undefined;
  /** Told that what so many photos are found by is made anew, before that is done: for many it takes seconds. */
  readonly onRebuild?: ((photos: number) => void) | undefined;
}

/** A new backup is due when the newest one is this old and something changed since. */
const backupEveryMs = 60 * 60 * 1000;

export class Catalog implements AsyncDisposable {
  readonly libraryFolder: string;
  readonly connection: CatalogConnection;
  readonly reader: CatalogReader;
  readonly wholeLibrary: WholeLibrary;
  /** Undefined where the catalog is only read. */
  readonly photosWritten: PhotosWrittenLog | undefined;
  readonly roots: RootStore;
  readonly folders: FolderStore;
  readonly folderRules: FolderRuleStore;
  readonly photos: PhotoStore;
  /** For comparing with the disk. */
  readonly places: PhotoPlaceStore;
  readonly runs: RunStore;
  readonly modelVersions: ModelVersionStore;
  readonly pilots: PilotStore;
  readonly jobs: JobStore;
  readonly captions: CaptionStore;
  readonly captionReview: CaptionReviewStore;
  readonly captionRuns: CaptionRunStore;
  readonly answerRuns: AnswerRunStore;
  readonly questionTerms: QuestionTermsStore;
  readonly orderedRuns: OrderedRunStore;
  readonly quotedAnswers: QuotedAnswerStore;
  readonly answers: AnswerStore;
  readonly fields: AnswerFieldStore;
  readonly tags: TagStore;
  readonly vocabulary: VocabularyStore;
  readonly marks: MarkStore;
  readonly conversations: ConversationStore;
  readonly scores: ScoreStore;
  readonly embeddings: EmbeddingStore;
  readonly undo: UndoStore;
  readonly presets: PresetStore;
  readonly settings: SettingStore;
  readonly writtenFiles: WrittenFileStore;
  readonly writtenXmp: WrittenXmpStore;
  readonly embeddedText: EmbeddedTextStore;
  readonly liveSidecars: LiveSidecarStore;
  readonly sidecars: SidecarStore;
  readonly fileInfo: FileInfoStore;
  readonly stacks: StackStore;
  readonly #lock: OwnerLock | undefined;
  #changedSinceBackup = false;

  private constructor(
    libraryFolder: string,
    connection: CatalogConnection,
    startReader: StartReaderThread,
    lock?: OwnerLock,
  ) {
    this.libraryFolder = libraryFolder;
    this.connection = connection;
    this.#lock = lock;
    this.reader = new CatalogReader(connection.file, startReader);
    this.photosWritten = lock === undefined ? undefined : new PhotosWrittenLog(connection);
    this.wholeLibrary = new WholeLibrary(connection, this.reader, this.photosWritten);
    this.roots = new RootStore(connection);
    this.folders = new FolderStore(connection);
    this.folderRules = new FolderRuleStore(connection);
    this.photos = new PhotoStore(connection);
    this.places = new PhotoPlaceStore(connection);
    this.modelVersions = new ModelVersionStore(connection);
    this.runs = new RunStore(connection);
    this.pilots = new PilotStore(connection);
    this.jobs = new JobStore(connection);
    this.captions = new CaptionStore(connection);
    this.captionReview = new CaptionReviewStore(connection);
    this.captionRuns = new CaptionRunStore(connection);
    this.answerRuns = new AnswerRunStore(connection);
    this.questionTerms = new QuestionTermsStore(connection);
    this.orderedRuns = new OrderedRunStore(connection);
    this.quotedAnswers = new QuotedAnswerStore(connection);
    this.answers = new AnswerStore(connection);
    this.fields = new AnswerFieldStore(connection);
    this.tags = new TagStore(connection);
    this.vocabulary = new VocabularyStore(connection, this.tags);
    this.marks = new MarkStore(connection);
    this.conversations = new ConversationStore(connection);
    this.scores = new ScoreStore(connection);
    this.embeddings = new EmbeddingStore(connection);
    this.undo = new UndoStore(connection);
    this.presets = new PresetStore(connection);
    this.settings = new SettingStore(connection);
    this.writtenFiles = new WrittenFileStore(connection);
    this.writtenXmp = new WrittenXmpStore(connection);
    this.embeddedText = new EmbeddedTextStore(connection);
    this.liveSidecars = new LiveSidecarStore(connection);
    this.sidecars = new SidecarStore(connection);
    this.fileInfo = new FileInfoStore(connection);
    this.stacks = new StackStore(connection);
    connection.onChange(() => {
      this.#changedSinceBackup = true;
    });
  }

  /**
   * Opens the library's catalog to work with it, or makes it. One process at a time can.
   * @throws CatalogError CATALOG_IN_USE, CATALOG_NEWER, CATALOG_READ_ONLY, CATALOG_DAMAGED (with no backup to go back to), …
   */
  static open(libraryFolder: string, options: OpenCatalogOptions): Catalog {
    const { owner, startReader, nowMs = Date.now, onRestored, onRebuild } = options;
    makeFolder(libraryFolder);
    using resources = new DisposableStack();
    const lock = resources.use(OwnerLock.take(libraryFolder, owner));
    const file = catalogFile(libraryFolder);
    const database = openOrRestore(libraryFolder, nowMs, onRestored);
    resources.defer(() => database.close());
    const connection = new CatalogConnection({ database, file, nowMs });
    bringTextUpToDate(connection, onRebuild);
    const catalog = new Catalog(libraryFolder, connection, startReader, lock);
    resources.move();
    return catalog;
  }

  /**
   * Opens the catalog to look only, also while another process works with it. One that an earlier version of Vignette
   * wrote is brought up to date first, which only one process can do.
   * @throws CatalogError CATALOG_NOT_FOUND before anything was added to the library, CATALOG_NEWER, CATALOG_DAMAGED; of
   * an earlier version's CATALOG_IN_USE, CATALOG_READ_ONLY; …
   */
  static openToRead(libraryFolder: string, { startReader }: Pick<OpenCatalogOptions, 'startReader'>): Catalog {
    const file = catalogFile(libraryFolder);
    const loss = catalogLoss(libraryFolder);
    if (loss !== undefined) {
      throw new CatalogError(
        'CATALOG_DAMAGED',
        `The catalog ${file} is ${loss}, but there are backups of it. vignette library restore puts one in its place; so does whatever changes the library. To begin anew, remove the backups, too.`,
        { file },
      );
    }
    let database = openDatabase(file, { readOnly: true });
    const isOld = !isUpToDate(database);
    if (isOld || photosWithOldText(new CatalogConnection({ database, file })) !== undefined) {
      database.close();
      bringUpToDate(libraryFolder, isOld);
      database = openDatabase(file, { readOnly: true });
    }
    return new Catalog(libraryFolder, new CatalogConnection({ database, file }), startReader);
  }

  /** Takes a backup where one is due. Returns it. @throws CatalogError, e.g. CATALOG_DISK_FULL: the catalog itself is fine */
  async backUpIfDue(): Promise<Backup | undefined> {
    const nowMs = this.connection.nowMs();
    const newest = listBackups(this.libraryFolder)[0];
    const isDue = newest === undefined || (this.#changedSinceBackup && nowMs - newest.takenAtMs >= backupEveryMs);
    if (!isDue || this.#lock === undefined) {
      return undefined;
    }
    this.#changedSinceBackup = false;
    return await takeBackup(this.connection.database, this.libraryFolder, nowMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader[Symbol.asyncDispose]();
    this.connection.database.close();
    this.#lock?.[Symbol.dispose]();
  }
}

function openOrRestore(libraryFolder: string, nowMs: () => number, onRestored: OpenCatalogOptions['onRestored']) {
  const loss = catalogLoss(libraryFolder);
  try {
    if (loss === undefined) return openDatabase(catalogFile(libraryFolder));
  } catch (error) {
    if (!(error instanceof CatalogError) || error.code !== 'CATALOG_DAMAGED') throw error;
  }
  const restored = restoreBackup(libraryFolder, loss ?? 'damaged', nowMs());
  const database = openDatabase(catalogFile(libraryFolder));
  onRestored?.(restored);
  return database;
}

/** @param isNeeded otherwise what stands in the way, such as a process that does just this, is no reason not to look */
function bringUpToDate(libraryFolder: string, isNeeded: boolean): void {
  using resources = new DisposableStack();
  const file = catalogFile(libraryFolder);
  try {
    resources.use(OwnerLock.take(libraryFolder, 'Vignette, which brings it up to date'));
    const database = resources.adopt(openDatabase(file), (opened) => opened.close());
    bringTextUpToDate(new CatalogConnection({ database, file }));
  } catch (error) {
    if (isNeeded || !(error instanceof CatalogError)) throw error;
  }
}

function bringTextUpToDate(connection: CatalogConnection, onRebuild?: (photos: number) => void): void {
  const photos = photosWithOldText(connection);
  if (photos === undefined) return;
  if (photos > 0) onRebuild?.(photos);
  rebuildPhotoText(connection);
}

function makeFolder(libraryFolder: string): void {
  try {
    makePrivateFolderSync(libraryFolder);
    makeLibraryPrivateSync(libraryFolder);
  } catch (error) {
    throw new CatalogError(
      'CATALOG_UNREADABLE',
      `The library's folder ${libraryFolder} cannot be made: ${fileSystemReason(error)}.`,
      { libraryFolder },
      error,
    );
  }
}
