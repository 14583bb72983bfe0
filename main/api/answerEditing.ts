/** @file Answers that a person writes into a run's table, one by one or from a spreadsheet, and copies out of it. Main process and server. */
import type * as z from 'zod';
import type { answerCopySchema, answerEditsSchema, answerPasteSchema } from '../../preload/contract/answers.ts';
import { type AnswerEdits, answerEditReads, editAnswers } from '../library/editing/editAnswers.ts';
import { photosNamedIn, placeSheet, sheetText } from '../library/interchange/answerSheet.ts';
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

/** @returns what it changed @throws AnswerSheetError */
export async function pasteAnswers(
  app: App,
  { text, runId, questionIds, ...target }: z.output<typeof answerPasteSchema>,
  signal: AbortSignal | undefined,
) {
  const photoOf = await namedPhotos(app, photosNamedIn(text) ?? [], { runId, ...target }, signal);
  const { edits, outside } = placeSheet(text, { ...target, questions: questionsOf(app, questionIds) }, photoOf);
  const { changed, replaced } = await app.catalog.reader.read(
    answerEditReads.previewAnswerEdits,
    { runId, edits },
    signal,
  );
  const photos = new Set(changed.map(({ photoId }) => photoId)).size;
  const counts = { answers: changed.length, photos, replaced, unchanged: edits.length - changed.length, outside };
  return { ...(await writeAnswers(app, { runId, edits }, signal)), ...counts };
}

/** Of each name the photo of the table that it means: of several with the name the one that is selected. */
async function namedPhotos(
  app: App,
  names: readonly string[],
  { runId, photoIds, firstRow, selectedRows }: Omit<z.output<typeof answerPasteSchema>, 'text' | 'questionIds'>,
  signal: AbortSignal | undefined,
): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const selected = new Set(photoIds.slice(firstRow, firstRow + selectedRows));
  const rows = await rowNames(app, runId, photoIds, signal);
  const byName = new Map([...Map.groupBy(rows, ({ fileName }) => fileName), ...Map.groupBy(rows, ({ path }) => path)]);
  return new Map(
    names.flatMap((name) => {
      const meant = byName.get(name) ?? [];
      const [photo, other] = meant.length > 1 ? meant.filter(({ photoId }) => selected.has(photoId)) : meant;
      return photo === undefined || other !== undefined ? [] : [[name, photo.photoId] as const];
    }),
  );
}

interface RowName {
  readonly photoId: number;
  readonly fileName: string;
  /** With its folder, where another row has the same file name. */
  readonly path: string;
}

async function rowNames(
  app: App,
  runId: number,
  photoIds: readonly number[],
  signal: AbortSignal | undefined,
): Promise<readonly RowName[]> {
  const rows: { photoId: number; fileName: string }[] = [];
  for (const some of chunks(photoIds)) {
    rows.push(...(await app.catalog.reader.read('answerRows', { runId, questionIds: [], photoIds: some }, signal)));
  }
  const byName = Map.groupBy(rows, ({ fileName }) => fileName);
  const repeated = rows.filter(({ fileName }) => (byName.get(fileName)?.length ?? 0) > 1);
  const folderOf = new Map<number, string>();
  for (const some of chunks(repeated)) {
    const cards = await app.catalog.reader.read(
      'cards',
      some.map(({ photoId }) => photoId),
      signal,
    );
    for (const { id, folder } of cards) folderOf.set(id, folder);
  }
  return rows.map(({ photoId, fileName }) => {
    const folder = folderOf.get(photoId);
    return { photoId, fileName, path: folder === undefined ? fileName : `${folder}/${fileName}` };
  });
}

function chunks<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / rowsAtOnce) }, (_, index) =>
    items.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
  );
}

export async function copyAnswers(
  app: App,
  { runId, questionIds, photoIds, withPhotos }: z.output<typeof answerCopySchema>,
  signal: AbortSignal | undefined,
) {
  const pathOf = new Map(
    withPhotos ? (await rowNames(app, runId, photoIds, signal)).map(({ photoId, path }) => [photoId, path]) : [],
  );
  const rows = [];
  for (const some of chunks(photoIds)) {
    for (const { photoId, answers } of await app.catalog.reader.read(
      'answerRows',
      { runId, questionIds, photoIds: some },
      signal,
    )) {
      rows.push({ fileName: pathOf.get(photoId), answers: answers.map((answer) => answer?.text ?? '') });
    }
  }
  return { text: sheetText(questionsOf(app, questionIds), rows, withPhotos) };
}

function questionsOf(app: App, questionIds: readonly number[]) {
  const textOf = new Map(app.catalog.answers.questions().map(({ id, text }) => [id, text]));
  const fieldOf = new Map(
    app.catalog.fields.all().flatMap(({ name, questions }) => questions.map(({ id }) => [id, name] as const)),
  );
  return questionIds.map((id) => ({ id, text: textOf.get(id) ?? '', field: fieldOf.get(id) }));
}
