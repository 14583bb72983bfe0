/** @file What may be typed next, for the filter bar: fields, and values that the catalog knows. */

import type { Span } from './ast.ts';
import { bareWord, comparisonOf, cutAtComparison, listedParts, textOf } from './chars.ts';
import {
  type FieldName,
  fieldNames,
  fields,
  isFieldName,
  isOfKind,
  isPresenceField,
  type LabelField,
  type PathField,
} from './fields.ts';
import { isPlainText, photoText, quoted } from './printQuery.ts';
import { QueryError } from './queryError.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Asks the catalog for values that begin with, or contain, what was typed; best first. */
export type ValuesOf = (request: ValuesRequest) => Promise<readonly string[]>;

export type ValuesRequest =
  | { readonly kind: 'label'; readonly field: PathField | LabelField; readonly typed: string }
  /** Names of fields, and questions. */
  | { readonly kind: 'question'; readonly typed: string }
  | { readonly kind: 'answer'; readonly question: string; readonly typed: string };

export interface Completion {
  /** The part of the text that is replaced, up to the cursor. */
  readonly span: Span;
  readonly items: readonly CompletionItem[];
}

export interface CompletionItem {
  /** What takes the span's place. */
  readonly text: string;
  /** The field that it begins, where the text says no more than its name. */
  readonly field: FieldName | null;
  /** More has to follow: `tag:` alone is no filter. */
  readonly unfinished: boolean;
}

/** The suggestions for a text with the cursor at an offset; never throws for what is typed, however broken. */
export async function completeQuery(text: string, cursor: number, valuesOf: ValuesOf): Promise<Completion> {
  const typed = text.slice(0, cursor);
  const token = lastToken(typed);
  if (token?.kind === 'field') {
    const items = await valueItems(token, valuesOf);
    return { span: { offset: token.span.offset, length: cursor - token.span.offset }, items };
  }
  const word = token?.kind === 'word' ? textOf(token.chars).toLowerCase() : '';
  const offset = token?.kind === 'word' ? token.span.offset : cursor;
  const names = token === null || token.kind === 'word' ? fieldNames.filter((name) => name.startsWith(word)) : [];
  return {
    span: { offset, length: cursor - offset },
    items: names.map((name) => ({ text: `${name}:`, field: name, unfinished: true })),
  };
}

/** The token that the cursor stands at the end of; null where a new one would begin. */
function lastToken(typed: string): Token | null {
  const token = tokensOfUnfinished(typed).at(-1);
  const isAtEnd = token !== undefined && token.span.offset + token.span.length >= typed.length;
  return isAtEnd && token.kind !== 'open' && token.kind !== 'not' ? token : null;
}

function tokensOfUnfinished(typed: string): Token[] {
  try {
    return tokensOf(typed);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    // A quotation mark that is still open. A lone backslash at the end would take the closing one for text.
    const backslashes = /\\*$/.exec(typed)?.[0].length ?? 0;
    return tokensOf(`${backslashes % 2 === 1 ? typed.slice(0, -1) : typed}"`);
  }
}

async function valueItems(token: Extract<Token, { kind: 'field' }>, valuesOf: ValuesOf): Promise<CompletionItem[]> {
  const name = token.name.toLowerCase();
  if (!isFieldName(name)) return [];
  const [comparison, rest] = comparisonOf(token.chars);
  const typed = textOf(rest);
  if (isOfKind(name, 'answer')) return answerItems(token, valuesOf);
  if (isOfKind(name, 'photos')) return photoItems(token, valuesOf);
  const fixed = comparison === null ? fixedValues(name).filter((value) => value.startsWith(typed.toLowerCase())) : [];
  const known =
    isOfKind(name, 'path') || isOfKind(name, 'label') ? await valuesOf({ kind: 'label', field: name, typed }) : [];
  const mark = comparison === '=' ? '=' : '';
  return [...known.map((value) => `${mark}${valueText(value)}`), ...fixed].map((value) => finished(`${name}:${value}`));
}

async function answerItems(token: Extract<Token, { kind: 'field' }>, valuesOf: ValuesOf): Promise<CompletionItem[]> {
  const [asked, compared] = cutAtComparison(token.chars);
  const question = textOf(asked);
  if (compared.length === 0) {
    const questions = await valuesOf({ kind: 'question', typed: question });
    return questions.map((text) => finished(`answer:${valueText(text)}`));
  }
  const [comparison, typed] = comparisonOf(compared);
  // Numbers to compare with are any.
  if (comparison !== '=') return [];
  const answer = textOf(typed);
  const answers = await valuesOf({ kind: 'answer', question, typed: answer });
  return answers.map((value) => finished(`answer:${valueText(question)}=${valueText(value)}`));
}

/** Of the last of the photos: those before it stay as they are. */
async function photoItems(token: Extract<Token, { kind: 'field' }>, valuesOf: ValuesOf): Promise<CompletionItem[]> {
  const parts = listedParts(token.chars);
  const typed = textOf(parts.at(-1) ?? []);
  if (typed === '') return [];
  const before = parts.slice(0, -1).map((part) => {
    const text = textOf(part);
    return `${bareWord(part) !== null && isPlainText(text) ? text : quoted(text)},`;
  });
  const names = await valuesOf({ kind: 'label', field: 'name', typed });
  return names.map((name) => finished(`similar:${before.join('')}${photoText(name)}`));
}

function finished(text: string): CompletionItem {
  return { text, field: null, unfinished: false };
}

function valueText(value: string): string {
  return isPlainText(value) && !/^(none|any)$/i.test(value) ? value : quoted(value);
}

/** Values that are the same in every library. */
function fixedValues(name: FieldName): readonly string[] {
  const presence = isPresenceField(name) ? ['none', 'any'] : [];
  if (isOfKind(name, 'flag')) return ['yes', 'no'];
  if (isOfKind(name, 'choice')) return fields[name].choices;
  return isOfKind(name, 'date') ? ['today', 'yesterday', '7d', '30d', ...presence] : presence;
}
