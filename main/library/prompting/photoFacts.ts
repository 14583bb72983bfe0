/** @file What prompts can say about a photo of the catalog. Main process and CLI. */
import type { FileInfo, FileTextKind } from '../../../schemas/fileInfo.ts';
import type { WrittenVariable, XmpValues } from './photoPrompt.ts';
import type { XmpVariable } from './promptTemplate.ts';
import { type DateReader, dateInWords, TakenDates } from './takenDates.ts';

type Author = 'human' | 'model' | 'import';

/** What is known of a photo of the catalog. The stores of the catalog are this. */
export interface KnownPhotos {
  readonly tags: { of(photoId: number): readonly { readonly path: string; readonly source: Author }[] };
  readonly captions: { of(photoId: number): readonly { readonly text: string; readonly source: Author }[] };
  readonly fileInfo: { of(photoId: number): FileInfo };
  readonly photos: { get(photoId: number): { readonly details: Camera | undefined } };
}

interface Camera {
  readonly cameraMake: string | null;
  readonly cameraModel: string | null;
}

export interface CatalogFactsParts {
  readonly known: KnownPhotos;
  readonly pictures: DateReader;
  /** Reads the photo's file and sidecars into the catalog where that was not done yet, as with a photo that just came. */
  readonly ensureRead: (photoId: number) => Promise<void>;
  /** What fields of XMP say in the photo's sidecars and file; nothing for a file that cannot be read. */
  readonly readXmp: (photoId: number, fields: readonly XmpVariable[]) => Promise<XmpValues>;
}

/** Reads the file of a photo whose date the catalog does not know. */
export class CatalogFacts {
  readonly #known: KnownPhotos;
  readonly #pictures: DateReader;
  readonly #ensureRead: CatalogFactsParts['ensureRead'];
  readonly #readXmp: CatalogFactsParts['readXmp'];
  #dates: Promise<TakenDates> | undefined;

  constructor({ known, pictures, ensureRead, readXmp }: CatalogFactsParts) {
    this.#known = known;
    this.#pictures = pictures;
    this.#ensureRead = ensureRead;
    this.#readXmp = readXmp;
  }

  /** @throws LibraryError EXIFTOOL_UNAVAILABLE where no dates can be read; better now than for each photo */
  async assertDates(): Promise<void> {
    await this.#started();
  }

  async dateOf({
    file,
    takenLocal,
  }: {
    readonly file: string;
    readonly takenLocal: string | undefined;
  }): Promise<string> {
    const known = takenLocal === undefined ? undefined : dateInWords(takenLocal);
    return known ?? (await (await this.#started()).of(file));
  }

  /**
   * What people wrote here, or wrote into the file or its sidecar with other programs; never what models wrote.
   * @throws LibraryError EXIFTOOL_UNAVAILABLE where the file must still be read and cannot be
   */
  async writtenOf(photoId: number, variable: WrittenVariable): Promise<string> {
    if (variable !== 'tags') await this.#ensureRead(photoId);
    switch (variable) {
      case 'tags':
        return lastNames(this.#known.tags.of(photoId).filter(({ source }) => source !== 'model'));
      case 'caption': {
        const own = this.#known.captions.of(photoId).find(({ source }) => source === 'human');
        return own?.text ?? this.#fileText(photoId, ['caption']);
      }
      case 'title':
        return this.#fileText(photoId, ['title', 'headline']);
      case 'keywords':
        return lastNames(this.#known.fileInfo.of(photoId).keywords);
      case 'people':
        return inWords.format(this.#known.fileInfo.of(photoId).people.map(({ name }) => name));
      case 'place': {
        const [place] = this.#known.fileInfo.of(photoId).places;
        const parts = [place?.sublocation, place?.city ?? place?.state, place?.country];
        return parts.filter((part) => typeof part === 'string').join(', ');
      }
      case 'camera':
        return cameraName(this.#known.photos.get(photoId).details);
    }
  }

  /** @throws LibraryError EXIFTOOL_UNAVAILABLE */
  async xmpOf(photoId: number, fields: readonly XmpVariable[]): Promise<XmpValues> {
    return await this.#readXmp(photoId, fields);
  }

  #fileText(photoId: number, kinds: readonly FileTextKind[]): string {
    const { texts } = this.#known.fileInfo.of(photoId);
    return kinds.map((kind) => texts.find((text) => text.kind === kind)?.text).find((text) => text !== undefined) ?? '';
  }

  async #started(): Promise<TakenDates> {
    this.#dates ??= TakenDates.start(this.#pictures);
    try {
      return await this.#dates;
    } catch (error) {
      this.#dates = undefined;
      throw error;
    }
  }
}

/** As a sentence lists names: `Anna, Ben and Carl`. Prompts are English. */
const inWords = new Intl.ListFormat('en-GB');

function lastNames(paths: readonly { readonly path: string }[]): string {
  return [...new Set(paths.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)))].join(', ');
}

/** Most models begin with the maker's name, which is then said once. */
export function cameraName(details: Camera | undefined): string {
  const [make, model] = [details?.cameraMake ?? '', details?.cameraModel ?? ''];
  const [maker = ''] = make.split(' ');
  return model.toLowerCase().startsWith(maker.toLowerCase()) && model !== '' ? model : `${make} ${model}`.trim();
}
