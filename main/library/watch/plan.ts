/** @file What becomes of the catalog when a few files were matched with its photos. Pure. */
import type { Candidate, Place, ReadFile } from '../catalog/photos/photoPlaces.ts';
import type { FileState } from '../photos/fileState.ts';

/** A file that is new at its place, or not as the catalog knows it, and was read. */
export interface FoundFile {
  readonly place: Place;
  /** Absolute. */
  readonly path: string;
  /** Whose place it is; also of a photo that went missing from there a moment ago. */
  readonly ownId: number | undefined;
  readonly read: ReadFile;
}

/** What the disk says of a file. */
export interface MatchedFile {
  readonly file: FoundFile;
  /** The content is still that of the photo whose place it is. */
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

/** A photo at its place. */
export interface Occupant {
  readonly id: number;
  readonly name: string;
}

/** What the catalog knows of the places of a few files, and what the pass has noted of them so far. */
export interface CatalogSnapshot {
  readonly nowMs: number;
  /** By `placeKey`. */
  readonly present: ReadonlyMap<string, Occupant>;
  /** By `placeKey`: photos that went missing from there so recently that a file there may be theirs; the last one first. */
  readonly recent: ReadonlyMap<string, readonly Occupant[]>;
  /** The files' owners, as they are now: others of the pass may have found them. */
  readonly owners: ReadonlyMap<number, Candidate>;
  /** Photos whose place was taken by another photo's file, and that were not found elsewhere so far. */
  readonly displaced: ReadonlySet<number>;
  /** Files that took the place of an equal one, by the photo that was left to them. */
  readonly kept: ReadonlyMap<number, FoundFile>;
}

export type Action =
  | { readonly kind: 'insert'; readonly file: FoundFile }
  /** The photo's file is here now. */
  | { readonly kind: 'move'; readonly photoId: number; readonly file: FoundFile }
  /** The photo's file is as it was, though its times or its entry are not. */
  | { readonly kind: 'touch'; readonly photoId: number; readonly state: FileState }
  /** The photo's file was changed in place. */
  | { readonly kind: 'edit'; readonly photoId: number; readonly file: FoundFile; readonly isSamePicture: boolean }
  /** The photo makes room for another one's file. */
  | { readonly kind: 'displace'; readonly photoId: number }
  /** The photo is left to an equal file at its place, as long as its own is not met elsewhere. */
  | { readonly kind: 'keep'; readonly photoId: number; readonly file: FoundFile }
  /** Decided later: once every other file is known, or, for edits, once every file is decided that is none. */
  | { readonly kind: 'defer'; readonly as: 'ambiguous' | 'edit'; readonly file: FoundFile };

export function placeKey({ folderId, nameKey }: Pick<Place, 'folderId' | 'nameKey'>): string {
  return `${folderId}/${nameKey}`;
}

/**
 * A photo goes where its content is. Files are taken in their order, each as the ones before it leave the catalog.
 *
 * @param edits whether every other file of the pass is known: only a file whose content was nobody's before is an edit
 */
export function plan(files: readonly MatchedFile[], catalog: CatalogSnapshot, edits: 'now' | 'later'): Action[] {
  const planning = new Planning(catalog, edits);
  for (const file of files) planning.add(file);
  return planning.actions;
}

class Planning {
  readonly actions: Action[] = [];
  readonly #edits: 'now' | 'later';
  readonly #catalog: CatalogSnapshot;
  // What the snapshot becomes by the actions so far.
  readonly #present: Map<string, Occupant>;
  readonly #recent: Map<string, readonly Occupant[]>;
  readonly #owners: Map<number, Candidate>;
  readonly #displaced = new Set<number>();
  readonly #kept = new Map<number, FoundFile | undefined>();
  readonly #inserted = new Set<string>();

  constructor(catalog: CatalogSnapshot, edits: 'now' | 'later') {
    this.#catalog = catalog;
    this.#edits = edits;
    this.#present = new Map(catalog.present);
    this.#recent = new Map(catalog.recent);
    this.#owners = new Map(catalog.owners);
  }

  add({ file, isOwnContent, owner, isAmbiguous, isReplaced, isOwnPicture }: MatchedFile): void {
    const key = placeKey(file.place);
    if (this.#inserted.has(key)) {
      // The photo there has no number yet.
      this.#defer('ambiguous', file, undefined);
      return;
    }
    const there = this.#present.get(key);
    const own = there ?? this.#recentlyThere(key);
    if (isOwnContent && own !== undefined && own.id === file.ownId) {
      if (there?.name === file.place.name) this.actions.push({ kind: 'touch', photoId: own.id, state: file.read });
      else this.#move(own.id, file, file.place);
      if (isReplaced === true) this.#keep(own.id, file);
    } else if (owner !== undefined && isStillFree(owner, this.#owners.get(owner.id))) {
      if (there !== undefined) this.#displace(there, key);
      this.#move(owner.id, file, owner);
    } else if (isAmbiguous || owner !== undefined) {
      this.#defer('ambiguous', file, own?.id);
    } else if (own === undefined) {
      this.#inserted.add(key);
      this.actions.push({ kind: 'insert', file });
    } else if (this.#edits === 'later') {
      this.#defer('edit', file, own.id);
    } else {
      this.#settle(own.id, file, file.place);
      const isSamePicture = isOwnPicture === true && own.id === file.ownId;
      this.actions.push({ kind: 'edit', photoId: own.id, file, isSamePicture });
    }
  }

  #recentlyThere(key: string): Occupant | undefined {
    const photo = this.#recent.get(key)?.[0];
    // One that had to make room for another photo's file was not edited.
    const isDisplaced = photo !== undefined && (this.#displaced.has(photo.id) || this.#catalog.displaced.has(photo.id));
    return isDisplaced ? undefined : photo;
  }

  #displace(photo: Occupant, key: string): void {
    this.actions.push({ kind: 'displace', photoId: photo.id });
    this.#displaced.add(photo.id);
    this.#present.delete(key);
    this.#recent.set(key, [photo, ...(this.#recent.get(key) ?? [])]);
    const owner = this.#owners.get(photo.id);
    if (owner !== undefined) this.#owners.set(photo.id, { ...owner, missingSinceMs: this.#catalog.nowMs });
  }

  #move(id: number, file: FoundFile, from: Place): void {
    this.actions.push({ kind: 'move', photoId: id, file });
    this.#settle(id, file, from);
    // Its own file was met elsewhere after the equal one that has its place now: that one is somebody's, too.
    const left = this.#kept.has(id) ? this.#kept.get(id) : this.#catalog.kept.get(id);
    this.#kept.set(id, undefined);
    if (left !== undefined && left.path !== file.path) this.#defer('ambiguous', left, undefined);
  }

  #keep(id: number, file: FoundFile): void {
    this.actions.push({ kind: 'keep', photoId: id, file });
    this.#kept.set(id, file);
  }

  #defer(as: 'ambiguous' | 'edit', file: FoundFile, ownId: number | undefined): void {
    this.actions.push({ kind: 'defer', as, file: { ...file, ownId } });
  }

  /** The photo is at the file's place from here on. */
  #settle(id: number, { place, path, read }: FoundFile, from: Place): void {
    const fromKey = placeKey(from);
    if (this.#present.get(fromKey)?.id === id) this.#present.delete(fromKey);
    const recent = this.#recent.get(fromKey);
    if (recent !== undefined)
      this.#recent.set(
        fromKey,
        recent.filter((photo) => photo.id !== id),
      );
    this.#present.set(placeKey(place), { id, name: place.name });
    const owner = this.#owners.get(id);
    if (owner !== undefined) this.#owners.set(id, { ...owner, ...place, ...read, path, missingSinceMs: null });
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
