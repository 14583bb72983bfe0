/**
 * @file The patterns in a tokenizer.json. They are regular expressions that every question and answer goes through, and a
 * few characters of one suffice to keep the engine busy for years. Compiler and model host.
 */
import type { TokenizerJson } from './tokenizerSchemas.ts';

/** Patterns of published tokenizers, which take time in proportion to the text: T5's. */
const knownPatterns = new Set([' {2,}']);

/** Patterns that may take any time; empty for the published models, whose tokenizers work by fixed rules. */
export function foreignPatterns({ normalizer, pre_tokenizer, post_processor, decoder }: TokenizerJson): string[] {
  const found = new Set<string>();
  collect([normalizer, pre_tokenizer, post_processor, decoder], found, 0);
  return [...found].filter((pattern) => !knownPatterns.has(pattern));
}

/** Deeper than any tokenizer; a file can be nested until the stack ends. */
const maxDepth = 50;

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return;
  for (const [key, part] of Object.entries(value)) {
    if (key === 'Regex' && typeof part === 'string') found.add(part);
    // nothing is found everywhere, again and again
    else if (key === 'String' && part === '') found.add('');
    else collect(part, found, depth + 1);
  }
}

/** As many characters as a short paragraph: what takes the square of its length is quick, anything worse is not. */
const trialLength = 3000;
const maxTrials = 60;

/** Texts that a pattern of the bad sort cannot match in many ways: its own characters repeated, then one that fits none. */
export function trialTexts(patterns: readonly string[]): string[] {
  const characters = new Set(['a', 'A', '1', ' ', '\n', '-', '中', ...patterns.flatMap((pattern) => [...pattern])]);
  const repeated = [...characters].slice(0, maxTrials);
  return [...repeated, 'ab', 'a ', 'a1'].map((part) => `${part.repeat(trialLength / part.length)}\u0001!`);
}
