/**
 * @file Names the places of photos whose files were read before places were looked up by their positions, or with another
 * list of towns, from the positions that the catalog has. Main process and CLI.
 */
import type { FileInfoStore } from '../catalog/photos/fileInfo.ts';
import type { PictureProcesses } from './process/pictureProcesses.ts';

/** To be raised when other places are found for the same positions. */
const placesVersion = 1;
const pageSize = 256;

/** Once a library and version; one that was stopped begins anew. @throws CatalogError; the signal's reason */
export async function namePlaces(options: {
  readonly fileInfo: Pick<FileInfoStore, 'placesVersion' | 'withoutNamedPlace' | 'setPlacesNear' | 'setPlacesVersion'>;
  readonly pictures: Pick<PictureProcesses, 'placesNear'>;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { fileInfo, pictures, signal } = options;
  if (fileInfo.placesVersion() === placesVersion) return;
  for (let afterId = 0; ; ) {
    signal?.throwIfAborted();
    const page = fileInfo.withoutNamedPlace(afterId, pageSize);
    const last = page.at(-1);
    if (last === undefined) break;
    afterId = last.id;
    const places = await pictures.placesNear(page);
    fileInfo.setPlacesNear(page.map((photo, index) => ({ ...photo, place: places[index] ?? null })));
  }
  fileInfo.setPlacesVersion(placesVersion);
}
