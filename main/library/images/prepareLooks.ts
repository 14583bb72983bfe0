/** @file Makes, in the background, the thumbnails of photos nobody has looked at yet, and from each the hash by which look-alikes are found and the average colour. Main process and server. */
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import type { PhotoLooks, PhotoStore } from '../catalog/photos/photos.ts';
import type { PictureProcesses } from './process/pictureProcesses.ts';
import type { Thumbnails } from './thumbnails.ts';

export interface PrepareLooksOptions {
  readonly photos: Pick<PhotoStore, 'withoutLooks' | 'setLooks'>;
  readonly thumbnails: Pick<Thumbnails, 'get'>;
  readonly pictures: Pick<PictureProcesses, 'looks'>;
  readonly signal?: AbortSignal | undefined;
}

const pageSize = 64;
/** What a grid shows at its usual size; the smaller one is made with it. */
const preparedPx = 512;
/** After everything that somebody waits for. */
const lowest = -1;

/** One photo at a time: it is in no hurry. Returns how many it did. @throws CatalogError; the signal's reason */
export async function prepareLooks({ photos, signal, ...from }: PrepareLooksOptions): Promise<number> {
  let done = 0;
  for (let afterId = 0; ; ) {
    const page = photos.withoutLooks(afterId, pageSize);
    if (page.length === 0) return done;
    for (const photo of page) {
      signal?.throwIfAborted();
      afterId = photo.id;
      const looks = await looksOf(photo, from);
      if (looks === undefined) continue;
      if (photos.setLooks(photo.id, photo.revision, looks)) done += 1;
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
