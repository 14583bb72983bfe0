/** @file Makes, in the background, the thumbnails of photos nobody has looked at yet, and from each the hash by which look-alikes are found and the average colour. Main process, server and CLI. */
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import type { PhotoLooks, PhotoStore } from '../catalog/photos/photos.ts';
import type { PictureProcesses } from './process/pictureProcesses.ts';
import type { Thumbnails } from './thumbnails.ts';

export interface PrepareLooksOptions {
  readonly photos: Pick<PhotoStore, 'withoutLooks' | 'setLooks'>;
  readonly thumbnails: Pick<Thumbnails, 'get'>;
  readonly pictures: Pick<PictureProcesses, 'looks'>;
  /** By default all. */
  readonly only?: ReadonlySet<number> | undefined;
  /** By default one: it is in no hurry. */
  readonly picturesAtOnce?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told after each few photos. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

const pageSize = 64;
/** What a grid shows at its usual size; the smaller one is made with it. */
const preparedPx = 512;
/** After everything that somebody waits for. */
const lowest = -1;

/** Returns how many it did. @throws CatalogError; the signal's reason */
export async function prepareLooks(options: PrepareLooksOptions): Promise<number> {
  const { photos, only, picturesAtOnce = 1, signal, onProgress, ...from } = options;
  let done = 0;
  for (let afterId = 0; ; ) {
    const page = photos.withoutLooks(afterId, pageSize);
    const last = page.at(-1);
    if (last === undefined) return done;
    afterId = last.id;
    const due = page.filter(({ id }) => only?.has(id) !== false);
    for (let start = 0; start < due.length; start += picturesAtOnce) {
      signal?.throwIfAborted();
      const some = due.slice(start, start + picturesAtOnce);
      const seen = await Promise.all(some.map(async (photo) => ({ photo, looks: await looksOf(photo, from) })));
      for (const { photo, looks } of seen) {
        if (looks !== undefined && photos.setLooks(photo.id, photo.revision, looks)) done += 1;
      }
      onProgress?.(done);
    }
  }
}

/** Undefined where the photo cannot be shown: its next change is a new chance. */
async function looksOf(
  photo: { readonly path: string; readonly fingerprint: string },
  { thumbnails, pictures }: Pick<PrepareLooksOptions, 'thumbnails' | 'pictures'>,
): Promise<PhotoLooks | undefined> {
  try {
    // Without a signal: one that is begun is waited for, so that nothing goes on behind a library that was closed.
    const thumbnail = await thumbnails.get(photo, preparedPx, { priority: lowest });
    const { hash, averageColour } = await pictures.looks(thumbnail);
    return { hash: Buffer.from(hash), averageColour };
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}
