/** @file Decides whose a file is: a new photo's, or one's that was moved, renamed, edited or missing. Main process, CLI. */
import type { Candidate, Place, PlacedPhoto, ReadFile } from '../catalog/photoPlaces.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { isSameState } from '../photos/fileState.ts';
import { fingerprintBuffer, readFingerprint } from './fingerprint.ts';
import { ContentComparison } from './sameContent.ts';
import type { WatchContext } from './watchContext.ts';

/** A file that is new at its place, or not as the catalog knows it, and was read. */
export interface FoundFile {
  readonly place: Place;
  /** Absolute. */
  readonly path: string;
  /** Whose place it is; also of a photo that went missing from there a moment ago. */
  readonly ownId: number | undefined;
  readonly read: ReadFile;
}

export interface Placed {
  readonly found: readonly number[];
  readonly changed: readonly number[];
  readonly moved: readonly number[];
}

interface Decision {
  readonly file: FoundFile;
  readonly isOwnContent: boolean;
  /** Photos that had this content and whose own place no longer has it; the likeliest first. */
  readonly free: readonly Candidate[];
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
export class Placing {
  readonly #context: WatchContext;
  readonly #signal: AbortSignal | undefined;
  readonly #edits: FoundFile[] = [];
  /** Photos whose place was taken by another photo's file, and that were not found elsewhere so far. */
  readonly #displaced = new Set<number>();

  constructor(context: WatchContext, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#signal = signal;
  }

  get displaced(): ReadonlySet<number> {
    return this.#displaced;
  }

  async place(files: readonly FoundFile[]): Promise<Placed> {
    const decisions: Decision[] = [];
    for (const file of files) decisions.push(await this.#decide(file));
    return this.#apply(decisions, 'later');
  }

  /** To be called once, when all files of the pass were placed; the pass is a long one, and its batches are short. */
  async *settleEdits(batchSize: number): AsyncGenerator<Placed> {
    while (this.#edits.length > 0) {
      const decisions: Decision[] = [];
      for (const file of this.#edits.splice(0, batchSize)) decisions.push(await this.#decide(file));
      yield this.#apply(decisions, 'now');
    }
  }

  async #decide(file: FoundFile): Promise<Decision> {
    const { places } = this.#context.catalog;
    const content = new ContentComparison(file.path, file.read);
    const own = file.ownId === undefined ? undefined : places.contentOf(file.ownId);
    if (own !== undefined && (await content.equals(own, this.#signal))) {
      return { file, isOwnContent: true, free: [] };
    }
    const gone: Candidate[] = [];
    const changed: Candidate[] = [];
    for (const candidate of places.candidates(file.read.fingerprint, file.place.nameKey)) {
      this.#signal?.throwIfAborted();
      if (candidate.id === file.ownId || !(await content.equals(candidate, this.#signal))) continue;
      const place = await this.#lookAt(candidate, file.path);
      if (place === 'gone') gone.push(candidate);
      // It may have been edited there and copied here before; so one whose place is empty comes first.
      if (place === 'changed') changed.push(candidate);
    }
    return { file, isOwnContent: false, free: [...gone, ...changed] };
  }

  /** What is now where the photo was last seen. */
  async #lookAt(candidate: Candidate, newPath: string): Promise<'holds' | 'changed' | 'gone'> {
    if (candidate.path === newPath) return 'gone';
    if (candidate.rootState !== 'online') return candidate.missingSinceMs === null ? 'holds' : 'gone';
    try {
      const state = await this.#context.disk.state(candidate.path);
      if (state.kind !== 'file') return 'gone';
      if (isSameState(candidate, state)) return 'holds';
      const read = await readFingerprint(this.#context.disk, candidate.path, state, fingerprintBuffer());
      if (read === undefined) return 'changed';
      return (await new ContentComparison(candidate.path, read).equals(candidate, this.#signal)) ? 'holds' : 'changed';
    } catch (error) {
      const code = fileSystemCode(error);
      return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'holds';
    }
  }

  #apply(decisions: readonly Decision[], edits: 'now' | 'later'): Placed {
    const found: number[] = [];
    const changed: number[] = [];
    const moved: number[] = [];
    const { connection, places } = this.#context.catalog;
    connection.write(() => {
      for (const { file, isOwnContent, free } of decisions) {
        const there = places.at(file.place.folderId, file.place.nameKey);
        const own = there ?? this.#recentlyThere(file.place);
        if (isOwnContent && own?.id === file.ownId && own !== undefined) {
          if (there?.name !== file.place.name) moved.push(this.#move(own.id, file));
          else places.setState(own.id, file.read);
          continue;
        }
        const owner = free.find((candidate) => isStillFree(candidate, places.get(candidate.id)));
        if (owner !== undefined) {
          if (there !== undefined) this.#displace(there.id);
          moved.push(this.#move(owner.id, file));
        } else if (own === undefined) {
          found.push(places.insert(file.place, file.read));
        } else if (edits === 'later') {
          this.#edits.push({ ...file, ownId: own.id });
        } else {
          places.setContent(own.id, file.place, file.read);
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

  #move(id: number, { place, read }: FoundFile): number {
    this.#context.catalog.places.move(id, place, read);
    this.#displaced.delete(id);
    return id;
  }
}

/** Others of the pass may have found the photo in the meantime. */
function isStillFree(before: PlacedPhoto, now: PlacedPhoto | undefined): boolean {
  return (
    now !== undefined &&
    now.folderId === before.folderId &&
    now.nameKey === before.nameKey &&
    (now.missingSinceMs !== null || before.missingSinceMs === null)
  );
}
