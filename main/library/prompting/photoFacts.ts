/** @file What prompts can say about a photo of the catalog. Main process and CLI. */
import type { TagStore } from '../catalog/tags.ts';
import { dateInWords, TakenDates } from './takenDates.ts';

/** Starts ExifTool for the first photo whose date the catalog does not know. Dispose of it. */
export class CatalogFacts implements AsyncDisposable {
  readonly #tags: Pick<TagStore, 'of'>;
  #dates: Promise<TakenDates> | undefined;

  constructor(tags: Pick<TagStore, 'of'>) {
    this.#tags = tags;
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

  async [Symbol.asyncDispose](): Promise<void> {
    const dates = await this.#dates?.catch(() => undefined);
    await dates?.[Symbol.asyncDispose]();
  }

  async #started(): Promise<TakenDates> {
    this.#dates ??= TakenDates.start();
    try {
      return await this.#dates;
    } catch (error) {
      this.#dates = undefined;
      throw error;
    }
  }
}
