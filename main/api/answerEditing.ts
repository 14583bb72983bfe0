/** @file Answers that a person writes into a run's table, one by one or from a spreadsheet, and copies out of it. Main process and server. */
import type * as z from 'zod';
import type { answerCopySchema, answerEditsSchema, answerPasteSchema } from '../../preload/contract/answers.ts';
import { type AnswerEdits, answerEditReads, editAnswers } from '../library/editing/editAnswers.ts';
import { placeSheet, sheetText } from '../library/interchange/answerSheet.ts';
import type { App } from './app.ts';
import { withEditProgress } from './editProgress.ts';

/** Rows that a reader thread is asked for at once: others have their turn in between. */
const rowsAtOnce = 2000;

export async function writeAnswers(
  app: App,
  edits: z.output<typeof answerEditsSchema> | AnswerEdits,
  signal: AbortSignal | undefined,
) {
  app.catalog.runs.get(edits.runId);
  const runId = await withEditProgress(app, (onProgress) => editAnswers(app.catalog, edits, { signal, onProgress }));
  return { runId: runId ?? null };
}

/** What a paste would change. @throws AnswerSheetError */
export async function previewPaste(
  app: App,
  paste: z.output<typeof answerPasteSchema>,
  signal: AbortSignal | undefined,
) {
  const { edits, outside } = placeSheet(paste.text, targetOf(app, paste));
  const { changed, replaced } = await app.catalog.reader.read(
    answerEditReads.previewAnswerEdits,
    { runId: paste.runId, edits },
    signal,
  );
  const photos = new Set(changed.map(({ photoId }) => photoId)).size;
  return { answers: changed.length, photos, replaced, unchanged: edits.length - changed.length, outside };
}

/** @throws AnswerSheetError */
export async function pasteAnswers(
  app: App,
  paste: z.output<typeof answerPasteSchema>,
  signal: AbortSignal | undefined,
) {
  const { edits } = placeSheet(paste.text, targetOf(app, paste));
  return await writeAnswers(app, { runId: paste.runId, edits }, signal);
}

export async function copyAnswers(
  app: App,
  { runId, questionIds, photoIds, withPhotos }: z.output<typeof answerCopySchema>,
  signal: AbortSignal | undefined,
) {
  const rows = [];
  for (let start = 0; start < photoIds.length; start += rowsAtOnce) {
    const args = { runId, questionIds, photoIds: photoIds.slice(start, start + rowsAtOnce) };
    for (const { fileName, answers } of await app.catalog.reader.read('answerRows', args, signal)) {
      const texts = answers.map((answer) => answer?.text ?? '');
      rows.push({ fileName: withPhotos ? fileName : undefined, answers: texts });
    }
  }
  return { text: sheetText(questionsOf(app, questionIds), rows, withPhotos) };
}

function targetOf(
  app: App,
  { photoIds, questionIds, selectedRows, selectedColumns }: z.output<typeof answerPasteSchema>,
) {
  return { photoIds, questions: questionsOf(app, questionIds), selectedRows, selectedColumns };
}

function questionsOf(app: App, questionIds: readonly number[]) {
  const textOf = new Map(app.catalog.answers.questions().map(({ id, text }) => [id, text]));
  const fieldOf = new Map(
    app.catalog.fields.all().flatMap(({ name, questions }) => questions.map(({ id }) => [id, name] as const)),
  );
  return questionIds.map((id) => ({ id, text: textOf.get(id) ?? '', field: fieldOf.get(id) }));
}
