/** @file From a question and the conversation before it to the text that a model is given. Model host. */
import { families } from './families.ts';
import { PromptError } from './promptError.ts';
import {
  type PromptRequest,
  type PromptStyle,
  type PromptWarning,
  promptStyleTitles,
  type Turn,
} from './promptRequest.ts';

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
