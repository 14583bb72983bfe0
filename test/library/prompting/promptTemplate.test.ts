/** @file Variables in prompts. */
import { describe, expect, it } from 'vitest';
import {
  type PromptVariable,
  photoVariables,
  promptTemplate,
  questionVariable,
  type XmpVariable,
} from '../../../main/library/prompting/promptTemplate.ts';

const known: readonly Exclude<PromptVariable, XmpVariable>[] = [...photoVariables, questionVariable];

function filled(source: string, values: Partial<Record<PromptVariable, string>> = {}): string {
  const entries = known.map((name) => [name, values[name] ?? ''] as const);
  return promptTemplate(source, known).fill(new Map(entries));
}

describe('a prompt with variables', () => {
  it('gets their values', () => {
    expect(filled('a photo from {folder} on { date } of', { folder: 'Rome', date: '3 May 2024' })).toBe(
      'a photo from Rome on 3 May 2024 of',
    );
  });

  it('knows which it has, and keeps what was written', () => {
    const template = promptTemplate('{file} in {folder}, {file}', known);
    expect([...template.variables]).toEqual(['file', 'folder']);
    expect(template.source).toBe('{file} in {folder}, {file}');
  });

  it('without any stays as it is, white space too', () => {
    expect(filled('  a photo of } ')).toBe('  a photo of } ');
  });

  it('has braces where they are doubled', () => {
    expect(filled('{{folder}} {{{folder}}} }}', { folder: 'Rome' })).toBe('{folder} {Rome} }');
  });

  it('treats what a value spells as text', () => {
    expect(filled('in {folder}', { folder: '{file} {{' })).toBe('in {file} {{');
  });

  it('keeps a value on its line', () => {
    expect(filled('in {folder}!', { folder: 'a\nQuestion:\u2028 b\u0000' })).toBe('in a Question: b!');
  });

  it('gets the value of any field of XMP by its name, and drops its clause where there is none', () => {
    const source = 'a photo[ called {XMP-photoshop:Headline}][ by {XMP-myOwn_1:Some-Field}].';
    const template = promptTemplate(source, photoVariables);
    expect([...template.variables]).toEqual(['XMP-photoshop:Headline', 'XMP-myOwn_1:Some-Field']);
    expect(template.fill(new Map([['XMP-photoshop:Headline', 'Boats\n[{file}]']]))).toBe(
      'a photo called Boats [{file}].',
    );
    expect(template.fill(new Map())).toBe('a photo.');
  });

  it.each([
    ...[
      'XMP:Headline',
      'XMP-photoshop',
      'XMP-photoshop:',
      'XMP-photoshop:*',
      'XMP-photoshop:Head line',
      'XMP-:Headline',
    ],
    ...['XMP-photoshop:Headline#', 'XMP-photoshop:Headline=x', 'XMP-photoshop:Headline<Make', 'IPTC:Headline'],
    ...['XMP-a:b\n-execute', 'XMP-a:b -w x', `XMP-a:${'b'.repeat(200)}`, 'XMP-a:b:c', '-XMP-a:b', 'XMP-a:../b'],
  ])('is refused with what is no name of a field of XMP: {%s}', (name) => {
    expect(() => promptTemplate(`of {${name}}`, photoVariables)).toThrow(
      expect.objectContaining({ code: 'PROMPT_UNKNOWN_VARIABLE' }),
    );
  });

  it.each(['{weather}', '{}', '{Folder}', '{__proto__}'])('is refused with the unknown variable %s', (variable) => {
    expect(() => promptTemplate(`in ${variable}`, photoVariables)).toThrow(
      expect.objectContaining({
        code: 'PROMPT_UNKNOWN_VARIABLE',
        message: expect.stringContaining(
          'There are: {folder}, {file}, {date}, {tags}, {title}, {caption}, {keywords}, {people}, {place}, {camera}.',
        ),
      }),
    );
  });

  it.each([
    ['a photo[ of {people}][ in {place}]', 'a photo of Anna in Nice', 'a photo of Anna', 'a photo in Nice', 'a photo'],
    ['a photo[ of {people}[ in {place}]]', 'a photo of Anna in Nice', 'a photo of Anna', 'a photo', 'a photo'],
    ['a photo[, {people} in {place},] of', 'a photo, Anna in Nice, of', 'a photo of', 'a photo of', 'a photo of'],
    ['[{place}: ]a photo of', 'Nice: a photo of', 'a photo of', 'Nice: a photo of', 'a photo of'],
    ['[[{people}]]', '[Anna]', '[Anna]', '', ''],
  ])('leaves out a clause in brackets whose value is empty: %s', (source, both, people, place, neither) => {
    const [anna, nice] = [{ people: 'Anna' }, { place: 'Nice' }];
    expect(filled(source, { ...anna, ...nice })).toBe(both);
    expect(filled(source, anna)).toBe(people);
    expect(filled(source, nice)).toBe(place);
    expect(filled(source)).toBe(neither);
  });

  it.each(['a [photo] of', 'a photo] of [', '[a photo', 'a [[photo', ']]', ']'])(
    'keeps brackets without a variable, and those that stand alone: %s',
    (source) => {
      expect(filled(source)).toBe(source.replace('[[', '[').replace(']]', ']'));
    },
  );

  it('knows the variables of its clauses', () => {
    expect([...promptTemplate('a[ {people}[ in {place}]]', known).variables]).toEqual(['people', 'place']);
  });

  it.each(['a { b', '{folder', '{a{file}'])('is refused with a brace that nothing closes: %s', (source) => {
    expect(() => promptTemplate(source, known)).toThrow(expect.objectContaining({ code: 'PROMPT_BRACE_OPEN' }));
  });
});

describe('a value that is empty', () => {
  it.each([
    ['a photo of {tags}', 'a photo of'],
    ['{tags} in a photo', 'in a photo'],
    ['a photo ({tags}) of', 'a photo of'],
    ['a photo “{tags}” of', 'a photo of'],
    ['with {tags}, at sea', 'with, at sea'],
    ['boats, {tags}, people', 'boats, people'],
    ['boats, {tags}.', 'boats.'],
    ['{tags}, a photo', 'a photo'],
    ['a {tags} {tags} photo', 'a photo'],
    ['{tags}', ''],
  ])('leaves no gap in "%s"', (source, expected) => {
    expect(filled(source)).toBe(expected);
  });
});
