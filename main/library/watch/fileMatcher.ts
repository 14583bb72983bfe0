/** @file Decides whose a file is: a new photo's, or one's that was moved, renamed, edited or missing. Main process, CLI. */
import type { Candidate, Place, PlacedPhoto } from '../catalog/photos/photoPlaces.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { isOtherFile } from '../photos/fileState.ts';
import { CandidatePool, type FoundFile } from './candidatePool.ts';
import { pictureHash } from './pictureHash.ts';
import { ContentComparison } from './sameContent.ts';
import type { WatchContext } from './watchContext.ts';

export interface Placed {
  readonly found: readonly number[];
  readonly changed: readonly number[];
  readonly moved: readonly number[];
}

interface Decision {
  readonly file: FoundFile;
  readonly isOwnContent: boolean;
  /** The photo that had this content and whose own place no longer has it. */
  readonly owner: Candidate | undefined;
  /** Of several equal photos that are gone it may be any. */
  readonly isAmbiguous: boolean;
  /** The place holds another file of the same content. */
  readonly isReplaced?: boolean;
  /** Only what is written about the picture was changed; found out when edits are decided. */
  readonly isOwnPicture?: boolean;
}

/**
 * Some programs save by deleting and writing anew: what appears where a photo went missing so recently is that photo,
 * edited.
 */
const savedAnewWithinMs = 10_000;

/**
 * The work of one pass over the disk. A photo goes where its content is; only a file whose content was nobody's before
 * is an edit, which is why edits are decided at the end of the pass, when every other new file is known.
 */
export class FileMatcher {
  readonly #context: WatchContext;
  readonly #signal: AbortSignal | undefined;
  readonly #edits: FoundFile[] = [];
  readonly #ambiguous: FoundFile[] = [];
  /** By fingerprint; of contents that several photos have. */
  readonly #pools = new Map<string, CandidatePool>();
  /** Files that took the place of an equal one, by the photo that was left to them. */
  readonly #kept = new Map<number, FoundFile>();
  /** Photos whose place was taken by another photo's file, and that were not found elsewhere so far. */
  readonly #displaced = new Set<number>();

  constructor(context: WatchContext, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#signal = signal;
  }

  get displaced(): ReadonlySet<number> {
    return this.#displaced;
  }

  async match(files: readonly FoundFile[]): Promise<Placed> {
    const decisions: Decision[] = [];
    for (const file of files) decisions.push(await this.#decide(file, { mayGuess: false }));
    return this.#apply(decisions, 'later');
  }

  /** To be called once, when all files of the pass were placed; the pass is a long one, and its batches are short. */
  async *matchDeferred(batchSize: number): AsyncGenerator<Placed> {
    for (;;) {
      const [files, edits] =
        this.#ambiguous.length > 0 ? ([this.#ambiguous, 'later'] as const) : ([this.#edits, 'now'] as const);
      if (files.length === 0) return;
      const decisions: Decision[] = [];
      for (const file of files.splice(0, batchSize)) decisions.push(await this.#decide(file, { mayGuess: true }));
      yield this.#apply(decisions, edits);
    }
  }

  async #decide(file: FoundFile, { mayGuess }: { readonly mayGuess: boolean }): Promise<Decision> {
    const { places } = this.#context.catalog;
    const content = new ContentComparison(file.path, file.read);
    const own = file.ownId === undefined ? undefined : places.contentOf(file.ownId);
    const isOwnContent = own !== undefined && (await content.equals(own, this.#signal));
    if (isOwnContent) {
      // An equal photo's file may have taken the name.
      const isReplaced = isOtherFile(own, file.read);
      const owner = isReplaced ? await this.#poolOf(file.read.fingerprint).claimSameFile(file, content) : undefined;
      return { file, isOwnContent: owner === undefined, owner, isAmbiguous: false, isReplaced };
    }
    const claim = await this.#poolOf(file.read.fingerprint).claim(file, content, mayGuess);
    const isEdit = mayGuess && claim.owner === undefined && file.ownId !== undefined;
    return { file, isOwnContent, ...claim, isOwnPicture: isEdit && (await this.#isOwnPicture(file, file.ownId)) };
  }

  /** What cannot be told is an edit. */
  async #isOwnPicture({ path, read }: FoundFile, ownId: number): Promise<boolean> {
    const { catalog, disk } = this.#context;
    const known = catalog.places.pictureHash(ownId);
    if (known === undefined) return false;
    try {
      return (await pictureHash(disk, path, read, this.#signal))?.equals(known) ?? false;
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (fileSystemCode(error) === undefined) throw error;
      return false;
    }
  }

  #poolOf(fingerprint: Buffer): CandidatePool {
    const key = fingerprint.toString('latin1');
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = new CandidatePool(this.#context, fingerprint, this.#signal);
    // Most contents are one photo's: to ask again costs less than to keep a pool for each of a hundred thousand.
    if (pool.size > 1) this.#pools.set(key, pool);
    return pool;
  }

  #apply(decisions: readonly Decision[], edits: 'now' | 'later'): Placed {
    const found: number[] = [];
    const changed: number[] = [];
    const moved: number[] = [];
    const { connection, places } = this.#context.catalog;
    connection.write(() => {
      for (const { file, isOwnContent, owner, isAmbiguous, isReplaced, isOwnPicture } of decisions) {
        const there = places.at(file.place.folderId, file.place.nameKey);
        const own = there ?? this.#recentlyThere(file.place);
        if (isOwnContent && own?.id === file.ownId && own !== undefined) {
          if (there?.name !== file.place.name) moved.push(this.#move(own.id, file));
          else places.setState(own.id, file.read);
          if (isReplaced === true) this.#kept.set(own.id, file);
          continue;
        }
        if (owner !== undefined && isStillFree(owner, places.candidate(owner.id))) {
          if (there !== undefined) this.#displace(there.id);
          moved.push(this.#move(owner.id, file));
        } else if (isAmbiguous || owner !== undefined) {
          this.#ambiguous.push({ ...file, ownId: own?.id });
        } else if (own === undefined) {
          found.push(places.insert(file.place, file.read));
        } else if (edits === 'later') {
          this.#edits.push({ ...file, ownId: own.id });
        } else {
          if (isOwnPicture && own.id === file.ownId) places.setMetadata(own.id, file.place, file.read);
          else places.setContent(own.id, file.place, file.read);
          changed.push(own.id);
        }
      }
    });
    return { found, changed, moved };
  }

  #recentlyThere({ folderId, nameKey }: Place): PlacedPhoto | undefined {
    const { connection, places } = this.#context.catalog;
    const photo = places.missingAt(folderId, nameKey, connection.nowMs() - savedAnewWithinMs);
    // One that had to make room for another photo's file was not edited.
    return photo !== undefined && this.#displaced.has(photo.id) ? undefined : photo;
  }

  #displace(id: number): void {
    this.#context.catalog.places.setMissing(id);
    this.#displaced.add(id);
  }

  #move(id: number, { place, path, read }: FoundFile): number {
    this.#context.catalog.places.move(id, place, read);
    this.#displaced.delete(id);
    // Its own file was met elsewhere after the equal one that has its place now: that one is somebody's, too.
    const left = this.#kept.get(id);
    this.#kept.delete(id);
    if (left !== undefined && left.path !== path) this.#ambiguous.push({ ...left, ownId: undefined });
    return id;
  }
}

/** Others of the pass may have found the photo in the meantime. */
function isStillFree(before: Candidate, now: Candidate | undefined): boolean {
  return (
    now !== undefined &&
    now.folderId === before.folderId &&
    now.nameKey === before.nameKey &&
    now.path === before.path &&
    now.fingerprint.equals(before.fingerprint) &&
    (now.missingSinceMs !== null || before.missingSinceMs === null)
  );
}
