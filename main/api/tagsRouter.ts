/** @file The tags' part of the contract: always shown before it is done. Main process and server. */
import type { TagOperation, TagPreview } from '../../preload/contract/runs.ts';
import { editTags } from '../library/editing/editTags.ts';
import { tagChanges } from '../library/editing/tagOperations.ts';
import type { App } from './app.ts';
import { api } from './implementation.ts';
import { selectedPhotos } from './selection.ts';

/** Photos whose tags are shown before and after. */
const examplesShown = 12;

export const tagsRouter = api.tags.router({
  list: api.tags.list.handler(({ context: { app } }) => app.catalog.wholeLibrary.tags()),
  preview: api.tags.preview.handler(async ({ context: { app }, input: { selection, operation }, signal }) => {
    const photoIds = await selectedPhotos(app, selection, signal);
    const preview = await app.catalog.reader.read('previewTagEdit', { photoIds, operation }, signal);
    return {
      photos: preview.photoIds.length,
      removed: [...preview.removed],
      added: [...preview.added],
      examples: examplesOf(app, preview.photoIds.slice(0, examplesShown), operation),
    };
  }),
  edit: api.tags.edit.handler(async ({ context: { app }, input: { selection, operation }, signal }) => {
    const photoIds = await selectedPhotos(app, selection, signal);
    const name = nameOf(operation);
    return { runId: (await editTags(app.catalog, { photoIds, operation }, { name, signal })) ?? null };
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

/** For the list of runs. */
function nameOf(operation: TagOperation): string {
  switch (operation.type) {
    case 'add':
      return `Add the tag ${named(operation.paths)}`;
    case 'remove':
      return `Remove the tag ${named(operation.paths)}`;
    case 'move':
      return `Move the tag ${named(operation.paths)} ${operation.below === '' ? 'to the top' : `below ${operation.below}`}`;
    case 'merge':
      return `Turn the tag ${named(operation.from)} into ${operation.into}`;
    case 'replace':
      return `Replace ${operation.pattern} by ${operation.replacement} in tags`;
    case 'keep-only':
      return `Keep the tags of a vocabulary of ${operation.paths.length}`;
    case 'drop-implied':
      return 'Drop tags that deeper ones imply';
  }
}

function named(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
