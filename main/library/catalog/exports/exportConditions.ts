/** @file What an export takes of a photo, as conditions in SQL. Pure. */
import type { ExportFilter } from '../../../../schemas/exports.ts';
import { type TextKind, textKindSchema } from '../../../../schemas/text.ts';
import { withApproval } from '../texts/captions.ts';

export const captionIsOf = 'caption.photo_id = photo.id';
export const captionsFrom = `caption LEFT JOIN score ON score.id = (
  SELECT max(id) FROM score WHERE caption_id = caption.id AND removed_run_id IS NULL) ${withApproval}`;
export const scoredDoubtful = 'coalesce(score.doubtful, caption.doubtful)';

/** The kinds of texts that go into the export. */
export function textKindsIn({ included }: ExportFilter): TextKind[] {
  const isIn = { caption: included.captions, altText: included.altText, longDescription: included.longDescription };
  return textKindSchema.options.filter((kind) => isIn[kind]);
}

/** What a person wrote or approved needs no model's belief. */
export function captionFits(filter: ExportFilter, kind: TextKind): string {
  const isApproved = 'approval.id IS NOT NULL';
  const sure = filter.withoutDoubtful
    ? ` AND (caption.source = 'human' OR ${isApproved} OR coalesce(${scoredDoubtful}, 0) = 0)`
    : '';
  return `caption.kind = '${kind}' AND caption.removed_run_id IS NULL${byPeople(filter, 'caption', isApproved)}${sure}`;
}

export function tagFits(filter: ExportFilter): string {
  const isApproved = 'EXISTS (SELECT 1 FROM approval WHERE photo_tag_id = photo_tag.id AND removed_run_id IS NULL)';
  return `photo_tag.photo_id = photo.id AND photo_tag.removed_run_id IS NULL${byPeople(filter, 'photo_tag', isApproved)}`;
}

function byPeople({ humanOnly, approvedToo }: ExportFilter, table: string, isApproved: string): string {
  if (!humanOnly) return '';
  return approvedToo ? ` AND (${table}.source = 'human' OR ${isApproved})` : ` AND ${table}.source = 'human'`;
}

/** Of each question the answer that is shown, unless all are wanted. Answers are corrected, not approved. */
export function answerFits({ humanOnly, questionIds }: ExportFilter, isEach = false): string {
  const human = humanOnly ? ` AND answer.source = 'human'` : '';
  const shown = isEach ? '' : ' AND answer.shown = 1';
  const asked =
    questionIds === undefined ? '' : ` AND answer.question_id IN (${questionIds.map(Math.trunc).join(', ')})`;
  return `answer.photo_id = photo.id AND answer.removed_run_id IS NULL${shown}${asked}${human}`;
}

/** Runs that say something of a text: what a person does by hand is a run too, and says no more than that they did. */
export const isNoEdit = "run.kind NOT IN ('edit', 'bulk-edit', 'undo')";

/** SQL: by what documents name a run, or the terms on which it asked a question, where these are not the run's. @param questionId of such a question; else null */
export function documentRunKey(runId: string, questionId: string): string {
  return `${runId} || coalesce('.' || ${questionId}, '')`;
}
