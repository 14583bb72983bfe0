/** @file Answers of a run on their way to tags: of which questions, what each answer becomes, and the rules that are made of it. Renderer only. */
import { untrack } from 'svelte';
import type { AnswerTable, AnswerValues } from '../../../preload/contract/answers.ts';
import type { TagPreview } from '../../../preload/contract/runs.ts';
import type { AppState } from '../app.svelte.ts';
import type { Draft } from '../drafts.svelte.ts';
import { MeantTagsState } from '../tags/meantTags.svelte.ts';
import { type MappingRow, proposedMapping, saidInAnswers, taggingRules } from './answerMapping.ts';
import type { AnswersState } from './answers.svelte.ts';
import { parentTags } from './parentTags.ts';

/** Of one question, as many as rules can be made of. */
const maxValues = 10_000;

export interface QuestionMapping {
  readonly question: AnswerTable['questions'][number];
  /** The tag that stands above those of its answers; empty for none. */
  readonly above: string;
  readonly rows: readonly MappingRow[];
}

export class AnswerTaggingState {
  readonly #app: AppState;
  readonly #answers: AnswersState;
  readonly #vocabulary: MeantTagsState;
  /** Of what a person changed, until the tags are given. */
  readonly #kept: Draft;
  /** Undefined: all questions. */
  #chosenId = $state<number>();
  #values = $state.raw<ReadonlyMap<number, AnswerValues['values']>>(new Map());
  /** What a person changed, by question and answer: it stays when more answers come. */
  #changes = $state.raw<ReadonlyMap<string, Pick<MappingRow, 'used' | 'tag'>>>(new Map());
  #above = $state.raw<ReadonlyMap<number, string>>(new Map());
  readonly #suggested = $derived.by(() => parentTags(this.#answers.questions));
  readonly #mappings = $derived.by(() => this.#mapped());
  readonly #rules = $derived.by(() =>
    this.#mappings.flatMap(({ question, above, rows }) =>
      taggingRules(question.id, rows, { above, meant: this.#vocabulary.meant }),
    ),
  );
  #asked = 0;

  constructor(app: AppState, answers: AnswersState) {
    this.#app = app;
    this.#answers = answers;
    this.#kept = app.drafts.of(`tagging/${answers.runId}`);
    this.#vocabulary = new MeantTagsState(app);
  }

  get chosenId(): number | undefined {
    return this.#chosenId;
  }
  /** Of the questions that have answers in the rows that the table shows. */
  get mappings(): readonly QuestionMapping[] {
    return this.#mappings;
  }
  get rules(): ReturnType<typeof taggingRules> {
    return this.#rules;
  }

  choose(questionId: number | undefined): void {
    this.#chosenId = questionId;
  }

  placeBelow(questionId: number, above: string): void {
    this.#above = new Map(this.#above).set(questionId, above);
    this.#keep();
  }

  change(questionId: number, rows: readonly MappingRow[]): void {
    const changed = rows.map(({ answer, used, tag }) => [keyOf(questionId, answer), { used, tag }] as const);
    this.#changes = new Map([...this.#changes, ...changed]);
    this.#keep();
  }

  #keep(): void {
    this.#kept.field('changes').keep(JSON.stringify([...this.#changes]), '[]');
    this.#kept.field('above').keep(JSON.stringify([...this.#above]), '[]');
  }

  /** What was changed before the page was closed. */
  #restore(): void {
    const { changes = '[]', above = '[]' } = this.#kept.fields;
    this.#changes = new Map([...JSON.parse(changes), ...this.#changes]);
    this.#above = new Map([...JSON.parse(above), ...this.#above]);
  }

  /** Reads the values of the rows that the table shows: for an effect, which runs again when these may be others. */
  async read(): Promise<void> {
    void this.#answers.version;
    if (this.#app.drafts.isKnown) untrack(() => this.#restore());
    const { runId, filter, questions } = this.#answers;
    const wanted = questions.filter(({ id }) => this.#chosenId === undefined || id === this.#chosenId);
    this.#asked += 1;
    const mine = this.#asked;
    const found = await Promise.all(
      wanted.map(async ({ id }) => {
        const request = { runId, questionId: id, filter, limit: maxValues };
        return [id, (await this.#app.client.answers.values(request)).values] as const;
      }),
    );
    // A later question's answer is not overwritten by an earlier one's.
    if (mine !== this.#asked) return;
    this.#values = new Map(found);
    await this.#vocabulary.ask(saidInAnswers(found.flatMap(([, values]) => values)));
  }

  preview(signal: AbortSignal): Promise<TagPreview> {
    return this.#app.client.answers.previewTagging(this.#tagging(), { signal });
  }

  /** One run. @returns its id; undefined where nothing changed */
  async tag(): Promise<number | undefined> {
    const { runId } = await this.#app.client.answers.tag(this.#tagging());
    this.#kept.forget();
    return runId ?? undefined;
  }

  #tagging() {
    return { runId: this.#answers.runId, filter: this.#answers.filter, rules: this.#rules };
  }

  #mapped(): QuestionMapping[] {
    return this.#answers.questions.flatMap((question) => {
      const { id } = question;
      const values = this.#values.get(id) ?? [];
      if ((this.#chosenId !== undefined && id !== this.#chosenId) || values.length === 0) return [];
      const rows = proposedMapping(values, this.#vocabulary.meant).map((row) => ({
        ...row,
        ...this.#changes.get(keyOf(id, row.answer)),
      }));
      return [{ question, above: this.#above.get(id) ?? this.#suggested.get(id) ?? '', rows }];
    });
  }
}

function keyOf(questionId: number, answer: string): string {
  return `${questionId} ${answer}`;
}
