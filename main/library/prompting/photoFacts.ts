/** @file What prompts can say about a photo of the catalog. Main process and CLI. */
import { type DateReader, dateInWords, TakenDates } from './takenDates.ts';

/** Gives the tags of a photo of the catalog. */
export interface TagReader {
  of(photoId: number): readonly { readonly path: string; readonly source: 'human' | 'model' | 'import' }[];
}

/** Reads the file of a photo whose date the catalog does not know. */
export class CatalogFacts {
  readonly #tags: TagReader;
  readonly #pictures: DateReader;
  #dates: Promise<TakenDates> | undefined;

  constructor(tags: TagReader, pictures: DateReader) {
    this.#tags = tags;
    this.#pictures = pictures;
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

  /** What people gave it or brought along, not what models think; of a path of tags, the last one. */
  tagsOf(photoId: number): readonly string[] {
    const names = this.#tags
      .of(photoId)
      .filter(({ source }) => source !== 'model')
      .map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
    return [...new Set(names)];
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
