/** @file Answers turned into tags: which photo gets what, first shown, then done. Main process; the reads in reader threads. */
import type { AnswerFilter } from '../../../schemas/answerFilter.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogConnection } from '../catalog/connection.ts';
import { namedReads } from '../catalog/reader/reads.ts';
import { type BulkEditOptions, bulkEdit } from '../catalog/runs/bulkEdit.ts';
import { RunStore } from '../catalog/runs/runs.ts';
import { answerKey } from '../catalog/texts/answers.ts';
import { type PhotoAnswer, photoAnswers } from '../catalog/texts/answerValues.ts';
import { type NewPhotoTag, TagStore, tagNames } from '../catalog/texts/tags.ts';
import { caselessKey } from '../text/textKeys.ts';

export interface AnswerTagging {
  readonly runId: number;
  readonly filter: AnswerFilter;
  readonly rules: readonly { readonly questionId: number; readonly answer: string; readonly tag: string }[];
}

/** A tag that a photo would get, and whose it is. */
interface GivenTag {
  readonly path: string;
  readonly answeredBy: Pick<NewPhotoTag, 'source' | 'authorRunId' | 'approvedAtMs'>;
}

interface TaggedPhoto {
  readonly photoId: number;
  readonly tags: readonly GivenTag[];
}

export interface AnswerTagsPreview {
  readonly photos: number;
  /** How many photos would get each tag, most first. */
  readonly added: readonly { readonly path: string; readonly photos: number }[];
  readonly examples: readonly {
    readonly photoId: number;
    readonly before: readonly string[];
    readonly after: readonly string[];
  }[];
}

/** Photos whose tags are shown before and after. */
const examplesShown = 12;

/** The tags that each photo would get and does not have from a person here, or approved by one, yet. @throws CatalogError NO_SUCH_RUN, TAG_NAME_INVALID */
function tagsByAnswers(connection: CatalogConnection, { runId, filter, rules }: AnswerTagging): TaggedPhoto[] {
  new RunStore(connection).statusOf(runId);
  const tags = new TagStore(connection);
  const having = new Map<string, ReadonlySet<number>>();
  const photosHaving = (path: string, key: string) => {
    const photos = having.get(key) ?? new Set(tags.photosOfPersonHere(path));
    having.set(key, photos);
    return photos;
  };
  const changes = new Map<number, Map<string, GivenTag>>();
  for (const [questionId, ofQuestion] of Map.groupBy(rules, (rule) => rule.questionId)) {
    const given = ofQuestion.map(({ answer, tag }) => {
      const path = tagNames(tag).join('/');
      return { answer: answerKey(answer), path, key: caselessKey(path) };
    });
    const tagsOf = Map.groupBy(given, ({ answer }) => answer);
    for (const answer of photoAnswers(connection, { runId, questionId, filter })) {
      const { photoId } = answer;
      for (const { path, key } of tagsOf.get(answer.key) ?? []) {
        const ofPhoto = changes.get(photoId) ?? new Map<string, GivenTag>();
        if (ofPhoto.has(key) || photosHaving(path, key).has(photoId)) continue;
        changes.set(photoId, ofPhoto.set(key, { path, answeredBy: authorOf(answer, runId) }));
      }
    }
  }
  return [...changes].map(([photoId, ofPhoto]) => ({ photoId, tags: [...ofPhoto.values()] }));
}

/** What a model said, or a person elsewhere, stays theirs: the person here confirmed the table. */
function authorOf({ personRunId, isOfPersonHere }: PhotoAnswer, runId: number): GivenTag['answeredBy'] {
  if (isOfPersonHere) return { source: 'human' };
  if (personRunId !== null) return { source: 'human', authorRunId: personRunId, approvedAtMs: 'now' };
  return { source: 'model', authorRunId: runId, approvedAtMs: 'now' };
}

function previewTagsByAnswers(connection: CatalogConnection, tagging: AnswerTagging): AnswerTagsPreview {
  const tags = new TagStore(connection);
  const changes = tagsByAnswers(connection, tagging);
  const counts = new Map<string, number>();
  for (const { path } of changes.flatMap((photo) => photo.tags)) counts.set(path, (counts.get(path) ?? 0) + 1);
  const examples = changes.slice(0, examplesShown).map(({ photoId, tags: given }) => {
    const before = [...new Set(tags.of(photoId).map(({ path }) => path))];
    return { photoId, before, after: [...new Set([...before, ...given.map(({ path }) => path)])].toSorted() };
  });
  const added = [...counts].map(([path, photos]) => ({ path, photos })).toSorted((a, b) => b.photos - a.photos);
  return { photos: changes.length, added, examples };
}

/** Asked of a reader thread. */
export const answerTagReads = namedReads({ tagsByAnswers, previewTagsByAnswers });

/** One run. Returns it, or undefined where there was nothing to change. @throws CatalogError NO_SUCH_RUN, TAG_NAME_INVALID */
export async function tagByAnswers(
  catalog: Pick<Catalog, 'connection' | 'reader' | 'runs' | 'undo' | 'tags'>,
  tagging: AnswerTagging,
  { signal, onProgress }: BulkEditOptions = {},
): Promise<number | undefined> {
  const changes = await catalog.reader.read(answerTagReads.tagsByAnswers, tagging, signal);
  if (changes.length === 0) return undefined;
  const given = new Map(changes.map(({ photoId, tags }) => [photoId, tags]));
  return await bulkEdit(
    catalog,
    {
      description: { kind: 'tagByAnswers', of: catalog.runs.get(tagging.runId).description },
      photoIds: [...given.keys()],
      change: (photoId, runId) => {
        for (const { path, answeredBy } of given.get(photoId) ?? []) {
          catalog.tags.add(photoId, runId, { path, ...answeredBy });
        }
      },
    },
    { signal, onProgress },
  );
}
