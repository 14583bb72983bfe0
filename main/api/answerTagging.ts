/** @file Answers turned into tags: which photo gets what, worked out before anything is done. Main process and server. */

import type * as z from 'zod';
import type { answerTaggingSchema } from '../../preload/contract/answers.ts';
import type { TagPreview } from '../../preload/contract/runs.ts';
import { answerKey } from '../library/catalog/texts/answers.ts';
import type { PhotoAnswer } from '../library/catalog/texts/answerValues.ts';
import { type NewPhotoTag, tagNames } from '../library/catalog/texts/tags.ts';
import { caselessKey } from '../library/text/textKeys.ts';
import type { App } from './app.ts';

type AnswerTagging = z.output<typeof answerTaggingSchema>;

/** Photos whose tags are shown before and after. */
const examplesShown = 12;

/** A tag that a photo would get, and whose it is. */
interface GivenTag {
  readonly path: string;
  readonly answeredBy: Pick<NewPhotoTag, 'source' | 'authorRunId' | 'approvedAtMs'>;
}

/** The tags that each photo would get and does not have from a person here, or approved by one, yet. @throws CatalogError NO_SUCH_RUN, TAG_NAME_INVALID */
export async function taggingChanges(
  app: Pick<App, 'catalog'>,
  { runId, filter, rules }: AnswerTagging,
  signal: AbortSignal | undefined,
): Promise<Map<number, GivenTag[]>> {
  app.catalog.runs.get(runId);
  const changes = new Map<number, GivenTag[]>();
  for (const [questionId, ofQuestion] of Map.groupBy(rules, (rule) => rule.questionId)) {
    const pathsOf = Map.groupBy(ofQuestion, ({ answer }) => answerKey(answer));
    const answers = await app.catalog.reader.read('photoAnswers', { runId, questionId, filter }, signal);
    for (const answer of answers) {
      for (const { tag } of pathsOf.get(answer.key) ?? []) {
        const path = tagNames(tag).join('/');
        const given = changes.get(answer.photoId) ?? [];
        const has = app.catalog.tags
          .of(answer.photoId)
          .some((own) => own.isOfPersonHere && caselessKey(own.path) === caselessKey(path));
        if (has || given.some((one) => one.path === path)) continue;
        changes.set(answer.photoId, [...given, { path, answeredBy: authorOf(answer, runId) }]);
      }
    }
  }
  return changes;
}

/** What a model said, or a person elsewhere, stays theirs: the person here confirmed the table. */
function authorOf({ personRunId, isOfPersonHere }: PhotoAnswer, runId: number): GivenTag['answeredBy'] {
  if (isOfPersonHere) return { source: 'human' };
  if (personRunId !== null) return { source: 'human', authorRunId: personRunId, approvedAtMs: 'now' };
  return { source: 'model', authorRunId: runId, approvedAtMs: 'now' };
}

export async function taggingPreview(
  app: App,
  tagging: AnswerTagging,
  signal: AbortSignal | undefined,
): Promise<TagPreview> {
  const changes = await taggingChanges(app, tagging, signal);
  const counts = new Map<string, number>();
  for (const { path } of [...changes.values()].flat()) counts.set(path, (counts.get(path) ?? 0) + 1);
  const examples = [...changes].slice(0, examplesShown).map(([photoId, added]) => {
    const before = [...new Set(app.catalog.tags.of(photoId).map(({ path }) => path))];
    return { photoId, before, after: [...new Set([...before, ...added.map(({ path }) => path)])].toSorted() };
  });
  const added = [...counts].map(([path, photos]) => ({ path, photos })).toSorted((a, b) => b.photos - a.photos);
  return { photos: changes.size, removed: [], added, examples };
}
