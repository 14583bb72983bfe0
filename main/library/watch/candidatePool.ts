/**
 * @file The photos of one content: which of them a file that is new at its place may be. Looks at the disk for what the
 * rule (`recognize.ts`) decides by. Main process, CLI.
 */
import type { Candidate } from '../catalog/photos/photoPlaces.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { isSameFile } from '../photos/fileState.ts';
import { fingerprintBuffer, readFingerprint } from './fingerprint.ts';
import { type PlaceState, stateByCatalog, stateByContent, stateByEntry, stateByError } from './placeState.ts';
import type { FoundFile } from './plan.ts';
import { type Considered, evidenceOf, likeliest, recognize } from './recognize.ts';
import { ContentComparison } from './sameContent.ts';
import type { WatchContext } from './watchContext.ts';

export interface Claim {
  readonly owner: Candidate | undefined;
  /** Several photos are equally likely: files that are still to come may tell them apart. */
  readonly isAmbiguous: boolean;
}

const nobody: Claim = { owner: undefined, isAmbiguous: false };

/**
 * All photos with one fingerprint, however many: each one's place is looked at once in a pass. A photo that was claimed
 * is not given to the next file.
 */
export class CandidatePool {
  readonly #context: WatchContext;
  readonly #signal: AbortSignal | undefined;
  readonly #ids: readonly number[];
  /** Those that are not where they were. */
  readonly #free = new Set<Considered>();
  readonly #byPath = new Map<string, Considered>();
  #loaded: Promise<void> | undefined;

  constructor(context: WatchContext, fingerprint: Buffer, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#signal = signal;
    this.#ids = context.catalog.places.withFingerprint(fingerprint);
  }

  /** Of photos; those that were found since are where they were found. */
  get size(): number {
    return this.#ids.length;
  }

  /**
   * Whose the file is. The likeliest photo's content is compared first, and mostly no other one's: equal samples do not
   * settle it, and a comparison may read a film of gigabytes.
   *
   * @param mayGuess whether one of several that are equally likely is to be taken
   */
  async claim(file: FoundFile, content: ContentComparison, mayGuess: boolean): Promise<Claim> {
    await this.#load();
    const unequal = new Set<Considered>();
    for (;;) {
      this.#signal?.throwIfAborted();
      const best = likeliest(file, this.#possible(file, unequal));
      if (best === undefined) return nobody;
      const { considered, recognition, isOnly } = best;
      if (!(await content.equals(considered.candidate, this.#signal))) unequal.add(considered);
      else if (recognition.isGuess && !isOnly && !mayGuess) return { owner: undefined, isAmbiguous: true };
      else {
        const owner = await this.#reserve(considered, file);
        if (owner !== undefined) return { owner, isAmbiguous: false };
      }
    }
  }

  /** The photo whose very file it is, by its number, though its content is that of others, too. */
  async claimSameFile(file: FoundFile, content: ContentComparison): Promise<Candidate | undefined> {
    await this.#load();
    for (const considered of this.#free) {
      if (considered.candidate.id === file.ownId || !isSameFile(considered.candidate, file.read)) continue;
      if (!(await content.equals(considered.candidate, this.#signal))) continue;
      const owner = await this.#reserve(considered, file);
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#loadAll();
    return this.#loaded;
  }

  async #loadAll(): Promise<void> {
    for (const id of this.#ids) {
      this.#signal?.throwIfAborted();
      const candidate = this.#context.catalog.places.candidate(id);
      if (candidate === undefined) continue;
      const considered = { candidate, state: await this.#placeState(candidate) };
      this.#byPath.set(candidate.path, considered);
      if (considered.state !== 'present') this.#free.add(considered);
    }
  }

  *#possible(file: FoundFile, unequal: ReadonlySet<Considered>): Generator<Considered> {
    const here = this.#byPath.get(file.path);
    if (here !== undefined && !unequal.has(here)) yield here;
    for (const considered of this.#free) {
      if (considered !== here && !unequal.has(considered)) yield considered;
    }
  }

  /**
   * Others of the pass look for their photos at the same time, the file may be back where it was, and the photo's folder
   * may have been found under another name since, with the photo's file in it: so the rule decides once more.
   */
  async #reserve(considered: Considered, file: FoundFile): Promise<Candidate | undefined> {
    this.#free.delete(considered);
    this.#byPath.delete(considered.candidate.path);
    const candidate = this.#context.catalog.places.candidate(considered.candidate.id);
    if (candidate === undefined || candidate.path === file.path) return candidate;
    const state = await this.#placeState(candidate);
    return recognize(evidenceOf({ candidate, state }, file)) && candidate;
  }

  async #placeState(photo: Candidate): Promise<PlaceState> {
    const { catalog, disk } = this.#context;
    const isTaken = photo.missingSinceMs !== null && catalog.places.at(photo.folderId, photo.nameKey) !== undefined;
    const known = stateByCatalog(photo, isTaken);
    if (known !== undefined) return known;
    try {
      const entry = await disk.state(photo.path);
      const seen = stateByEntry(photo, entry);
      if (seen !== undefined) return seen;
      const read = await readFingerprint(disk, photo.path, entry, fingerprintBuffer());
      const isEqual = read !== undefined && (await new ContentComparison(photo.path, read).equals(photo, this.#signal));
      return stateByContent(photo, read, isEqual);
    } catch (error) {
      this.#signal?.throwIfAborted();
      return stateByError(fileSystemCode(error));
    }
  }
}
