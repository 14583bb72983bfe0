/** @file Which questions a person asks many photos, and how they may be answered. Renderer only. */

import type { GenerationOverrides } from '../../../preload/contract/chat.ts';
import type { AskedQuestion, TermsOf } from '../../../preload/contract/work.ts';
import { blanksIn, withBlanksFilled } from '../../../schemas/blanks.ts';
import type { RecentFillings } from '../chat/blanks.ts';
import { type SettingsChange, withChange } from '../chat/generation.ts';
import { typedLines, typedList } from '../typedLines.ts';
import { type AnswerForm, answeredAs, answerFormOf, anyAnswer, isFree } from './answerForm.ts';
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

function withAt(forms: readonly AnswerForm[], place: number, form: AnswerForm): AnswerForm[] {
  const length = Math.max(place + 1, forms.length);
  return Array.from({ length }, (_, index) => (index === place ? form : (forms[index] ?? anyAnswer)));
}

export class AskForm implements TermsForm {
  questionText = $state('');
  hasFollowUp = $state(false);
  followUpText = $state('');
  afterPlace = $state('0');
  afterAnswers = $state('');
  keepsFields = $state(false);
  /** By the places of the questions. */
  answers = $state.raw<readonly AnswerForm[]>([]);
  /** By the places of the follow-ups. */
  followUpAnswers = $state.raw<readonly AnswerForm[]>([]);
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
    const followUps = terms.followUps ?? [];
    const [followUp] = followUps;
    const questions = terms.questions.map((one) => (typeof one === 'string' ? { question: one } : one));
    this.hasFollowUp = followUp !== undefined;
    this.followUpText = followUps.map(({ question }) => question).join('\n');
    this.afterPlace = String(followUp?.after ?? 0);
    this.afterAnswers = (followUp?.answers ?? []).join(', ');
    this.questionText = questions.map(({ question }) => question).join('\n');
    this.answers = questions.map(answerFormOf);
    this.followUpAnswers = followUps.map(answerFormOf);
    this.keepsFields = [...questions, ...followUps].some(({ field }) => field !== undefined);
    this.settings = terms.settings ?? {};
    this.hasSettings = Object.keys(this.settings).length > 0;
    this.modelId = terms.modelId ?? '';
    this.again = terms.again ?? false;
    this.oncePerStack = terms.oncePerStack ?? false;
  }

  /** One a line. */
  get followUps(): readonly string[] {
    return this.hasFollowUp ? typedLines(this.followUpText) : [];
  }

  /** One at least, before there is a question. */
  get answerForms(): readonly AnswerForm[] {
    return Array.from({ length: Math.max(1, this.questions.length) }, (_, place) => this.answers[place] ?? anyAnswer);
  }

  get followUpAnswerForms(): readonly AnswerForm[] {
    return this.followUps.map((_, place) => this.followUpAnswers[place] ?? anyAnswer);
  }

  setAnswer(place: number, form: AnswerForm): void {
    this.answers = withAt(this.answers, place, form);
  }

  setFollowUpAnswer(place: number, form: AnswerForm): void {
    this.followUpAnswers = withAt(this.followUpAnswers, place, form);
  }

  /** Choices and tags are scored one by one: nothing is generated. */
  get takesSettings(): boolean {
    return [...this.answerForms, ...this.followUpAnswerForms].some(isFree);
  }

  changeSettings(change: SettingsChange): void {
    this.settings = withChange(this.settings, change);
  }

  get terms(): TermsOf<'ask'> | undefined {
    const { modelId, again, oncePerStack } = this;
    if (this.questions.length === 0 || this.questions.some((question) => blanksIn(question).length > 0))
      return undefined;
    const questions = this.#asked(this.questions, this.answerForms);
    const following = this.#asked(this.followUps, this.followUpAnswerForms);
    const answers = typedList(this.afterAnswers);
    if (this.hasFollowUp && (following?.length === 0 || answers.length === 0)) return undefined;
    if (questions === undefined || following === undefined) return undefined;
    return {
      kind: 'ask',
      questions,
      followUps: following.map((asked) => ({ ...asked, after: this.after, answers })),
      again,
      oncePerStack,
      ...(this.hasSettings && this.takesSettings ? { settings: this.settings } : {}),
      ...(modelId === '' ? {} : { modelId }),
    };
  }

  /** @param typed the names of the fields in which something was typed before */
  showFields(typed: readonly string[]): void {
    this.hasFollowUp ||= typed.includes('followUps') || typed.includes('afterAnswers');
    this.keepsFields ||= typed.some((name) => name.startsWith('field '));
    for (const name of typed) {
      const [, kept, ofFollowUp, place] = /^(choices|below) (of follow-up )?(\d+)$/.exec(name) ?? [];
      if (place === undefined) continue;
      const forms = ofFollowUp === undefined ? this.answers : this.followUpAnswers;
      const before = forms[Number(place)] ?? anyAnswer;
      // What is there already was not typed in an earlier form.
      if (before.choiceText !== '' || before.below !== '') continue;
      const form: AnswerForm = { ...before, kind: kept === 'choices' ? 'list' : 'tag' };
      if (ofFollowUp === undefined) this.setAnswer(Number(place), form);
      else this.setFollowUpAnswer(Number(place), form);
    }
  }

  /** Undefined where something is missing. */
  #asked(questions: readonly string[], forms: readonly AnswerForm[]): AskedQuestion[] | undefined {
    const asked = questions.map((question, place) => {
      const answered = answeredAs(forms[place] ?? anyAnswer, this.keepsFields);
      return answered === undefined ? undefined : { question, ...answered };
    });
    return asked.includes(undefined) ? undefined : asked.filter((one) => one !== undefined);
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
