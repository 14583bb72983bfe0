/** @file What documents say, by the photo that they mean. Main process, CLI. */
import type { FieldDefinition } from '../../../../schemas/answerField.ts';
import type { FileInfo } from '../../../../schemas/fileInfo.ts';
import type { FieldColumn } from '../../catalog/exports/exportedFields.ts';
import type { MatchablePhoto, MatchablePhotos } from '../../catalog/imports/matchablePhotos.ts';
import type { ForeignRun } from '../../catalog/imports/restoredRuns.ts';
import { unknownPhotoId } from '../../catalog/texts/copies.ts';
import { photosAt, textsOfFile } from './fileTexts.ts';
import {
  type ImportedOrigin,
  type ImportItem,
  type ImportRecord,
  type ImportRemark,
  isField,
  isRemark,
  isRun,
} from './importRecord.ts';
import { type ImportSource, namePlaceOf, readImportSource } from './importSource.ts';
import { fileNameKey, type MatchResult, type NamePlace, PhotoIndex, type PhotoMatch } from './photoIndex.ts';
import type { SaidOfPhoto } from './planPhoto.ts';

export interface ImportedPhoto extends PhotoMatch, SaidOfPhoto {}

export interface CollectedImport {
  /** Each once, with all that the documents say of it, in their order. */
  readonly photos: readonly ImportedPhoto[];
  /** What is left out, and why. */
  readonly remarks: readonly ImportRemark[];
  /** That the texts come from, in the order of the documents. */
  readonly runs: readonly ForeignRun[];
  /** That documents define. */
  readonly fields: readonly FieldDefinition[];
}

export interface ImportPhotos extends MatchablePhotos {
  /** What a photo's file and sidecars say, as they were read last. */
  fileInfoOf(photoId: number): FileInfo;
  /** Those of the library, which columns of tables may be. */
  readonly fields: readonly FieldColumn[];
}

/** @throws ImportError; the signal's reason */
export async function collectImport(
  sources: readonly ImportSource[],
  photos: ImportPhotos,
  signal?: AbortSignal,
): Promise<CollectedImport> {
  const collector = new Collector(new PhotoIndex(photos));
  for (const source of sources) {
    if (source.format === 'xmp') {
      for (const photo of photosAt(photos.photos, source.path)) {
        collector.takeFileInfo(photo, textsOfFile(photos.fileInfoOf(photo.id)));
      }
      continue;
    }
    const place = await namePlaceOf(source);
    for await (const item of readImportSource(source, signal, photos.fields)) collector.take(item, place);
  }
  return collector.finished();
}

interface GrowingPhoto extends PhotoMatch {
  readonly captions: ImportRecord['captions'][number][];
  readonly tags: ImportRecord['tags'][number][];
  readonly answers: ImportRecord['answers'][number][];
  readonly scores: ImportRecord['scores'][number][];
  readonly marks: ImportRecord['marks'][number][];
}

class Collector {
  readonly #index: PhotoIndex;
  readonly #photos = new Map<number, GrowingPhoto>();
  readonly #remarks: ImportRemark[] = [];
  readonly #runs: ForeignRun[] = [];
  readonly #fields: FieldDefinition[] = [];
  /** Names that were found by nothing but, perhaps, the file's name, by folder of their documents; with their records. */
  readonly #later = new Map<string, ImportRecord[]>();
  readonly #remarked = new Set<string>();
  /** Photos by their names in documents, as `keyOf` has them. */
  readonly #named = new Map<string, number>();
  readonly #origins: { readonly origin: ImportedOrigin; readonly place: NamePlace }[] = [];
  #last: { readonly record: ImportRecord; readonly place: NamePlace; readonly match: MatchResult } | undefined;

  constructor(index: PhotoIndex) {
    this.#index = index;
  }

  take(item: ImportItem, place: NamePlace): void {
    if (isRemark(item)) {
      this.#remarks.push(item);
      return;
    }
    if (isField(item)) {
      this.#fields.push(item.field);
      return;
    }
    if (isRun(item)) {
      this.#runs.push(item.foreignRun);
      return;
    }
    for (const { copiedFrom } of [...item.captions, ...item.answers]) {
      if (copiedFrom !== undefined) this.#origins.push({ origin: copiedFrom, place });
    }
    const match = this.#match(item, place);
    if (match === 'unmatched') {
      const key = keyOf(item.name, place);
      const others = this.#later.get(key);
      if (others === undefined) this.#later.set(key, [item]);
      else others.push(item);
    } else this.#put(item, match, keyOf(item.name, place));
  }

  takeFileInfo({ id: photoId, file }: MatchablePhoto, said: SaidOfPhoto): void {
    if (said.captions.length > 0 || said.tags.length > 0) this.#add({ photoId, file, isOtherContent: false }, said);
  }

  finished(): CollectedImport {
    const sharing = new Map<string, number>();
    for (const records of this.#later.values()) {
      for (const record of records.slice(0, 1)) {
        sharing.set(fileNameKey(record), (sharing.get(fileNameKey(record)) ?? 0) + 1);
      }
    }
    for (const [key, records] of this.#later) {
      for (const record of records) {
        const isShared = sharing.get(fileNameKey(record)) !== 1;
        const match = isShared ? 'unmatched' : this.#index.findByFileName(record);
        // A photo that another name stands for is not meant by this one as well.
        const isTaken = typeof match === 'object' && this.#photos.has(match.photoId) && record === records[0];
        this.#put(record, isTaken ? 'unmatched' : match, key);
        if (isTaken) break;
      }
    }
    for (const { origin, place } of this.#origins) origin.photoId = this.#originIn(origin, place);
    return { photos: [...this.#photos.values()], remarks: this.#remarks, runs: this.#runs, fields: this.#fields };
  }

  /** The captions of one photo follow one another; in another document, the same name may mean another photo. */
  #match(record: ImportRecord, place: NamePlace): MatchResult {
    const last = this.#last;
    const isSame = last?.place === place && last.record.name === record.name && last.record.sha256 === record.sha256;
    if (isSame) return last.match;
    const match = this.#index.find(record, place);
    this.#last = { record, place, match };
    return match;
  }

  /** The photo that the document means by the name, whether it says more of that one or not. */
  #originIn({ name }: ImportedOrigin, place: NamePlace): number {
    if (name === null) return unknownPhotoId;
    const known = this.#named.get(keyOf(name, place));
    if (known !== undefined) return known;
    const match = this.#index.find({ name, isStem: false, sha256: null }, place);
    return typeof match === 'object' ? match.photoId : unknownPhotoId;
  }

  #put(record: ImportRecord, match: MatchResult, key: string): void {
    const { name } = record;
    if (typeof match === 'string') {
      this.#remark(name, match);
      return;
    }
    this.#named.set(key, match.photoId);
    this.#add(match, record);
  }

  #add(match: PhotoMatch, { captions, tags, answers, scores, marks }: SaidOfPhoto): void {
    const none = { captions: [], tags: [], answers: [], scores: [], marks: [] };
    const photo = this.#photos.get(match.photoId) ?? { ...match, ...none };
    const isAll = [
      pushSome(photo.captions, captions),
      pushSome(photo.tags, tags),
      pushSome(photo.answers, answers),
      pushSome(photo.scores, scores),
      pushSome(photo.marks, marks),
    ].every((isWhole) => isWhole);
    if (!isAll) this.#remark(match.file, 'tooMany');
    this.#photos.set(match.photoId, photo);
  }

  /** Once of each name. */
  #remark(name: string, remark: ImportRemark['remark']): void {
    if (!this.#remarked.has(name)) this.#remarks.push({ name: name.slice(0, 300), remark });
    this.#remarked.add(name);
  }
}

/** In documents of another folder, the same name means another photo. */
function keyOf(name: string, { folder }: NamePlace): string {
  return JSON.stringify([folder, name]);
}

/** Of each kind: more than anybody writes about one photo, and so few that one photo cannot stop everything. */
const maxOfPhoto = 1000;

/** Adds as many as there is room for. Returns whether that was all of them. */
function pushSome<Item>(list: Item[], more: readonly Item[]): boolean {
  const room = maxOfPhoto - list.length;
  for (const item of more.slice(0, room)) list.push(item);
  return more.length <= room;
}
