/**
 * @file Find and replace by a person's regular expression. RE2's automata take time in proportion to the text, whatever
 * the expression; JavaScript's own engine can take for ever (`^(a+)+$`). Pure; any process.
 */
import { RE2JS, RE2JSException } from 're2js';
import { VignetteError } from '../../../native-models/errors.ts';

export interface Replacement {
  readonly pattern: string;
  /** JavaScript's: `g` for every match rather than the first, `i`, `m`, `s`; `u` is always meant. */
  readonly flags: string;
  /** As for `String.prototype.replace`: `$1`, `$<name>`, `$&`, `$$`. */
  readonly replacement: string;
}

export class TextReplacementError extends VignetteError {
  declare readonly code: 'TAG_PATTERN_INVALID';
}

const engineFlags: ReadonlyMap<string, number> = new Map([
  ['g', 0],
  ['u', 0],
  ['i', RE2JS.CASE_INSENSITIVE],
  ['m', RE2JS.MULTILINE],
  ['s', RE2JS.DOTALL],
]);

/** @throws TextReplacementError TAG_PATTERN_INVALID, also for what no linear engine can do: lookaheads, backreferences */
export function textReplacer({ pattern, flags, replacement }: Replacement): (text: string) => string {
  const expression = compiled(pattern, flags);
  const everywhere = flags.includes('g');
  return (text) => {
    const matcher = expression.matcher(text);
    return everywhere ? matcher.replaceAll(replacement) : matcher.replaceFirst(replacement);
  };
}

function compiled(pattern: string, flags: string): RE2JS {
  let engineFlag = RE2JS.LOOKBEHINDS;
  for (const flag of flags) {
    const known = engineFlags.get(flag);
    if (known === undefined) throw invalid(pattern, flags, `the flag ${flag} is not known`);
    engineFlag |= known;
  }
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), engineFlag);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    throw invalid(pattern, flags, reasonOf(pattern, cause.message), cause);
  }
}

function reasonOf(pattern: string, message: string): string {
  if (/\(\?[=!]/.test(pattern)) return 'lookaheads, (?=…) and (?!…), are not supported';
  if (/\\(?:[1-9]|k<)/.test(pattern)) return 'backreferences such as \\1 are not supported in the text to find';
  return message.replace(/^error parsing regexp: /, '');
}

function invalid(pattern: string, flags: string, reason: string, cause?: unknown): TextReplacementError {
  return new TextReplacementError('TAG_PATTERN_INVALID', `This regular expression cannot be used: ${reason}.`, {
    details: { pattern, flags },
    cause,
  });
}
