/** @file What undo would revert and redo would do again, as the library knows it: also after a reload. Renderer only. */
import type { HistoryStep, HistorySteps } from '../../preload/contract/runs.ts';
import { runTitle } from '../../resources/messages/runTitle.ts';
import type { Texts } from '../../resources/messages/texts.ts';
import type { Client } from './connection.ts';
import type { ToastOptions, UndoRuns } from './toasts.svelte.ts';

/** What the history needs of the page. */
export interface HistoryPage {
  readonly client: { readonly runs: Pick<Client['runs'], 'history' | 'get' | 'revert'> };
  readonly texts: Texts;
  toast(text: string, options?: ToastOptions): void;
  report(error: unknown): void;
}

const nothing: HistorySteps = { undo: null, redo: null };

export class HistoryState {
  readonly #page: HistoryPage;
  #steps = $state.raw<HistorySteps>(nothing);
  /** Runs of this page that belong together, such as the savings of one text, oldest first. */
  #groups: (readonly number[])[] = [];

  constructor(page: HistoryPage) {
    this.#page = page;
  }

  /** `Undo “Add the tag sea” (12 photos)`. */
  get undoTitle(): string {
    const { common } = this.#page.texts;
    return this.#titleOf(this.#steps.undo, common.undo, common.undoNamed);
  }
  get redoTitle(): string {
    const { common } = this.#page.texts;
    return this.#titleOf(this.#steps.redo, common.redo, common.redoNamed);
  }

  /** The person has just done this. */
  did(runs: UndoRuns): void {
    this.#groups.push(typeof runs === 'number' ? [runs] : runs);
  }

  async refresh(): Promise<void> {
    try {
      this.#steps = await this.#page.client.runs.history();
    } catch (error) {
      this.#page.report(error);
    }
  }

  /** Undoes runs that a notice named; else what was done last. Says what it was: it may not have been just now. */
  async undo(named?: UndoRuns): Promise<void> {
    if (named !== undefined) return await this.#undo(typeof named === 'number' ? [named] : named);
    await this.refresh();
    const run = this.#steps.undo?.run;
    if (run === undefined) return this.#page.toast(this.#page.texts.common.nothingToUndo);
    await this.#undo(this.#groups.find((ids) => ids.includes(run.id)) ?? [run.id]);
  }

  async redo(): Promise<void> {
    await this.refresh();
    const run = this.#steps.redo?.run;
    if (run === undefined) return this.#page.toast(this.#page.texts.common.nothingToRedo);
    await this.#redo(this.#groups.find((ids) => ids.includes(run.id)) ?? [run.id]);
  }

  /** The latest first, so that each finds what it left. */
  async #undo(ids: readonly number[]): Promise<void> {
    const { common } = this.#page.texts;
    await this.#revert(ids.toReversed(), async (title) => {
      const action = { title: common.redo, run: () => void this.#redo(ids) };
      this.#page.toast(common.undone(title), { action });
    });
  }

  async #redo(ids: readonly number[]): Promise<void> {
    const { common } = this.#page.texts;
    const undos: number[] = [];
    try {
      for (const runId of ids) {
        const { revertedByRunId } = await this.#page.client.runs.get({ runId });
        if (revertedByRunId !== null) undos.push(revertedByRunId);
      }
    } catch (error) {
      return this.#page.report(error);
    }
    const [first] = ids;
    await this.#revert(undos, async (title) => this.#page.toast(common.redone(title), { undoRunId: ids }), first);
  }

  /** @param namedId whose name is said, where that is not the first of them */
  async #revert(ids: readonly number[], done: (title: string) => Promise<void>, namedId = ids[0]): Promise<void> {
    if (namedId === undefined || ids.length === 0) return;
    try {
      const { description } = await this.#page.client.runs.get({ runId: namedId });
      for (const runId of ids) await this.#page.client.runs.revert({ runId });
      await done(runTitle(description, this.#page.texts));
    } catch (error) {
      this.#page.report(error);
    }
    await this.refresh();
  }

  #titleOf(step: HistoryStep | null, plain: string, named: (title: string, photos: number) => string): string {
    return step === null ? plain : named(runTitle(step.run.description, this.#page.texts), step.photos);
  }
}
