/** @file What a person does to the cells of a run's answers: writes into one, empties several, copies and pastes with a spreadsheet. Renderer only. */
import type { PastePreview } from '../../../preload/contract/answers.ts';
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

interface Paste {
  readonly preview: PastePreview;
  readonly write: () => Promise<void>;
}

export class AnswerEditing {
  readonly #app: AppState;
  readonly #answers: AnswersState;
  #open = $state.raw<OpenCell>();
  #paste = $state.raw<Paste>();
  #isAsking = $state(false);

  constructor(app: AppState, answers: AnswersState) {
    this.#app = app;
    this.#answers = answers;
  }

  /** Whether a person is to say if {@link paste} is meant. */
  get isAsking(): boolean {
    return this.#isAsking;
  }
  /** The cell that is being written into. */
  get open(): OpenCell | undefined {
    return this.#open;
  }
  /** What would be pasted. */
  get paste(): PastePreview | undefined {
    return this.#paste?.preview;
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

  /** Takes the person's own answers out of the block. */
  async clear(block: CellBlock): Promise<void> {
    const questionIds = this.#questionIds(block);
    await this.#write(() =>
      this.#photoIds(block).flatMap((photoId) => questionIds.map((questionId) => ({ photoId, questionId, text: '' }))),
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

  /** What was on the clipboard goes to the block, from its first cell on: at once where that is one cell. */
  async pasteAt(block: CellBlock, text: string): Promise<void> {
    await this.#attempt(async () => {
      const first = Math.max(1, block.firstColumn);
      const paste = {
        runId: this.#answers.runId,
        text,
        photoIds: [...this.#answers.ids.subarray(block.firstRow, block.firstRow + maxRows)],
        questionIds: this.#answers.questions.slice(first - 1).map(({ id }) => id),
        selectedRows: block.lastRow - block.firstRow + 1,
        selectedColumns: Math.max(1, block.lastColumn - first + 1),
      };
      const preview = await this.#app.client.answers.previewPaste(paste);
      const write = async (): Promise<void> => this.#done((await this.#app.client.answers.paste(paste)).runId);
      if (preview.answers === 1 && preview.outside === 0) await write();
      else {
        this.#paste = { preview, write };
        this.#isAsking = true;
      }
    });
  }

  async confirmPaste(): Promise<void> {
    this.leavePaste();
    if (this.#paste !== undefined) await this.#attempt(this.#paste.write);
  }

  leavePaste(): void {
    this.#isAsking = false;
  }

  #photoIds({ firstRow, lastRow }: CellBlock): number[] {
    const photoIds = [...this.#answers.ids.subarray(firstRow, lastRow + 1)];
    if (photoIds.length > maxRows) throw new RangeError(this.#app.texts.runs.tooManyRows(maxRows));
    return photoIds;
  }

  #questionIds({ firstColumn, lastColumn }: CellBlock): number[] {
    return this.#answers.questions.slice(Math.max(0, firstColumn - 1), lastColumn).map(({ id }) => id);
  }

  async #write(edits: () => { photoId: number; questionId: number; text: string }[]): Promise<void> {
    await this.#attempt(async () => {
      const due = edits();
      if (due.length === 0) return;
      this.#done((await this.#app.client.answers.edit({ runId: this.#answers.runId, edits: due })).runId);
    });
  }

  #done(undoRunId: number | null): void {
    if (undoRunId === null) return;
    this.#app.toast(this.#app.texts.runs.answersSaved, { undoRunId });
    void this.#answers.load();
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
