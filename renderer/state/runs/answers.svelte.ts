/** @file A run and its answers: which rows are found, in which order, and those on the screen; read anew while answers come. Renderer only. */

import type { AnswerRow, AnswerTable } from '../../../preload/contract/answers.ts';
import type { Problem } from '../../../preload/contract/common.ts';
import type { Run } from '../../../preload/contract/runs.ts';
import type { AnswerFilter, AnswerOrder, AnswerValueFilter } from '../../../schemas/answerFilter.ts';
import { everyAnswer } from '../../../schemas/everyAnswer.ts';
import type { AppState } from '../app.svelte.ts';
import { decodeIds, sameIds } from '../photoIds.ts';
import { problemOf } from '../problems.ts';
import { Refresher } from '../refresher.ts';

/** Rows that were looked at longest ago are forgotten first. */
const maxRows = 3000;
const rowsAtOnce = 200;

export class AnswersState {
  readonly #app: AppState;
  readonly #runId: number;
  #run = $state.raw<Run | undefined>();
  #questions = $state.raw<AnswerTable['questions']>([]);
  #ids = $state.raw<Uint32Array>(new Uint32Array());
  #total = $state<number>();
  #rows = $state.raw<ReadonlyMap<number, AnswerRow>>(new Map());
  #problem = $state.raw<Problem | undefined>();
  #filter = $state.raw<AnswerFilter>(everyAnswer);
  #order = $state.raw<AnswerOrder>({ column: 'photo', by: 'value', descending: false });
  /** Grows whenever the answers may be others. */
  #version = $state(0);
  #wanted: readonly number[] = [];
  #asked = 0;
  readonly #refresher = new Refresher(() => this.load());

  constructor(app: AppState, runId: number) {
    this.#app = app;
    this.#runId = runId;
  }

  get runId(): number {
    return this.#runId;
  }
  /** Undefined until the first answer of the library. */
  get run(): Run | undefined {
    return this.#run;
  }
  /** Of a run of questions. */
  get questions(): AnswerTable['questions'] {
    return this.#questions;
  }
  /** Of the photos that meet the filter, in order. */
  get ids(): Uint32Array {
    return this.#ids;
  }
  /** Rows there are; undefined until the table is known, and of a run that does not ask. */
  get total(): number | undefined {
    return this.#total;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }
  get filter(): AnswerFilter {
    return this.#filter;
  }
  get order(): AnswerOrder {
    return this.#order;
  }
  /** Whoever asks for what is made of the answers asks again when it grows. */
  get version(): number {
    return this.#version;
  }

  /** What the row is known to hold. */
  row(photoId: number): AnswerRow | undefined {
    return this.#rows.get(photoId);
  }

  setFilter(filter: Partial<AnswerFilter>): void {
    this.#filter = { ...this.#filter, ...filter };
    void this.#refresher.now();
  }

  /** The values of a column; undefined shows all of them. */
  setValues(questionId: number, chosen: AnswerValueFilter | undefined): void {
    const others = this.#filter.values.filter((value) => value.questionId !== questionId);
    this.setFilter({ values: chosen === undefined ? others : [...others, chosen] });
  }

  setOrder(order: AnswerOrder): void {
    this.#order = order;
    void this.#refresher.now();
  }

  /** Until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.#refresher.now();
    const stop = this.#app.listen((event) => {
      if (event.type === 'runs' || event.type === 'photos') this.#refresher.soon();
    });
    return () => {
      stop();
      this.#refresher.stop();
    };
  }

  /** These rows are on the screen. */
  want(photoIds: readonly number[]): void {
    this.#wanted = photoIds;
    const missing = photoIds.filter((id) => !this.#rows.has(id));
    if (missing.length > 0) void this.#readRows(missing);
  }

  async load(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const run = await this.#app.client.runs.get({ runId: this.#runId });
      this.#run = run;
      if (run.kind === 'ask') await this.#readTable(asked);
      this.#problem = undefined;
    } catch (error) {
      if (asked === this.#asked) this.#problem = problemOf(error);
    }
  }

  async #readTable(asked: number): Promise<void> {
    const table = await this.#app.client.answers.table({
      runId: this.#runId,
      filter: this.#filter,
      order: this.#order,
      language: this.#app.language.current,
    });
    // A later question was asked meanwhile.
    if (asked !== this.#asked) return;
    this.#questions = table.questions;
    this.#total = table.total;
    const ids = decodeIds(table.ids);
    if (!sameIds(ids, this.#ids)) this.#ids = ids;
    this.#version += 1;
    // Those on the screen stay until they come anew.
    this.#rows = new Map([...this.#rows].filter(([id]) => this.#wanted.includes(id)));
    await this.#readRows(this.#wanted);
  }

  async #readRows(photoIds: readonly number[]): Promise<void> {
    const questionIds = this.#questions.map(({ id }) => id);
    for (let start = 0; start < photoIds.length; start += rowsAtOnce) {
      const some = photoIds.slice(start, start + rowsAtOnce);
      try {
        const rows = await this.#app.client.answers.rows({ runId: this.#runId, questionIds, photoIds: [...some] });
        const all = [...this.#rows].filter(([id]) => !some.includes(id));
        this.#rows = new Map([...all.slice(-maxRows), ...rows.map((row) => [row.photoId, row] as const)]);
      } catch (error) {
        this.#problem = problemOf(error);
      }
    }
  }
}
