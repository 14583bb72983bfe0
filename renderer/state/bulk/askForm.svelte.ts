/** @file Which questions a person asks many photos, and how they may be answered. Renderer only. */

import type { GenerationOverrides } from '../../../preload/contract/chat.ts';
import type { TermsOf } from '../../../preload/contract/work.ts';
import { blanksIn, withBlanksFilled } from '../../../schemas/blanks.ts';
import type { FieldType } from '../../../schemas/choices.ts';
import type { RecentFillings } from '../chat/blanks.ts';
import { type SettingsChange, withChange } from '../chat/generation.ts';
import { typedLines, typedList } from '../typedLines.ts';
import type { TermsForm } from './termsForm.ts';

/** In one of the questions. */
export interface FormBlank {
  readonly key: string;
  readonly question: string;
  readonly place: number;
  /** Of the question. */
  readonly count: number;
}

function blanksOf(question: string): FormBlank[] {
  return blanksIn(question).map((_, place, { length: count }) => ({
    key: `${place} ${question}`,
    question,
    place,
    count,
  }));
}

export class AskForm implements TermsForm {
  questionText = $state('');
  hasFollowUp = $state(false);
  followUpText = $state('');
  afterPlace = $state('0');
  afterAnswers = $state('');
  isClosed = $state(false);
  isFromVocabulary = $state(false);
  below = $state('');
  choiceText = $state('');
  keepsFields = $state(false);
  /** By the places of the questions. */
  fields = $state.raw<readonly { readonly name: string; readonly type: FieldType }[]>([]);
  hasSettings = $state(false);
  settings = $state.raw<GenerationOverrides>({});
  modelId = $state('');
  again = $state(false);
  oncePerStack = $state(false);

  /** Of each blank by its key: filled in once for all photos. */
  readonly fillings: Record<string, string> = $state({});

  readonly #lines: readonly string[] = $derived(typedLines(this.questionText));
  readonly blanks: readonly FormBlank[] = $derived(this.#lines.flatMap(blanksOf));
  /** A blank that is not filled in yet stays one. */
  readonly questions: readonly string[] = $derived(
    this.#lines.map((line) =>
      withBlanksFilled(
        line,
        blanksOf(line).map(({ key }) => this.fillings[key] ?? ''),
      ),
    ),
  );

  /** The question whose answer the others follow from. */
  readonly after: number = $derived(Number(this.afterPlace) < this.questions.length ? Number(this.afterPlace) : 0);

  constructor(terms?: TermsOf<'ask'>) {
    if (terms === undefined) return;
    const [followUp] = terms.followUps ?? [];
    this.hasFollowUp = followUp !== undefined;
    this.followUpText = (terms.followUps ?? []).map(({ question }) => question).join('\n');
    this.afterPlace = String(followUp?.after ?? 0);
    this.afterAnswers = (followUp?.answers ?? []).join(', ');
    this.questionText = terms.questions.join('\n');
    this.isClosed = terms.choices !== undefined;
    this.choiceText = (terms.choices ?? []).join(', ');
    this.isFromVocabulary = terms.fromVocabulary !== undefined;
    this.below = terms.fromVocabulary?.below ?? '';
    this.keepsFields = (terms.fields ?? []).length > 0;
    for (const { question, name, type } of terms.fields ?? []) this.setField(question, { name, type: type ?? 'text' });
    this.settings = terms.settings ?? {};
    this.hasSettings = Object.keys(this.settings).length > 0;
    this.modelId = terms.modelId ?? '';
    this.again = terms.again ?? false;
    this.oncePerStack = terms.oncePerStack ?? false;
  }

  field(place: number): { readonly name: string; readonly type: FieldType } {
    return this.fields[place] ?? { name: '', type: 'text' };
  }

  setField(place: number, change: { readonly name?: string; readonly type?: FieldType }): void {
    const length = Math.max(place + 1, this.fields.length);
    this.fields = Array.from({ length }, (_, index) => ({ ...this.field(index), ...(index === place ? change : {}) }));
  }

  /** Choices and tags are scored one by one: nothing is generated. */
  get takesSettings(): boolean {
    return !this.isClosed && !this.isFromVocabulary;
  }

  changeSettings(change: SettingsChange): void {
    this.settings = withChange(this.settings, change);
  }

  get terms(): TermsOf<'ask'> | undefined {
    const { modelId, again, oncePerStack } = this;
    const questions = [...this.questions];
    const choices = typedList(this.choiceText);
    const below = this.below.trim();
    if (questions.some((question) => blanksIn(question).length > 0)) return undefined;
    if (questions.length === 0 || (this.isClosed && choices.length < 2)) return undefined;
    const answers = typedList(this.afterAnswers);
    const following = this.hasFollowUp ? typedLines(this.followUpText) : [];
    if (this.hasFollowUp && (following.length === 0 || answers.length === 0)) return undefined;
    return {
      kind: 'ask',
      questions,
      followUps: following.map((question) => ({ question, after: this.after, answers })),
      again,
      oncePerStack,
      fields: this.keepsFields
        ? questions.flatMap((_, question) => {
            const { name, type } = this.field(question);
            return name.trim() === '' ? [] : [{ question, name: name.trim(), type }];
          })
        : [],
      ...(this.hasSettings && this.takesSettings ? { settings: this.settings } : {}),
      ...(this.isClosed ? { choices } : {}),
      ...(this.isFromVocabulary ? { fromVocabulary: below === '' ? {} : { below } } : {}),
      ...(modelId === '' ? {} : { modelId }),
    };
  }

  /** @param typed the names of the fields in which something was typed before */
  showFields(typed: readonly string[]): void {
    this.hasFollowUp ||= typed.includes('followUps') || typed.includes('afterAnswers');
    this.isFromVocabulary ||= typed.includes('below') && !typed.includes('choices') && !this.isClosed;
    this.isClosed ||= typed.includes('choices') && !this.isFromVocabulary;
    this.keepsFields ||= typed.some((name) => name.startsWith('field '));
  }

  /** Adds a question below those that are there. */
  addQuestion(words: string): void {
    const before = this.questionText.trimEnd();
    this.questionText = before === '' ? words : `${before}\n${words}`;
  }

  /** What was filled in is offered the next time. */
  rememberFillings(recent: RecentFillings): void {
    const templates = this.#lines.filter((line) => blanksOf(line).length > 0);
    for (const line of templates) {
      recent.remember(
        line,
        blanksOf(line).map(({ key }) => this.fillings[key] ?? ''),
      );
    }
  }
}
