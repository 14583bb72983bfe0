/** @file Wildcards in the name of a file or folder, as a shell has them, as an expression for RE2. Pure; any process. */
import { RE2JS } from 're2js';

/** `*`, `?`, `[a-z]`, `[!a]` and a backslash before what stands for itself. @throws SyntaxError where a bracket is not closed */
export function globSource(part: string): string {
  const characters = [...part];
  let source = '';
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === '*') {
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '[') {
      const { source: set, end } = setAt(characters, index);
      source += set;
      index = end;
    } else if (character === '\\') {
      index += 1;
      const escaped = characters[index];
      if (escaped === undefined) throw new SyntaxError('A backslash ends the pattern.');
      source += RE2JS.quote(escaped);
    } else {
      source += RE2JS.quote(character);
    }
  }
  return source;
}

/** One of several characters: `[abc]`, `[a-z]`, `[!a]`, `[[:digit:]]`; a bracket right at the start is one of them. */
function setAt(characters: readonly string[], start: number): { readonly source: string; readonly end: number } {
  let index = start + 1;
  const isNegated = characters[index] === '!' || characters[index] === '^';
  if (isNegated) index += 1;
  const first = index;
  let members = '';
  for (; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === ']' && index > first) {
      return { source: isNegated ? `[^/${members}]` : `[${members}]`, end: index };
    }
    const named = /^\[:\w+:\]/.exec(characters.slice(index).join(''))?.[0];
    if (named !== undefined) {
      members += named;
      index += named.length - 1;
    } else if (character === '\\') {
      index += 1;
      members += escapedMember(characters[index] ?? '');
    } else {
      const isRange = character === '-' && index > first && characters[index + 1] !== ']';
      members += isRange ? '-' : escapedMember(character);
    }
  }
  throw new SyntaxError('A bracket is not closed.');
}

function escapedMember(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}
