/** @file Prompts with variables: `a photo from {folder} of`. `{{` and `}}` stand for braces. Pure. */
import { PromptingError } from './promptingError.ts';

/** Facts about the photo. */
export const photoVariables = ['folder', 'file', 'date', 'tags'] as const;
export type PhotoVariable = (typeof photoVariables)[number];

/** What a preset for questions puts the person's own question in place of. */
export const questionVariable = 'question';
export type PromptVariable = PhotoVariable | typeof questionVariable;

export interface PromptTemplate {
  /** As it was written: the same for all photos. */
  readonly source: string;
  readonly variables: ReadonlySet<PromptVariable>;
  fill(values: ReadonlyMap<PromptVariable, string>): string;
}

type Part = { readonly literal: string } | { readonly variable: PromptVariable };

/** @throws PromptingError PROMPT_UNKNOWN_VARIABLE or PROMPT_BRACE_OPEN */
export function promptTemplate(source: string, known: readonly PromptVariable[]): PromptTemplate {
  const parts = [...partsOf(source, known)];
  return {
    source,
    variables: new Set(parts.flatMap((part) => ('variable' in part ? [part.variable] : []))),
    fill: (values) => filled(parts, values),
  };
}

function* partsOf(source: string, known: readonly PromptVariable[]): Generator<Part> {
  for (const [piece] of source.matchAll(/\{\{|\}\}|\{[^{}]*\}|\{|[^{}]+|\}/g)) {
    if (piece === '{') {
      throw new PromptingError(
        'PROMPT_BRACE_OPEN',
        `The prompt has a { without its }: ${source}. A brace is written as {{.`,
        { source },
      );
    }
    if (piece === '{{' || piece === '}}') yield { literal: piece.slice(1) };
    else if (piece.startsWith('{')) yield { variable: variableCalled(piece.slice(1, -1).trim(), known) };
    else yield { literal: piece };
  }
}

function variableCalled(name: string, known: readonly PromptVariable[]): PromptVariable {
  const variable = known.find((candidate) => candidate === name);
  if (variable !== undefined) return variable;
  const list = known.map((candidate) => `{${candidate}}`).join(', ');
  throw new PromptingError(
    'PROMPT_UNKNOWN_VARIABLE',
    `The prompt has an unknown variable {${name}}. There are: ${list}. A brace is written as {{.`,
    { name, known },
  );
}

/** Stands for a value that is empty, until the gap around it is closed. In no text: values have no control characters. */
const nothing = '\u0000';

function filled(parts: readonly Part[], values: ReadonlyMap<PromptVariable, string>): string {
  const text = parts
    .map((part) => ('literal' in part ? part.literal.replaceAll(nothing, ' ') : oneLine(values.get(part.variable))))
    .join('');
  return text.includes(nothing) ? withoutGaps(text) : text;
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
