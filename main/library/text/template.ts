/**
 * @file Texts with variables: `a photo from {folder} of`. What stands in brackets, `a photo[ of {people}]`, is there where
 * all its values are. `{{`, `}}`, `[[` and `]]` stand for braces and brackets. Pure.
 */

export interface Template<Variable extends string> {
  /** As it was written: the same for all photos. */
  readonly source: string;
  readonly variables: ReadonlySet<Variable>;
  fill(values: ReadonlyMap<Variable, string>): string;
}

export interface TemplateRules<Variable extends string> {
  /** @throws an error for a name that is none */
  variableCalled(name: string): Variable;
  /** A `{` has no `}`. */
  braceOpen(): Error;
}

type Part<Variable> =
  | { readonly literal: string }
  | { readonly variable: Variable }
  | { readonly clause: readonly Part<Variable>[] };

/** @throws the errors of the rules */
export function template<Variable extends string>(source: string, rules: TemplateRules<Variable>): Template<Variable> {
  const parts = withClauses([...tokensOf(source, rules)]);
  return {
    source,
    variables: new Set(variablesIn(parts)),
    fill: (values) => filled(parts, values),
  };
}

type Token<Variable> = Exclude<Part<Variable>, { readonly clause: unknown }> | { readonly bracket: '[' | ']' | ']]' };

function* tokensOf<Variable extends string>(
  source: string,
  rules: TemplateRules<Variable>,
): Generator<Token<Variable>> {
  for (const [piece] of source.matchAll(/\{\{|\}\}|\[\[|\]\]|[[\]]|\{[^{}]*\}|\{|[^{}[\]]+|\}/g)) {
    if (piece === '{') throw rules.braceOpen();
    if (piece === '{{' || piece === '}}' || piece === '[[') yield { literal: piece.slice(1) };
    else if (piece === '[' || piece === ']' || piece === ']]') yield { bracket: piece };
    else if (piece.startsWith('{')) yield { variable: rules.variableCalled(piece.slice(1, -1).trim()) };
    else yield { literal: piece };
  }
}

/** Brackets without a variable between them, and those that nothing closes or opens, are text. */
function withClauses<Variable>(tokens: readonly Token<Variable>[]): Part<Variable>[] {
  const open: Part<Variable>[][] = [];
  let parts: Part<Variable>[] = [];
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

function variablesIn<Variable>(parts: readonly Part<Variable>[]): Variable[] {
  return parts.flatMap((part) => {
    if ('variable' in part) return [part.variable];
    return 'clause' in part ? variablesIn(part.clause) : [];
  });
}

/** Stands for a value that is empty, until the gap around it is closed. In no text: values have no control characters. */
const nothing = '\u0000';

function filled<Variable>(parts: readonly Part<Variable>[], values: ReadonlyMap<Variable, string>): string {
  const text = textOf(parts, values);
  return text.includes(nothing) ? withoutGaps(text) : text;
}

function textOf<Variable>(parts: readonly Part<Variable>[], values: ReadonlyMap<Variable, string>): string {
  return parts
    .map((part) => {
      if ('literal' in part) return part.literal.replaceAll(nothing, ' ');
      if ('variable' in part) return oneLine(values.get(part.variable));
      const isHollow = part.clause.some((own) => 'variable' in own && oneLine(values.get(own.variable)) === nothing);
      return isHollow ? '' : textOf(part.clause, values);
    })
    .join('');
}

/** Names of files and folders are other people's text: no line of theirs begins a line of the text. */
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
