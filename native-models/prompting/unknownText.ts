/** @file What a person is told when a model cannot read a part of a text. Any process. */
import type { PromptWarning } from './promptRequest.ts';

const maxShown = 8;

/** @param parts characters or words that the vocabulary lacks, each once */
export function unknownTextWarnings(parts: readonly string[]): PromptWarning[] {
  if (parts.length === 0) return [];
  return [{ code: 'TEXT_UNKNOWN', message: unknownTextMessage(parts), parts: [...parts] }];
}

export function unknownTextMessage(parts: readonly string[]): string {
  const shown = parts.slice(0, maxShown).map((part) => `“${part}”`);
  const others = parts.length > maxShown ? ` and ${parts.length - maxShown} more` : '';
  return `This model has no tokens for ${shown.join(', ')}${others} and read the text without them.`;
}
