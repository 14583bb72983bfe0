/**
 * @file Which photo a document means. Names are compared with those of photos in the catalog and lead nowhere else, so
 * that no name in a document can reach a file. Pure.
 */
import type { MatchablePhotos } from '../../catalog/imports/matchablePhotos.ts';
import { commonFolder } from '../../files/commonFolder.ts';
import { nameKey } from '../../photos/nameKey.ts';
import { withoutExtension } from '../captionNames.ts';
import type { ImportRecord } from './importRecord.ts';

export interface PhotoMatch {
  readonly photoId: number;
  /** Absolute. */
  readonly file: string;
  /** The document is about another content than the file has now: the photo was changed since. */
  readonly isOtherContent: boolean;
}

export type MatchResult = PhotoMatch | 'unmatched' | 'ambiguous' | 'unsafeName';

export interface NamePlace {
  /** The folder of the document. */
  readonly folder: string;
  /** The format says that names start there. */
  readonly startsThere: boolean;
}

type NamedRecord = Pick<ImportRecord, 'name' | 'isStem' | 'sha256'>;

interface IndexedPhoto {
  readonly id: number;
  readonly file: string;
  readonly sha256: string | null;
  /** With `/` between the parts. */
  readonly path: string;
  readonly key: string;
}

/** Longer ones are no paths on any system. */
const maxName = 4096;

export class PhotoIndex {
  readonly #byName = new Map<string, IndexedPhoto[]>();
  readonly #byStem = new Map<string, IndexedPhoto[]>();
  readonly #byHash = new Map<string, IndexedPhoto[]>();
  readonly #starts: readonly string[];

  constructor({ photos, roots }: MatchablePhotos) {
    for (const { id, file, sha256 } of photos) {
      const path = slashed(file);
      const photo = { id, file, sha256, path, key: looseKey(path) };
      add(this.#byName, lastPart(photo.key), photo);
      add(this.#byStem, withoutExtension(lastPart(photo.key)), photo);
      if (sha256 !== null) add(this.#byHash, sha256, photo);
    }
    const common = commonFolder(roots);
    this.#starts = [...new Set([...roots, ...(common === undefined ? [] : [common])])].map((root) =>
      looseKey(slashed(root)),
    );
  }

  /**
   * By the content where the document tells its hash; by the path from the document's folder or a folder of the library;
   * by the end of the path, where one photo has it.
   */
  find(record: NamedRecord, place: NamePlace): MatchResult {
    const name = soundPathOf(record.name);
    if (name === undefined) return 'unsafeName';
    const named = this.#named(name, record.isStem);
    const same = record.sha256 === null ? [] : (this.#byHash.get(record.sha256.toLowerCase()) ?? []);
    if (same.length > 0) {
      const here = same.length === 1 ? same : same.filter((photo) => named.includes(photo));
      const found = one(here);
      return found === undefined ? 'ambiguous' : matchOf(found, false);
    }
    const exact = named.filter(({ path }) => withMaybeStem(path, record.isStem).some((end) => endsWith(end, name)));
    const candidates = exact.length > 0 ? exact : named;
    const placed = this.#placed(candidates, { name, isStem: record.isStem, place });
    const found = one(placed) ?? (placed.length === 0 ? one(candidates) : undefined);
    if (found === undefined) return candidates.length === 0 ? 'unmatched' : 'ambiguous';
    const isOtherContent = differs(found, record);
    // A photo of the same name that lies elsewhere and has another content is another photo.
    return isOtherContent && placed.length === 0 ? 'unmatched' : matchOf(found, isOtherContent);
  }

  /** By the file's name alone: of use where no other name in the document ends so. */
  findByFileName(record: NamedRecord): MatchResult {
    const name = soundPathOf(record.name);
    if (name === undefined) return 'unsafeName';
    const named = this.#named(lastPart(name), record.isStem).filter((photo) => !differs(photo, record));
    const found = one(named);
    if (found !== undefined) return matchOf(found, false);
    return named.length === 0 ? 'unmatched' : 'ambiguous';
  }

  /** All whose path ends so, however it is capitalised. */
  #named(name: string, isStem: boolean): IndexedPhoto[] {
    const key = looseKey(name);
    const full = (this.#byName.get(lastPart(key)) ?? []).filter((photo) => endsWith(photo.key, key));
    if (full.length > 0 || !isStem) return full;
    return (this.#byStem.get(lastPart(key)) ?? []).filter((photo) => endsWith(withoutExtension(photo.key), key));
  }

  /** Those at the very place that the name has from where it may start. */
  #placed(
    candidates: readonly IndexedPhoto[],
    { name, isStem, place }: { readonly name: string; readonly isStem: boolean; readonly place: NamePlace },
  ): IndexedPhoto[] {
    const key = looseKey(name);
    const from = (start: string) =>
      candidates.filter((photo) => withMaybeStem(photo.key, isStem).includes(`${start.replace(/\/$/, '')}/${key}`));
    const there = from(looseKey(slashed(place.folder)));
    if (place.startsThere && there.length > 0) return there;
    const absolute = candidates.filter((photo) => withMaybeStem(photo.key, isStem).includes(key));
    return [...new Set([...absolute, ...there, ...this.#starts.flatMap(from)])];
  }
}

/** The key of a document's name: two names with one key mean one photo. */
export function fileNameKey({ name, isStem }: Pick<NamedRecord, 'name' | 'isStem'>): string {
  const last = lastPart(looseKey(name.replaceAll('\\', '/')));
  return isStem ? withoutExtension(last) : last;
}

/** Undefined where the name leads upwards, or is none. A path of Windows has its parts joined by `/`. */
function soundPathOf(name: string): string | undefined {
  if (name.length > maxName || name.includes('\0')) return undefined;
  const parts = (name.includes('/') ? name : name.replaceAll('\\', '/')).split('/').filter((part) => part !== '.');
  if (parts.includes('..') || lastPart(parts.join('/')) === '') return undefined;
  return parts.join('/');
}

function differs(photo: IndexedPhoto, { sha256 }: NamedRecord): boolean {
  return sha256 !== null && photo.sha256 !== null && photo.sha256 !== sha256.toLowerCase();
}

/** Undefined where there is none, or several. */
function one(photos: readonly IndexedPhoto[]): IndexedPhoto | undefined {
  return photos.length === 1 ? photos[0] : undefined;
}

function matchOf({ id, file }: IndexedPhoto, isOtherContent: boolean): PhotoMatch {
  return { photoId: id, file, isOtherContent };
}

function withMaybeStem(path: string, isStem: boolean): readonly string[] {
  return isStem ? [path, withoutExtension(path)] : [path];
}

function endsWith(path: string, end: string): boolean {
  return path === end || path.endsWith(`/${end}`);
}

/** However it is capitalised and its accents are composed: documents travel between systems. */
function looseKey(path: string): string {
  return nameKey('caseless', path);
}

function slashed(file: string): string {
  return process.platform === 'win32' ? file.replaceAll('\\', '/') : file;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function add(map: Map<string, IndexedPhoto[]>, key: string, photo: IndexedPhoto): void {
  const others = map.get(key);
  if (others === undefined) map.set(key, [photo]);
  else others.push(photo);
}
