/** @file A person's answers in cells of a run's table: first counted, then written as one run. Main process. */
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogConnection } from '../catalog/connection.ts';
import { namedReads } from '../catalog/reader/reads.ts';
import { type BulkEditOptions, bulkEdit } from '../catalog/runs/bulkEdit.ts';
import { AnswerStore } from '../catalog/texts/answers.ts';
import { answerCell } from '../catalog/texts/answerTable.ts';

export interface AnswerEdit {
  readonly photoId: number;
  readonly questionId: number;
  /** Empty: takes the person's own answer away. */
  readonly text: string;
}

export interface AnswerEdits {
  /** Whose table it is. */
  readonly runId: number;
  readonly edits: readonly AnswerEdit[];
}

export interface AnswerEditPreview {
  /** Those that would change something: what a cell shows already is nobody's new answer. */
  readonly changed: readonly AnswerEdit[];
  /** Of these, how many take the place of a person's own answer, or take it away. */
  readonly replaced: number;
}

/** Exactly what `editAnswers` would do at this moment. */
export function previewAnswerEdits(
  { connection, answers }: Pick<Catalog, 'connection' | 'answers'>,
  { runId, edits }: AnswerEdits,
): AnswerEditPreview {
  const isDue = ({ photoId, questionId, text }: AnswerEdit): boolean =>
    text.trim() === ''
      ? answers.hasOwn(photoId, questionId)
      : answerCell(connection, { runId, photoId, questionId })?.text.trim() !== text.trim();
  return connection.read(() => {
    const changed = edits.filter(isDue);
    const replaced = changed.filter(({ photoId, questionId }) => answers.hasOwn(photoId, questionId)).length;
    return { changed, replaced };
  });
}

/** Asked of a reader thread. */
export const answerEditReads = namedReads({
  previewAnswerEdits: (connection: CatalogConnection, edits: AnswerEdits) =>
    previewAnswerEdits({ connection, answers: new AnswerStore(connection) }, edits),
});

/** Returns the run; undefined where there is nothing to change. The model's answers stay beside the person's. */
export async function editAnswers(
  catalog: Pick<Catalog, 'connection' | 'reader' | 'runs' | 'undo' | 'answers'>,
  edits: AnswerEdits,
  options: BulkEditOptions = {},
): Promise<number | undefined> {
  const { changed } = await catalog.reader.read(answerEditReads.previewAnswerEdits, edits, options.signal);
  if (changed.length === 0) return undefined;
  const edited = Map.groupBy(changed, ({ photoId }) => photoId);
  const change = (photoId: number, runId: number) => {
    for (const { questionId, text } of edited.get(photoId) ?? []) {
      if (text.trim() === '') catalog.answers.removeOwn(photoId, questionId, runId);
      else catalog.answers.put(photoId, questionId, runId, text.trim());
    }
  };
  const [single] = changed;
  if (changed.length === 1 && single !== undefined) {
    const run = { kind: 'edit', description: { kind: 'editAnswer' } } as const;
    return catalog.runs.within(run, (runId) => {
      change(single.photoId, runId);
      return runId;
    });
  }
  const description = { kind: 'editAnswers', answers: changed.length } as const;
  return await bulkEdit(catalog, { description, photoIds: [...edited.keys()], change }, options);
}
