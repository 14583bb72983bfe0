/** @file The text of a sequence that ended before the model ended it: cut where the answer ends. */
import { textBeforeLoop } from './endings/repetitionLoop.ts';
import { stopPlace } from './endings/stopStrings.ts';
import type { GeneratedSequence } from './searchTask.ts';
import type { TokenizerAdapter } from './tokenizerAdapter.ts';

/**
 * Undefined where the text is all that the ids say. The given part is never looked at for a stop string and stays in
 * the text.
 */
export function cutText(
  { ids, finish }: GeneratedSequence,
  promptLength: number,
  stop: readonly string[],
  text: TokenizerAdapter,
): string | undefined {
  if (finish === 'loop') return textBeforeLoop({ ids, promptLength }, text);
  if (finish !== 'stop') return undefined;
  const whole = text.decode(ids);
  const added = text.decode(ids.slice(promptLength));
  const place = stopPlace(added, stop);
  // The rest, and not the start, is taken as it is: what stands first in a text loses the space before it.
  return place === undefined ? whole : whole.slice(0, whole.length - (added.length - place));
}
