/**
 * @file Prompts with variables: `a photo from {folder} of`, fields of XMP among them. What stands in brackets, `a photo[ of {people}]`, is there where
 * all its values are. `{{`, `}}`, `[[` and `]]` stand for braces and brackets. Pure.
 */
import { PromptingError } from './promptingError.ts';

/** Facts about the photo. */
export const photoVariables = [
  'folder',
  'file',
  'date',
  'tags',
  'title',
  'caption',
  'keywords',
  'people',
  'place',
  'camera',
] as const;
export type PhotoVariable = (typeof photoVariables)[number];

/** What a preset for questions puts the person's own question in place of. */
export const questionVariable = 'question';
type NamedVariable = PhotoVariable | typeof questionVariable;

/** A field of XMP in the photo's file or sidecar, by ExifTool's name of it: `XMP-photoshop:Headline`. */
export type XmpVariable = `XMP-${string}:${string}`;
export type PromptVariable = NamedVariable | XmpVariable;

/** As namespaces and fields are called. Whatever else ExifTool understands, such as patterns, is no name of one. */
const xmpName = /^XMP-[a-z][\w-]{0,63}:[a-z][\w-]{0,127}$/i;

export function isXmpVariable(name: string): name is XmpVariable {
  return name.startsWith('XMP-') && xmpName.test(name);
}

export interface PromptTemplate {
  /** As it was written: the same for all photos. */
  readonly source: string;
  readonly variables: ReadonlySet<PromptVariable>;
  fill(values: ReadonlyMap<PromptVariable, string>): string;
}

type Part = { readonly literal: string } | { readonly variable: PromptVariable } | { readonly clause: readonly Part[] };

/** @throws PromptingError PROMPT_UNKNOWN_VARIABLE or PROMPT_BRACE_OPEN */
export function promptTemplate(source: string, known: readonly NamedVariable[]): PromptTemplate {
  const parts = withClauses([...tokensOf(source, known)]);
  return {
    source,
    variables: new Set(variablesIn(parts)),
    fill: (values) => filled(parts, values),
  };
}

type Token = Exclude<Part, { readonly clause: unknown }> | { readonly bracket: '[' | ']' | ']]' };

function* tokensOf(source: string, known: readonly NamedVariable[]): Generator<Token> {
  for (const [piece] of source.matchAll(/\{\{|\}\}|\[\[|\]\]|[[\]]|\{[^{}]*\}|\{|[^{}[\]]+|\}/g)) {
    if (piece === '{') {
      throw new PromptingError(
        'PROMPT_BRACE_OPEN',
        `The prompt has a { without its }: ${source}. A brace is written as {{.`,
        { source },
      );
    }
    if (piece === '{{' || piece === '}}' || piece === '[[') yield { literal: piece.slice(1) };
    else if (piece === '[' || piece === ']' || piece === ']]') yield { bracket: piece };
    else if (piece.startsWith('{')) yield { variable: variableCalled(piece.slice(1, -1).trim(), known) };
    else yield { literal: piece };
  }
}

/** Brackets without a variable between them, and those that nothing closes or opens, are text. */
function withClauses(tokens: readonly Token[]): Part[] {
  const open: Part[][] = [];
  let parts: Part[] = [];
  const close = (): void => {
    const around = open.pop();
    if (around === undefined) parts.push({ literal: ']' });
    else if (variablesIn(parts).length > 0) parts = [...around, { clause: parts }];
    else parts = [...around, { literal: '[' }, ...parts, { literal: ']' }];
  };
  for (const token of tokens) {
    if (!('bracket' in token)) parts.push(token);
    else if (token.bracket === '[') {
      open.push(parts);
      parts = [];
    } else if (token.bracket === ']') close();
    // Two brackets end two clauses where there are two, and are one that is text otherwise.
    else if (open.length < 2) parts.push({ literal: ']' });
    else {
      close();
      close();
    }
  }
  for (const around of open.toReversed()) parts = [...around, { literal: '[' }, ...parts];
  return parts;
}

function variablesIn(parts: readonly Part[]): PromptVariable[] {
  return parts.flatMap((part) => {
    if ('variable' in part) return [part.variable];
    return 'clause' in part ? variablesIn(part.clause) : [];
  });
}

function variableCalled(name: string, known: readonly NamedVariable[]): PromptVariable {
  const variable = known.find((candidate) => candidate === name);
  if (variable !== undefined) return variable;
  if (isXmpVariable(name)) return name;
  const list = known.map((candidate) => `{${candidate}}`).join(', ');
  throw new PromptingError(
    'PROMPT_UNKNOWN_VARIABLE',
    `The prompt has an unknown variable {${name}}. There are: ${list}. Fields of XMP are written as {XMP-photoshop:Headline}, and a brace as {{.`,
    { name, known },
  );
}

/** Stands for a value that is empty, until the gap around it is closed. In no text: values have no control characters. */
const nothing = '\u0000';

function filled(parts: readonly Part[], values: ReadonlyMap<PromptVariable, string>): string {
  const text = textOf(parts, values);
  return text.includes(nothing) ? withoutGaps(text) : text;
}

function textOf(parts: readonly Part[], values: ReadonlyMap<PromptVariable, string>): string {
  return parts
    .map((part) => {
      if ('literal' in part) return part.literal.replaceAll(nothing, ' ');
      if ('variable' in part) return oneLine(values.get(part.variable));
      const isHollow = part.clause.some((own) => 'variable' in own && oneLine(values.get(own.variable)) === nothing);
      return isHollow ? '' : textOf(part.clause, values);
    })
    .join('');
}

/** Names of files and folders are other people's text: no line of theirs begins a line of the prompt. */
function oneLine(value: string | undefined): string {
  const text = (value ?? '').replaceAll(/\s*[\p{Cc}\u2028\u2029]+\s*/gu, ' ').trim();
  return text === '' ? nothing : text;
}

/** An empty value goes with what encloses it, with a comma that only it needed, and with one of the spaces around it. */
function withoutGaps(text: string): string {
  return text
    .replaceAll(/([([{"'“‘«])\s*\0\s*([)\]}"'”’»])/g, nothing)
    .replaceAll(/,\s*\0(?=\s*(,|[.!?;:)\]]|$))/g, '')
    .replace(/^\s*\0\s*,/, '')
    .replaceAll(/\s*\0(?=\s|[.!?;:,)\]]|$)/g, '')
    .replaceAll(/\0/g, '')
    .trim();
}
