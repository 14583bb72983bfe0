/** @file From a question and the conversation before it to the text that a model is given. Model host. */

import { VignetteError } from '../errors.ts';
import {
  type PromptRequest,
  type PromptStyle,
  type PromptWarning,
  promptStyleTitles,
  type Turn,
} from './promptRequest.ts';

export type PromptErrorCode = 'PROMPT_NO_QUESTIONS' | 'PROMPT_EMPTY';

export class PromptError extends VignetteError {
  declare readonly code: PromptErrorCode;

  constructor(code: PromptErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    // words can come out empty for one photo, and not for the next
    super(code, message, { details, retry: 'never', blames: code === 'PROMPT_EMPTY' ? 'program' : 'question' });
  }
}

export interface ComposedPrompt {
  readonly prompt: string;
  readonly warnings: readonly PromptWarning[];
}

const cut: PromptWarning = {
  code: 'PROMPT_CUT',
  message: 'The text is longer than this model can read: a part of it was cut off.',
};

/**
 * The oldest turns of a conversation go when it does not fit. A text that is too long by itself stays whole here: the
 * model's tokenizer cuts it, on the side that its configuration names, as the reference does.
 * @param fits whether the model reads the whole of a text
 * @throws PromptError
 */
export function composePrompt(
  style: PromptStyle,
  request: PromptRequest,
  fits: (prompt: string) => boolean,
): ComposedPrompt {
  assertAnswerable(style, request);
  const { ask, remembers } = families[style];
  const { text, kind, history } = request;
  if (kind === 'text' || ask === undefined) {
    return { prompt: text, warnings: [...ignored(history), ...(fits(text) ? [] : [cut])] };
  }
  if (!remembers) return { prompt: ask(text, []), warnings: [...ignored(history), ...(fits(text) ? [] : [cut])] };
  const kept = lastFitting(history, (turns) => fits(ask(text, turns)));
  const prompt = ask(text, kept);
  const isCut = kept.length === 0 && !fits(prompt);
  return { prompt, warnings: [...shortened(history, kept), ...(isCut ? [cut] : [])] };
}

/**
 * Tells before any model is loaded whether a model of the style can be asked this.
 * @throws PromptError PROMPT_NO_QUESTIONS or PROMPT_EMPTY
 */
export function assertAnswerable(style: PromptStyle, { text, kind }: Pick<PromptRequest, 'text' | 'kind'>): void {
  const { ask, speaksUnasked } = families[style];
  const title = promptStyleTitles[style];
  if (kind === 'question' && ask === undefined) {
    throw new PromptError(
      'PROMPT_NO_QUESTIONS',
      `This model (${title}) writes captions and answers no questions: choose another model, or give it the beginning of a caption.`,
      { style },
    );
  }
  if (text.trim() === '' && (kind === 'question' || !speaksUnasked)) {
    const message = kind === 'question' ? 'The question is empty.' : `This model (${title}) needs a question.`;
    throw new PromptError('PROMPT_EMPTY', message, { style });
  }
}

/** The longest end of the conversation that fits; found by halving, since every try is tokenized. */
function lastFitting(history: readonly Turn[], isFitting: (turns: readonly Turn[]) => boolean): readonly Turn[] {
  if (history.length === 0 || isFitting(history)) return history;
  let doesNotFit = 0;
  let last = history.length;
  while (last - doesNotFit > 1) {
    const middle = Math.floor((doesNotFit + last) / 2);
    if (isFitting(history.slice(middle))) last = middle;
    else doesNotFit = middle;
  }
  return history.slice(last);
}

function ignored(history: readonly Turn[]): PromptWarning[] {
  const message = 'This model was given the text alone: what was said before plays no part in it.';
  return history.length === 0 ? [] : [{ code: 'HISTORY_IGNORED', message }];
}

function shortened(history: readonly Turn[], kept: readonly Turn[]): PromptWarning[] {
  const dropped = history.length - kept.length;
  if (dropped === 0) return [];
  const turns = dropped === 1 ? 'The oldest turn' : `The ${dropped} oldest turns`;
  const message = `${turns} of the conversation did not fit and ${dropped === 1 ? 'was' : 'were'} left out.`;
  return [{ code: 'HISTORY_SHORTENED', message }];
}

interface Family {
  /** The text for a question after a conversation, oldest turn first; undefined for a family that answers none. */
  readonly ask: ((question: string, history: readonly Turn[]) => string) | undefined;
  /** Whether the family was meant to see what was said before. */
  readonly remembers: boolean;
  /** Whether the reference generates from a picture alone. Its VQA model demands a question. */
  readonly speaksUnasked: boolean;
}

const families: Readonly<Record<PromptStyle, Family>> = {
  'blip-caption': { ask: undefined, remembers: false, speaksUnasked: true },
  // Trained on single questions; the encoder that reads them never saw an answer.
  'blip-vqa': { ask: (question) => question, remembers: false, speaksUnasked: false },
  blip2: { ask: blip2Dialog, remembers: true, speaksUnasked: true },
  instruct: { ask: instructDialog, remembers: true, speaksUnasked: true },
};

/** BLIP-2, figure 4 and the authors' notebook: "Question: q1 Answer: a1. Question: q2 Answer:". */
function blip2Dialog(question: string, history: readonly Turn[]): string {
  const turns = history.map((turn) => `Question: ${turn.question.trim()} Answer: ${asSentence(turn.answer)}`);
  return [...turns, isInBlip2Form(question) ? question : `Question: ${question.trim()} Answer:`].join(' ');
}

/** What somebody wrote for BLIP-2 as its documentation shows it must not be wrapped once more. */
function isInBlip2Form(text: string): boolean {
  return /^\s*question:/i.test(text) || /\banswer:\s*$/i.test(text);
}

/** The template ends every answer with a full stop; models often write it themselves. */
function asSentence(answer: string): string {
  const trimmed = answer.trim();
  return /[.!?…。！？]$/u.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** InstructBLIP's data of visual dialogs (LAVIS): "dialog history: q: q1 a: a1 q: q2 a: a2", a line end, the instruction. */
function instructDialog(question: string, history: readonly Turn[]): string {
  if (history.length === 0 || /^\s*dialog history:/i.test(question)) return question;
  const turns = history.map((turn) => `q: ${turn.question.trim()} a: ${turn.answer.trim()}`);
  return `dialog history: ${turns.join(' ')}\n${question}`;
}
