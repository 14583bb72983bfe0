/** @file Finds out whose content files have, and has the catalog follow: planned, then applied. Main process, CLI. */
import type { Candidate, PlacedPhoto } from '../catalog/photos/photoPlaces.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { isOtherFile } from '../photos/fileState.ts';
import { type Applied, applyPlan } from './applyPlan.ts';
import { CandidatePool } from './candidatePool.ts';
import { pictureHash } from './pictureHash.ts';
import { type Action, type CatalogSnapshot, type FoundFile, type MatchedFile, placeKey, plan } from './plan.ts';
import { ContentComparison } from './sameContent.ts';
import type { WatchContext } from './watchContext.ts';

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

  async match(files: readonly FoundFile[]): Promise<Applied> {
    const matched: MatchedFile[] = [];
    for (const file of files) matched.push(await this.#matchOne(file, { mayGuess: false }));
    return this.#apply(matched, 'later');
  }

  /** To be called once, when all files of the pass were placed; the pass is a long one, and its batches are short. */
  async *matchDeferred(batchSize: number): AsyncGenerator<Applied> {
    for (;;) {
      const [files, edits] =
        this.#ambiguous.length > 0 ? ([this.#ambiguous, 'later'] as const) : ([this.#edits, 'now'] as const);
      if (files.length === 0) return;
      const matched: MatchedFile[] = [];
      for (const file of files.splice(0, batchSize)) matched.push(await this.#matchOne(file, { mayGuess: true }));
      yield this.#apply(matched, edits);
    }
  }

  async #matchOne(file: FoundFile, { mayGuess }: { readonly mayGuess: boolean }): Promise<MatchedFile> {
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

  #apply(files: readonly MatchedFile[], edits: 'now' | 'later'): Applied {
    const { catalog } = this.#context;
    return catalog.connection.write(() => {
      const actions = plan(files, this.#snapshot(files), edits);
      const applied = applyPlan(catalog, actions);
      for (const action of actions) this.#note(action);
      return applied;
    });
  }

  /** What the catalog knows now: others of the pass may have stored something since the files were decided. */
  #snapshot(files: readonly MatchedFile[]): CatalogSnapshot {
    const { connection, places } = this.#context.catalog;
    const nowMs = connection.nowMs();
    const present = new Map<string, PlacedPhoto>();
    const recent = new Map<string, readonly PlacedPhoto[]>();
    const owners = new Map<number, Candidate>();
    for (const { owner } of files) {
      const now = owner && places.candidate(owner.id);
      if (now !== undefined) owners.set(now.id, now);
    }
    for (const { place } of files.map(({ file }) => file)) {
      const key = placeKey(place);
      const there = places.at(place.folderId, place.nameKey);
      if (there !== undefined) present.set(key, there);
      // What is there may be moved away.
      if (there === undefined || owners.has(there.id)) {
        recent.set(key, places.missingAt(place.folderId, place.nameKey, nowMs - savedAnewWithinMs));
      }
    }
    return { nowMs, present, recent, owners, displaced: this.#displaced, kept: this.#kept };
  }

  /** For the rest of the pass. */
  #note(action: Action): void {
    switch (action.kind) {
      case 'move':
        this.#displaced.delete(action.photoId);
        this.#kept.delete(action.photoId);
        break;
      case 'displace':
        this.#displaced.add(action.photoId);
        break;
      case 'keep':
        this.#kept.set(action.photoId, action.file);
        break;
      case 'defer':
        (action.as === 'edit' ? this.#edits : this.#ambiguous).push(action.file);
        break;
      case 'insert':
      case 'touch':
      case 'edit':
        break;
    }
  }
}
