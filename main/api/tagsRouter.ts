/** @file The tags' part of the contract: always shown before it is done. Main process and server. */
import type { TagOperation, TagPreview } from '../../preload/contract/runs.ts';
import { editTags, tagEditReads } from '../library/editing/editTags.ts';
import { tagChanges } from '../library/editing/tagOperations.ts';
import type { App } from './app.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';
import { selectedPhotos } from './selection.ts';

/** Photos whose tags are shown before and after. */
const examplesShown = 12;

export const tagsRouter = api.tags.router({
  list: api.tags.list.handler(({ context: { app } }) => app.catalog.wholeLibrary.tags()),
  preview: api.tags.preview.handler(async ({ context: { app }, input: { selection, operation }, signal }) => {
    const photoIds = await selectedPhotos(app, selection, signal);
    const preview = await app.catalog.reader.read(tagEditReads.previewTagEdit, { photoIds, operation }, signal);
    return {
      photos: preview.photoIds.length,
      removed: [...preview.removed],
      added: [...preview.added],
      examples: examplesOf(app, preview.photoIds.slice(0, examplesShown), operation),
    };
  }),
  edit: api.tags.edit.handler(async ({ context: { app }, input: { selection, operation }, signal }) => {
    const photoIds = await selectedPhotos(app, selection, signal);
    return await withEditProgress(app, async (onProgress) => ({
      runId: (await editTags(app.catalog, { photoIds, operation }, { signal, onProgress })) ?? null,
    }));
  }),
  respell: api.tags.respell.handler(({ context: { app }, input }) => app.catalog.tags.respell(input.path)),
  setVocabulary: api.tags.setVocabulary.handler(({ context: { app }, input }) =>
    app.catalog.tags.setVocabulary(input.paths),
  ),
});

function examplesOf(app: App, photoIds: readonly number[], operation: TagOperation): TagPreview['examples'] {
  const changesOf = tagChanges(operation);
  return photoIds.map((photoId) => {
    const tags = app.catalog.tags.of(photoId);
    const { removed, added } = changesOf(tags);
    const after = [...tags.filter((tag) => !removed.includes(tag)), ...added];
    return { photoId, before: pathsOf(tags), after: pathsOf(after) };
  });
}

function pathsOf(tags: readonly { readonly path: string }[]): string[] {
  return [...new Set(tags.map(({ path }) => path))].toSorted();
}
