/** @file The tags' part of the contract: always shown before it is done. Main process and server. */
import type { ReadVocabulary, TagOperation, TagPreview } from '../../preload/contract/runs.ts';
import { tagMeant } from '../library/catalog/texts/vocabulary.ts';
import { editTags, tagEditReads } from '../library/editing/editTags.ts';
import { tagChanges } from '../library/editing/tagOperations.ts';
import {
  type KeywordList,
  keywordListText,
  readKeywordList,
  readKeywordPaths,
  synonymCount,
  writeKeywordPaths,
} from '../library/interchange/keywordList.ts';
import type { App } from './app.ts';
import { withEditProgress } from './editProgress.ts';
import { api } from './implementation.ts';
import { selectedPhotos } from './selection.ts';

/** Photos whose tags are shown before and after. */
const examplesShown = 12;
/** Of a keyword list. */
const remarksShown = 20;

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
  meant: api.tags.meant.handler(({ context: { app }, input: { said } }) => {
    const words = app.catalog.vocabulary.words();
    return said.map((text) => tagMeant(words, text) ?? null);
  }),
  respell: api.tags.respell.handler(({ context: { app }, input }) => app.catalog.tags.respell(input.path)),
  vocabulary: api.tags.vocabulary.handler(({ context: { app } }) => ({
    text: writeKeywordPaths(app.catalog.vocabulary.list()),
  })),
  readKeywordList: api.tags.readKeywordList.handler(async ({ input: { base64, fileName } }) => {
    const list = await readKeywordList(keywordListText(Buffer.from(base64, 'base64')), { fileName });
    return { ...summaryOf(list), text: writeKeywordPaths(list.tags) };
  }),
  setVocabulary: api.tags.setVocabulary.handler(({ context: { app }, input }) => {
    const list = readKeywordPaths(input.text);
    app.catalog.vocabulary.set(list.tags);
    return summaryOf(list);
  }),
});

function summaryOf(list: KeywordList): ReadVocabulary {
  const { tags, remarks } = list;
  const shown = remarks.slice(0, remarksShown);
  return {
    tags: tags.length,
    synonyms: synonymCount(list),
    remarks: shown.map((remark) => ({ ...remark })),
    moreRemarks: remarks.length - shown.length,
  };
}

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
