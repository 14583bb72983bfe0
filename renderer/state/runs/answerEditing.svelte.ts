/** @file What a person does to the cells of a run's answers: writes into one, empties several, copies and pastes with a spreadsheet. Renderer only. */
import type { AppState } from '../app.svelte.ts';
import { copyText } from '../copyText.ts';
import type { Draft } from '../drafts.svelte.ts';
import { problemOf, problemText } from '../problems.ts';
import type { CellBlock, CellPlace } from './answerGrid.ts';
import type { AnswersState } from './answers.svelte.ts';

/** Rows that the library takes at once. */
const maxRows = 100_000;

interface WrittenCell {
  readonly photoId: number;
  readonly questionId: number;
  readonly text: string;
}

interface OpenCell extends CellPlace {
  readonly photoId: number;
  /** What the field begins with. */
  readonly text: string;
  /** What the cell says. */
  readonly before: string;
}

export class AnswerEditing {
  readonly #app: AppState;
  readonly #answers: AnswersState;
  /** Of each cell what the library does not have yet. */
  readonly #kept: Draft;
  #open = $state.raw<OpenCell>();

  constructor(app: AppState, answers: AnswersState) {
    this.#app = app;
    this.#answers = answers;
    this.#kept = app.drafts.of(`answers/${answers.runId}`);
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
    const before = cell?.text ?? '';
    this.#open = { row, column, photoId, text: typed ?? before, before };
  }

  leave(): void {
    this.#open = undefined;
  }

  /** While it is written. */
  keep(text: string): void {
    const cell = this.#writtenCell(text);
    if (cell !== undefined) this.#kept.field(`${cell.photoId} ${cell.questionId}`).keep(text, this.#open?.before);
  }

  /** The person does not want what they wrote. */
  abandon(): void {
    const cell = this.#writtenCell('');
    if (cell !== undefined) this.#kept.field(`${cell.photoId} ${cell.questionId}`).forget();
    this.leave();
  }

  /** What was written; nothing gives the cell back to the model. */
  async save(text: string): Promise<void> {
    const cell = this.#writtenCell(text);
    this.leave();
    if (cell !== undefined) await this.#saveCells([cell]);
  }

  /** What a lost connection or a closed page kept from being saved. */
  async saveKept(): Promise<void> {
    const cells = Object.entries(this.#kept.fields).map(([name, text]): WrittenCell => {
      const [photoId, questionId] = name.split(' ').map(Number);
      return { photoId: photoId ?? 0, questionId: questionId ?? 0, text };
    });
    if (cells.length > 0) await this.#saveCells(cells);
  }

  #writtenCell(text: string): WrittenCell | undefined {
    const open = this.#open;
    const question = this.#answers.questions[(open?.column ?? 0) - 1];
    return open === undefined || question === undefined
      ? undefined
      : { photoId: open.photoId, questionId: question.id, text };
  }

  async #saveCells(cells: readonly WrittenCell[]): Promise<void> {
    for (const { photoId, questionId, text } of cells) this.#kept.field(`${photoId} ${questionId}`).keep(text);
    if (!(await this.#write(() => [...cells]))) return;
    for (const { photoId, questionId } of cells) this.#kept.field(`${photoId} ${questionId}`).forget();
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

  /** Nothing is taken out before it is on the clipboard. */
  async cut(block: CellBlock): Promise<void> {
    if (await this.copy(block)) await this.clear(block);
  }

  /** Returns whether it went well. */
  async copy(block: CellBlock): Promise<boolean> {
    const questionIds = this.#questionIds(block);
    return await this.#attempt(async () => {
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
  async #write(edits: () => WrittenCell[], nothing?: string): Promise<boolean> {
    return await this.#attempt(async () => {
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

  /** @returns whether it was done */
  async #attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.#app.toast(error instanceof RangeError ? error.message : problemText(problemOf(error), this.#app.texts), {
        kind: 'problem',
      });
      return false;
    }
  }
}
