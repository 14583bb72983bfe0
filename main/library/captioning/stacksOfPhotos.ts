/** @file The stacks of photos that a command names, once all is read that stacks are made from. Main process and CLI. */
import { VignetteError } from '../../../native-models/errors.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { StackOrder } from '../catalog/photos/foldedStacks.ts';
import { type PrepareLooksOptions, prepareLooks } from '../images/prepareLooks.ts';
import type { PictureProcesses } from '../images/process/pictureProcesses.ts';
import { readDetails } from '../images/readDetails.ts';
import { updateStacks } from '../stacks/updateStacks.ts';

export interface StacksOfPhotosParts {
  readonly catalog: Catalog;
  readonly pictures: PictureProcesses;
  readonly thumbnails: PrepareLooksOptions['thumbnails'];
}

export interface StacksOfPhotosOptions {
  readonly signal?: AbortSignal | undefined;
  /** Photos that were looked at. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Without ExifTool, the times of some kinds stay unknown: their stacks are found by name and appearance. */
  readonly onUnread: (error: VignetteError) => Promise<void>;
}

/** Pictures that are made small at the same time: somebody waits for it. */
const picturesAtOnce = 4;

/** As work that is done once for each stack takes them. @throws CatalogError; the signal's reason */
export async function stacksOfPhotos(
  { catalog, pictures, thumbnails }: StacksOfPhotosParts,
  photoIds: readonly number[],
  { signal, onProgress, onUnread }: StacksOfPhotosOptions,
): Promise<StackOrder> {
  const { photos, fileInfo, writtenXmp, embeddedText } = catalog;
  const only = new Set(photoIds);
  try {
    await readDetails({ photos, fileInfo, writtenXmp, embeddedText, metadata: pictures, only, signal });
  } catch (error) {
    if (!(error instanceof VignetteError) || error.code !== 'EXIFTOOL_UNAVAILABLE') throw error;
    await onUnread(error);
  }
  await prepareLooks({ photos, thumbnails, pictures, only, picturesAtOnce, signal, onProgress });
  await updateStacks(catalog, signal);
  return await catalog.reader.read('byStacks', photoIds, signal);
}
