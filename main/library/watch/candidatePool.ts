/** @file The photos of one content: which of them a file that is new at its place may be. Main process, CLI. */
import type { Candidate } from '../catalog/photos/photoPlaces.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { isOtherFile, isSameFile, isSameState } from '../photos/fileState.ts';
import { fingerprintBuffer, readFingerprint } from './fingerprint.ts';
import type { FoundFile } from './plan.ts';
import { type Evidence, type PlaceState, type Recognition, recognize } from './recognize.ts';
import { ContentComparison } from './sameContent.ts';
import type { WatchContext } from './watchContext.ts';

interface Considered {
  readonly candidate: Candidate;
  readonly state: PlaceState;
}

interface Likeliest {
  readonly considered: Considered;
  readonly recognition: Recognition;
  /** No other photo has anything for it. */
  readonly isOnly: boolean;
}

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

  /** Whose the file is. @param mayGuess whether one of several that are equally likely is to be taken */
  async claim(file: FoundFile, content: ContentComparison, mayGuess: boolean): Promise<Claim> {
    await this.#load();
    const unequal = new Set<Considered>();
    for (;;) {
      this.#signal?.throwIfAborted();
      const best = this.#likeliest(file, unequal);
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

  #likeliest(file: FoundFile, skipped: ReadonlySet<Considered>): Likeliest | undefined {
    let best: { readonly considered: Considered; readonly recognition: Recognition } | undefined;
    let count = 0;
    const here = this.#byPath.get(file.path);
    for (const considered of here === undefined ? this.#free : new Set([here, ...this.#free])) {
      if (considered.candidate.id === file.ownId || skipped.has(considered)) continue;
      const recognition = recognize(evidenceOf(considered, file));
      if (recognition === undefined) continue;
      count += 1;
      const isLikelier =
        best === undefined ||
        recognition.rank < best.recognition.rank ||
        (recognition.rank === best.recognition.rank && isMissingForLess(considered, best.considered));
      if (isLikelier) best = { considered, recognition };
    }
    return best && { ...best, isOnly: count === 1 };
  }

  /**
   * Others of the pass look for their photos at the same time, the file may be back where it was, and the photo's folder
   * may have been found under another name since, with the photo's file in it.
   */
  async #reserve(considered: Considered, file: FoundFile): Promise<Candidate | undefined> {
    this.#free.delete(considered);
    this.#byPath.delete(considered.candidate.path);
    const candidate = this.#context.catalog.places.candidate(considered.candidate.id);
    if (candidate === undefined || candidate.path === file.path) return candidate;
    const state = await this.#placeState(candidate);
    const isFree =
      state === 'gone' || state === 'changed' || (state === 'replaced' && isSameFile(candidate, file.read));
    return isFree ? candidate : undefined;
  }

  async #placeState(candidate: Candidate): Promise<PlaceState> {
    const { catalog, disk } = this.#context;
    // The file there is another photo's.
    const isTaken =
      candidate.missingSinceMs !== null && catalog.places.at(candidate.folderId, candidate.nameKey) !== undefined;
    if (isTaken) return 'gone';
    if (candidate.rootState !== 'online') return candidate.missingSinceMs === null ? 'present' : 'gone';
    try {
      const onDisk = await disk.state(candidate.path);
      if (onDisk.kind !== 'file') return 'gone';
      // Where no number was noted, equal states do not tell that it is the same file.
      const isTold = candidate.fileNumber !== null || onDisk.fileNumber === null;
      if (isTold && isSameState(candidate, onDisk)) return 'present';
      const read = await readFingerprint(disk, candidate.path, onDisk, fingerprintBuffer());
      if (read === undefined) return 'changed';
      const isEqual = await new ContentComparison(candidate.path, read).equals(candidate, this.#signal);
      if (!isEqual) return 'changed';
      return isOtherFile(candidate, read) ? 'replaced' : 'present';
    } catch (error) {
      this.#signal?.throwIfAborted();
      const code = fileSystemCode(error);
      return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'present';
    }
  }
}

function evidenceOf({ candidate, state }: Considered, { path, place, read }: FoundFile): Evidence {
  return {
    state,
    isSamePlace: candidate.path === path,
    isSameFile: isSameFile(candidate, read),
    isSameName: candidate.nameKey === place.nameKey,
    isSameTime: candidate.modifiedMs === read.modifiedMs && candidate.modifiedNs === read.modifiedNs,
  };
}

/** What is gone just now was renamed rather than something that was deleted long ago. */
function isMissingForLess({ candidate: a }: Considered, { candidate: b }: Considered): boolean {
  const aMissing = a.missingSinceMs ?? Number.POSITIVE_INFINITY;
  const bMissing = b.missingSinceMs ?? Number.POSITIVE_INFINITY;
  return aMissing !== bMissing ? aMissing > bMissing : a.id < b.id;
}
