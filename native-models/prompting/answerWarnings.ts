/** @file What a person should know about an answer: how the prompt was put to the model, and that the text ends where the model did not end it. Pure; any process. */
import type { Answer } from '../runtime/protocol.ts';
import type { PromptWarning } from './promptRequest.ts';

/** By what ended the text: an answer's `finish`. */
const ends: ReadonlyMap<string, PromptWarning> = new Map<Answer['finish'], PromptWarning>([
  ['length', { code: 'ANSWER_CUT', message: 'The text reached its maximum length and was cut off.' }],
  ['loop', { code: 'ANSWER_LOOPED', message: 'The text was stopped because it began to repeat itself.' }],
]);

export interface EndedAnswer {
  readonly warnings: readonly PromptWarning[];
  /** Null where it is not known. */
  readonly finish: string | null;
}

export function answerWarnings({ warnings, finish }: EndedAnswer): PromptWarning[] {
  const end = finish === null ? undefined : ends.get(finish);
  return end === undefined ? [...warnings] : [...warnings, end];
}

/** Whether it is true of every text that was written to the prompt, and not only of the one. */
export function isAboutPrompt({ code }: PromptWarning): boolean {
  return ![...ends.values()].some((end) => end.code === code);
}
