/** @file What answers suggest as tags, and the rules that are made of them. Pure; renderer only. */
import type { AnswerValues } from '../../../preload/contract/answers.ts';
import { typedList } from '../typedLines.ts';

export type AnswerCount = Omit<AnswerValues['values'][number], 'fits'>;

const saysNothing = /^(?:unknown|unanswerable|none|nothing|n\/a|i don't know|not sure|是|否|没有|不知道)$/i;
/** Longer answers are sentences, which make poor tags. */
const maxTag = 40;

/** On one line, without an end mark. */
function plainAnswer(answer: string): string {
  return answer
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/[.!?。！？]+$/u, '')
    .trim();
}

/** The tag that an answer suggests; empty where it suggests none. */
export function suggestedTag(answer: string): string {
  const tag = plainAnswer(answer).replaceAll('/', ' ').toLowerCase();
  return tag.length > maxTag || saysNothing.test(tag) ? '' : tag;
}

export interface MappingRow extends AnswerCount {
  readonly used: boolean;
  /** As typed: commas stand between several. */
  readonly tag: string;
}

/** Yes and no say nothing without their question. */
const yesOrNo = /^(?:yes|no)$/;

/** By what a model said: the tag of the vocabulary that it means. */
export type MeantTags = ReadonlyMap<string, string>;

/** What to look for in the vocabulary: each answer, and the parts of those that are lists. */
export function saidInAnswers(counts: readonly AnswerCount[]): string[] {
  return [...new Set(counts.flatMap(({ answer }) => [plainAnswer(answer), ...typedList(suggestedTag(answer))]))];
}

/** What is put before a person to change: tags of the vocabulary as it spells them, where answers mean them. */
export function proposedMapping(counts: readonly AnswerCount[], meant: MeantTags): MappingRow[] {
  return counts.map((count) => {
    const whole = meant.get(plainAnswer(count.answer));
    if (whole !== undefined) return { ...count, tag: whole, used: true };
    const suggested = suggestedTag(count.answer);
    const tags = new Set(typedList(suggested).map((part) => meant.get(part) ?? part));
    return { ...count, tag: [...tags].join(', '), used: suggested !== '' && !yesOrNo.test(suggested) };
  });
}

/** Tags of the vocabulary have their place in its tree; all others go below the tag above. */
export function taggingRules(
  questionId: number,
  mapping: readonly MappingRow[],
  { above, meant }: { readonly above: string; readonly meant: MeantTags },
): { questionId: number; answer: string; tag: string }[] {
  const parent = above.trim().replace(/\/+$/, '');
  const listed = new Set(meant.values());
  const placed = (tag: string) => (parent === '' || listed.has(tag) ? tag : `${parent}/${tag}`);
  return mapping
    .filter(({ used }) => used)
    .flatMap(({ answer, tag }) => {
      // A tag of the vocabulary may hold a comma.
      const tags = listed.has(tag) ? [tag] : typedList(tag);
      return tags.map((one) => ({ questionId, answer, tag: placed(one) }));
    });
}
