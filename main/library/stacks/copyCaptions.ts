/** @file Gives the caption of a stack's top photo to those of the stack that have none, with its author. Main process and CLI. */
import type { Catalog } from '../catalog/catalog.ts';
import { type BulkEditOptions, bulkEdit, duePhotos } from '../catalog/runs/bulkEdit.ts';
import type { StoredCaption } from '../catalog/texts/captions.ts';
import { copiedFromId } from '../catalog/texts/copies.ts';

/**
 * As one run. A photo that has a caption of its own keeps it. Nothing says that the text holds for the photo: it is to be
 * scored. Returns the run, undefined where there was nothing to do, and the photos that got a caption.
 */
export async function copyCaptions(
  catalog: Pick<Catalog, 'connection' | 'runs' | 'undo' | 'stacks' | 'captions'>,
  photoIds: readonly number[],
  options: BulkEditOptions = {},
): Promise<{ readonly runId: number | undefined; readonly photoIds: readonly number[] }> {
  const { captions, stacks } = catalog;
  const captionToCopy = (photoId: number): StoredCaption | undefined => {
    const [top] = stacks.photosWith(photoId);
    if (top === undefined || top === photoId || captions.of(photoId).length > 0) return undefined;
    return captions.of(top)[0];
  };
  const due = await duePhotos(catalog, photoIds, (id) => captionToCopy(id) !== undefined, options.signal);
  if (due.length === 0) return { runId: undefined, photoIds: [] };
  const description = { kind: 'stack', change: 'captions', photos: due.length } as const;
  const change = (photoId: number, runId: number) => {
    const caption = captionToCopy(photoId);
    // Written or made meanwhile, one of its own goes before.
    if (caption === undefined) return;
    const { id: basedOnId, text, source, language, prompt, authorRunId } = caption;
    captions.add(photoId, runId, {
      text,
      source,
      language,
      prompt,
      basedOnId,
      copiedFromId: copiedFromId(caption, photoId),
      ...(source === 'human' ? {} : { authorRunId }),
    });
  };
  return { runId: await bulkEdit(catalog, { description, photoIds: due, change }, options), photoIds: due };
}
