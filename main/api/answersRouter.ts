/** @file The answers' part of the contract: a run's table, what is written into it, and the tags that are made of it. Main process and server. */
import { answerTagReads, tagByAnswers } from '../library/editing/tagByAnswers.ts';
import { copyAnswers, pasteAnswers, writeAnswers } from './answerEditing.ts';
import { withEditProgress } from './editProgress.ts';
import { toContract } from './fieldsRouter.ts';
import { api } from './implementation.ts';

export const answersRouter = api.answers.router({
  table: api.answers.table.handler(async ({ context: { app }, input, signal }) => {
    const { questions, ids, total } = await app.catalog.reader.read('answerTable', input, signal);
    return {
      questions: questions.map(({ field, ...question }) => ({
        ...question,
        warnings: [...question.warnings],
        field: field === undefined ? null : toContract(field),
      })),
      ids,
      total,
    };
  }),
  rows: api.answers.rows.handler(async ({ context: { app }, input, signal }) => {
    const rows = await app.catalog.reader.read('answerRows', input, signal);
    return rows.map((row) => ({ ...row, answers: [...row.answers] }));
  }),
  values: api.answers.values.handler(async ({ context: { app }, input, signal }) => {
    const found = await app.catalog.reader.read('answerValues', input, signal);
    return { ...found, values: [...found.values] };
  }),
  previewTagging: api.answers.previewTagging.handler(async ({ context: { app }, input, signal }) => {
    const { photos, added, examples } = await app.catalog.reader.read(
      answerTagReads.previewTagsByAnswers,
      input,
      signal,
    );
    return {
      photos,
      removed: [],
      added: [...added],
      examples: examples.map(({ photoId, before, after }) => ({ photoId, before: [...before], after: [...after] })),
    };
  }),
  tag: api.answers.tag.handler(({ context: { app }, input, signal }) =>
    withEditProgress(app, async (onProgress) => ({
      runId: (await tagByAnswers(app.catalog, input, { signal, onProgress })) ?? null,
    })),
  ),
  edit: api.answers.edit.handler(({ context: { app }, input, signal }) => writeAnswers(app, input, signal)),
  paste: api.answers.paste.handler(({ context: { app }, input, signal }) => pasteAnswers(app, input, signal)),
  copy: api.answers.copy.handler(({ context: { app }, input, signal }) => copyAnswers(app, input, signal)),
});
