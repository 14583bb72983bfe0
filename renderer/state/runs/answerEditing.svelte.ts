/** @file What a person does to the cells of a run's answers: writes into one, empties several, copies and pastes with a spreadsheet. Renderer only. */
import type { AppState } from '../app.svelte.ts';
import { copyText } from '../copyText.ts';
import { problemOf, problemText } from '../problems.ts';
import type { CellBlock, CellPlace } from './answerGrid.ts';
import type { AnswersState } from './answers.svelte.ts';

/** Rows that the library takes at once. */
const maxRows = 100_000;

interface OpenCell extends CellPlace {
  readonly photoId: number;
  /** What the field begins with. */
  readonly text: string;
}

export class AnswerEditing {
  readonly #app: AppState;
  readonly #answers: AnswersState;
  #open = $state.raw<OpenCell>();

  constructor(app: AppState, answers: AnswersState) {
    this.#app = app;
    this.#answers = answers;
  }

  /** The cell that is being written into. */
  get open(): OpenCell | undefined {
    return this.#open;
  }

  /** @param typed in place of what the cell says */
  begin({ row, column }: CellPlace, typed?: string): void {
    const photoId = this.#answers.ids[row];
    if (photoId === undefined || column === 0) return;
    const cell = this.#answers.row(photoId)?.answers[column - 1];
    this.#open = { row, column, photoId, text: typed ?? cell?.text ?? '' };
  }

  leave(): void {
    this.#open = undefined;
  }

  /** What was written; nothing gives the cell back to the model. */
  async save(text: string): Promise<void> {
    const open = this.#open;
    this.leave();
    const question = this.#answers.questions[(open?.column ?? 0) - 1];
    if (open === undefined || question === undefined) return;
    await this.#write(() => [{ photoId: open.photoId, questionId: question.id, text }]);
  }

  /** Takes the person's own answers out of the block, and says so where there are none. */
  async clear(block: CellBlock): Promise<void> {
    const questionIds = this.#questionIds(block);
    const nothing = this.#app.texts.runs.nothingToRemove;
    await this.#write(
      () =>
        this.#photoIds(block).flatMap((photoId) =>
          questionIds.map((questionId) => ({ photoId, questionId, text: '' })),
        ),
      nothing,
    );
  }

  async copy(block: CellBlock): Promise<void> {
    const questionIds = this.#questionIds(block);
    await this.#attempt(async () => {
      const photoIds = this.#photoIds(block);
      const withPhotos = block.firstColumn === 0;
      const { text } = await this.#app.client.answers.copy({
        runId: this.#answers.runId,
        questionIds,
        photoIds,
        withPhotos,
      });
      await copyText(this.#app, text, this.#app.texts.runs.copiedRows(photoIds.length));
    });
  }

  /** What was on the clipboard goes to the photos that it names, or to the block, from its first cell on. */
  async pasteAt(block: CellBlock, text: string): Promise<void> {
    await this.#attempt(async () => {
      const { runId, ids, questions } = this.#answers;
      const firstColumn = Math.max(0, block.firstColumn - 1);
      // Of a longer table those that the block is in.
      const start = ids.length <= maxRows ? 0 : block.firstRow;
      const pasted = await this.#app.client.answers.paste({
        runId,
        text,
        photoIds: [...ids.subarray(start, start + maxRows)],
        questionIds: questions.map(({ id }) => id),
        firstRow: block.firstRow - start,
        firstColumn,
        selectedRows: block.lastRow - block.firstRow + 1,
        selectedColumns: Math.max(1, block.lastColumn - firstColumn),
      });
      this.#done(pasted.runId, this.#app.texts.runs.pasted(pasted));
    });
  }

  #photoIds({ firstRow, lastRow }: CellBlock): number[] {
    const photoIds = [...this.#answers.ids.subarray(firstRow, lastRow + 1)];
    if (photoIds.length > maxRows) throw new RangeError(this.#app.texts.runs.tooManyRows(maxRows));
    return photoIds;
  }

  #questionIds({ firstColumn, lastColumn }: CellBlock): number[] {
    return this.#answers.questions.slice(Math.max(0, firstColumn - 1), lastColumn).map(({ id }) => id);
  }

  /** @param nothing what is said where all of it is as it was */
  async #write(edits: () => { photoId: number; questionId: number; text: string }[], nothing?: string): Promise<void> {
    await this.#attempt(async () => {
      const due = edits();
      if (due.length === 0) return;
      const { runId } = await this.#app.client.answers.edit({ runId: this.#answers.runId, edits: due });
      const said = runId === null ? nothing : this.#app.texts.runs.answersSaved;
      if (said !== undefined) this.#done(runId, said);
    });
  }

  #done(undoRunId: number | null, said: string): void {
    this.#app.toast(said, undoRunId === null ? {} : { undoRunId });
    if (undoRunId !== null) void this.#answers.load();
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#app.toast(error instanceof RangeError ? error.message : problemText(problemOf(error), this.#app.texts), {
        kind: 'problem',
      });
    }
  }
}
