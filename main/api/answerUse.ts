/**
 * @file What a person makes of a chat's answer: a caption or another text, or a part of one, and tags. The words stay the
 * model's, approved by the person; only what they add is theirs. Main process and server.
 */

import { answerWarnings } from '../../native-models/prompting/answerWarnings.ts';
import { type PromptWarning, promptWarningSchema } from '../../native-models/prompting/promptRequest.ts';
import type { TextKind } from '../../schemas/text.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { CatalogError } from '../library/catalog/catalogError.ts';
import { bulkEdit } from '../library/catalog/runs/bulkEdit.ts';
import type { StoredCaption } from '../library/catalog/texts/captions.ts';
import type { Message } from '../library/catalog/texts/conversations.ts';
import { type NewPhotoTag, tagNames } from '../library/catalog/texts/tags.ts';
import type { TagWords } from '../library/catalog/texts/vocabulary.ts';
import { tagRunDescription } from '../library/editing/editTags.ts';
import { otherNumbers } from '../library/text/plurals.ts';
import { caselessKey } from '../library/text/textKeys.ts';
import { keptDetailsSchema } from './chatMessage.ts';

interface Answer {
  readonly text: string;
  readonly runId: number;
  readonly prompt: string | undefined;
  readonly warnings: PromptWarning[];
}

export interface AnswerQuote {
  readonly photoId: number;
  readonly messageId: number;
  readonly kind: TextKind;
  /** After the text that is there, rather than in its place. */
  readonly adds: boolean;
}

/** @throws CatalogError NO_SUCH_MESSAGE, NOT_AN_ANSWER */
export function quoteAnswer(catalog: Catalog, { photoId, messageId, kind, adds }: AnswerQuote) {
  const { text, runId, ...asked } = answerOf(catalog, photoId, messageId);
  const answer = { ...asked, text: text.trim(), authorRunId: runId };
  const { quotedAnswers } = catalog;
  const captionId = adds ? quotedAnswers.add(photoId, kind, answer) : quotedAnswers.use(photoId, kind, answer);
  const { runId: quotedRunId, source } = present(catalog.captions.get(captionId));
  return { captionId, runId: quotedRunId, source };
}

function present(caption: StoredCaption | undefined): StoredCaption {
  if (caption === undefined) throw new RangeError('a text that was just added is gone');
  return caption;
}

export interface AnswerTagging {
  readonly photoId: number;
  readonly messageId: number;
  readonly tags: readonly string[];
}

/** Returns the run; undefined where the photo has all of them. @throws CatalogError NO_SUCH_MESSAGE, NOT_AN_ANSWER, TAG_NAME_INVALID */
export async function tagByAnswer(
  catalog: Catalog,
  { photoId, messageId, tags }: AnswerTagging,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const answer = answerOf(catalog, photoId, messageId);
  const own = catalog.tags.of(photoId).filter((tag) => tag.isOfPersonHere);
  const wordsOf = wordsByTag(catalog.vocabulary.words());
  const due = tags
    .map((tag) => tagNames(tag).join('/'))
    .filter((path) => !own.some((tag) => caselessKey(tag.path) === caselessKey(path)))
    .map((path): NewPhotoTag => {
      if (!isMeantIn(answer.text, path, wordsOf)) return { path, source: 'human' };
      return { path, source: 'model', authorRunId: answer.runId, approvedAtMs: 'now' };
    });
  if (due.length === 0) return undefined;
  const description = tagRunDescription({ type: 'add', paths: due.map(({ path }) => path) });
  const change = (id: number, runId: number) => {
    for (const tag of due) catalog.tags.add(id, runId, tag);
  };
  return await bulkEdit(catalog, { description, photoIds: [photoId], change }, { signal });
}

function answerOf(catalog: Catalog, photoId: number, messageId: number): Answer {
  const message = catalog.conversations.message(photoId, messageId);
  if (message?.author !== 'model' || message.runId === undefined || message.text.trim() === '') {
    throw new CatalogError('NOT_AN_ANSWER', 'Only an answer of a model can be used so.', { messageId });
  }
  const { text, runId, prompt } = message;
  return { text, runId, prompt, warnings: warningsOf(message) };
}

/** Of those that an earlier version kept without a code, a caption has no place for any. */
function warningsOf({ details }: Message): PromptWarning[] {
  const { warnings, finish } = keptDetailsSchema.parse(details ?? {});
  const known = warnings.flatMap((warning) => promptWarningSchema.safeParse(warning).data ?? []);
  return answerWarnings({ warnings: known, finish });
}

/** The vocabulary's words for each tag, by the key of its path. */
function wordsByTag({ pathOf }: Pick<TagWords, 'pathOf'>): ReadonlyMap<string, readonly string[]> {
  const wordsOf = new Map<string, string[]>();
  for (const [word, path] of pathOf) {
    const words = wordsOf.get(caselessKey(path));
    if (words === undefined) wordsOf.set(caselessKey(path), [word]);
    else words.push(word);
  }
  return wordsOf;
}

/** The tag is said, or one of the vocabulary's words for it, in either number. */
function isMeantIn(answer: string, path: string, wordsOf: ReadonlyMap<string, readonly string[]>): boolean {
  if (isSaidIn(answer, path)) return true;
  const words = wordsOf.get(caselessKey(path)) ?? [];
  return words.flatMap((word) => [word, ...otherNumbers(word)]).some((word) => isSaidIn(answer, word));
}

/** The tag's words stand in the answer, one after the other; capitals and what is between words do not count. */
export function isSaidIn(answer: string, path: string): boolean {
  const words = (text: string) =>
    ` ${caselessKey(text)
      .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
      .trim()} `;
  const wanted = words(path);
  // Scripts that write no spaces between words have none to hold on to.
  const isSpaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(path);
  return wanted.trim() !== '' && words(answer).includes(isSpaceless ? wanted.trim() : wanted);
}
