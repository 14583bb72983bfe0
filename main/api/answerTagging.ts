/** @file Answers turned into tags: which photo gets what, worked out before anything is done. Main process and server. */

import type * as z from 'zod';
import type { answerTaggingSchema, TagPreview } from '../../preload/contract/runs.ts';
import { answerKey } from '../library/catalog/texts/answers.ts';
import { tagNames } from '../library/catalog/texts/tags.ts';
import { caselessKey } from '../library/text/textKeys.ts';
import type { App } from './app.ts';

type AnswerTagging = z.output<typeof answerTaggingSchema>;

/** Photos whose tags are shown before and after. */
const examplesShown = 12;

/** The tags that each photo would get and does not have from a person here, or approved by one, yet. @throws CatalogError NO_SUCH_RUN, TAG_NAME_INVALID */
export function taggingChanges(app: Pick<App, 'catalog'>, { runId, rules }: AnswerTagging): Map<number, string[]> {
  app.catalog.runs.get(runId);
  const changes = new Map<number, string[]>();
  for (const { questionId, answer, tag } of rules) {
    const path = tagNames(tag).join('/');
    for (const photoId of app.catalog.answers.photosAnswering(runId, questionId, answerKey(answer))) {
      const paths = changes.get(photoId) ?? [];
      const has = app.catalog.tags
        .of(photoId)
        .some((own) => own.isOfPersonHere && caselessKey(own.path) === caselessKey(path));
      if (!has && !paths.includes(path)) changes.set(photoId, [...paths, path]);
    }
  }
  return changes;
}

export function taggingPreview(app: App, tagging: AnswerTagging): TagPreview {
  const changes = taggingChanges(app, tagging);
  const counts = new Map<string, number>();
  for (const path of [...changes.values()].flat()) counts.set(path, (counts.get(path) ?? 0) + 1);
  const examples = [...changes].slice(0, examplesShown).map(([photoId, added]) => {
    const before = [...new Set(app.catalog.tags.of(photoId).map(({ path }) => path))];
    return { photoId, before, after: [...new Set([...before, ...added])].toSorted() };
  });
  const added = [...counts].map(([path, photos]) => ({ path, photos })).toSorted((a, b) => b.photos - a.photos);
  return { photos: changes.size, removed: [], added, examples };
}
