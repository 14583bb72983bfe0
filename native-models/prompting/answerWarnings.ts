/** @file What a person should know about an answer: how the prompt was put to the model, and that the text ends where the model did not end it. Pure; any process. */
import type { Answer } from '../runtime/protocol.ts';
import type { PromptWarning } from './promptRequest.ts';

const ends: Readonly<Partial<Record<Answer['finish'], PromptWarning>>> = {
  length: { code: 'ANSWER_CUT', message: 'The text reached its maximum length and was cut off.' },
  loop: { code: 'ANSWER_LOOPED', message: 'The text was stopped because it began to repeat itself.' },
};

export function answerWarnings({ warnings, finish }: Pick<Answer, 'warnings' | 'finish'>): PromptWarning[] {
  const end = ends[finish];
  return end === undefined ? warnings : [...warnings, end];
}

/** Whether it is true of every text that was written to the prompt, and not only of the one. */
export function isAboutPrompt({ code }: PromptWarning): boolean {
  return !Object.values(ends).some((end) => end.code === code);
}
