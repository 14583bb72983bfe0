/** @file Which questions a person asks many photos, and how they may be answered. Renderer only. */

import type { TermsOf } from '../../../preload/contract/work.ts';
import type { FieldType } from '../../../schemas/choices.ts';
import { typedLines, typedList } from '../typedLines.ts';
import type { TermsForm } from './termsForm.ts';

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
  modelId = $state('');
  again = $state(false);

  readonly questions: readonly string[] = $derived(typedLines(this.questionText));

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
    this.modelId = terms.modelId ?? '';
    this.again = terms.again ?? false;
  }

  field(place: number): { readonly name: string; readonly type: FieldType } {
    return this.fields[place] ?? { name: '', type: 'text' };
  }

  setField(place: number, change: { readonly name?: string; readonly type?: FieldType }): void {
    const length = Math.max(place + 1, this.fields.length);
    this.fields = Array.from({ length }, (_, index) => ({ ...this.field(index), ...(index === place ? change : {}) }));
  }

  get terms(): TermsOf<'ask'> | undefined {
    const { modelId, again } = this;
    const questions = [...this.questions];
    const choices = typedList(this.choiceText);
    const below = this.below.trim();
    if (questions.length === 0 || (this.isClosed && choices.length < 2)) return undefined;
    const answers = typedList(this.afterAnswers);
    const following = this.hasFollowUp ? typedLines(this.followUpText) : [];
    if (this.hasFollowUp && (following.length === 0 || answers.length === 0)) return undefined;
    return {
      kind: 'ask',
      questions,
      followUps: following.map((question) => ({ question, after: this.after, answers })),
      again,
      fields: this.keepsFields
        ? questions.flatMap((_, question) => {
            const { name, type } = this.field(question);
            return name.trim() === '' ? [] : [{ question, name: name.trim(), type }];
          })
        : [],
      ...(this.isClosed ? { choices } : {}),
      ...(this.isFromVocabulary ? { fromVocabulary: below === '' ? {} : { below } } : {}),
      ...(modelId === '' ? {} : { modelId }),
    };
  }
}
