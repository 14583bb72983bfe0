/** @file The query language: what it means, where it is wrong, and back to text. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldNames, fields } from '../../../main/library/query/fields.ts';
import { parseQuery, queryLimits } from '../../../main/library/query/parseQuery.ts';
import { printQuery } from '../../../main/library/query/printQuery.ts';
import { QueryError } from '../../../main/library/query/queryError.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';

const canonical = (text: string) => printQuery(parseQuery(text));

describe('A query', () => {
  it.each([
    ['', ''],
    ['   ', ''],
    ['dog', 'dog'],
    ['dog cat', 'dog cat'],
    ['dog AND cat', 'dog cat'],
    ['dog OR cat', 'dog OR cat'],
    ['a b OR c d', 'a b OR c d'],
    ['a (b OR c) d', 'a (b OR c) d'],
    ['(a OR b) OR c', 'a OR b OR c'],
    ['((a)) ((b c))', 'a b c'],
    ['NOT dog', '-dog'],
    ['-dog', '-dog'],
    ['NOT NOT dog', 'dog'],
    ['a -(b OR c)', 'a -(b OR c)'],
    ['a AND NOT b', 'a -b'],
    ['"black dog"', '"black dog"'],
    ['“black dog”', '"black dog"'],
    ['"say \\"hi\\""', '"say \\"hi\\""'],
    ['and or not', 'and or not'],
    ['"AND"', '"AND"'],
    ['bread & butter', 'bread butter'],
    ['what is this ?', 'what is this'],
    ['d?g *dog* do*', 'd?g *dog* do*'],
    ['"dog"', '"dog"'],
    ['12:30', '12\\:30'],
    ['\\-5', '\\-5'],
    ['caption:dog', 'caption:dog'],
    ['title:dog', 'title:dog'],
    ['Person:ann', 'person:ann'],
    ['keyword:=places/france', 'keyword:=places/france'],
    ['place:"old port"', 'place:"old port"'],
    ['label:none', 'label:none'],
    ['caption:"dog"', 'caption:"dog"'],
    ['caption:dog" "cat', 'caption:dog" "cat'],
    ['tag:beach', 'tag:beach'],
    ['TAG:beach', 'tag:beach'],
    ['tag:"new york"*', 'tag:"new york"*'],
    ['tag:=places/france', 'tag:=places/france'],
    ['tag:none', 'tag:none'],
    ['tag:"none"', 'tag:"none"'],
    ['-tag:beach', '-tag:beach'],
    ['folder:C:\\Photos\\2024', 'folder:"C:\\\\Photos\\\\2024"'],
    ['answer:"is it indoors?"=yes', 'answer:"is it indoors?"=yes'],
    ['answer:"a=b"="c d"', 'answer:"a=b"="c d"'],
    ['answer:*=yes', 'answer:**=yes'],
    ['answer:people>3', 'answer:people>3'],
    ['-answer:"how many?"≤2.50', '-answer:"how many?"<=2.50'],
    ['answer:a=">3"', 'answer:a=">3"'],
    ['itm:0.2..0.5', 'itm:0.2..0.5'],
    ['itm:=0.5', 'itm:0.5'],
    ['size:>5mb', 'size:>5MB'],
    ['size:1.5G', 'size:1.5GB'],
    ['exposure:1/250', 'exposure:1/250'],
    ['iso:..400', 'iso:<=400'],
    ['taken:2024-05..2024-07', 'taken:2024-05..2024-07'],
    ['taken:2024/5/1', 'taken:2024-05-01'],
    ['taken:2024-05-01T14:30', 'taken:2024-05-01T14:30'],
    ['taken:..2024', 'taken:<=2024'],
    ['added:today', 'added:today'],
    ['added:7d', 'added:>=7d'],
    ['added:2w..7d', 'added:14d..7d'],
    ['near:48.85,2.35,10km', 'near:48.85,2.35,10000m'],
    ['within:-43.5,170,-40,-175.25', 'within:-43.5,170,-40,-175.25'],
    ['similar:12', 'similar:12'],
    ['similar:12,IMG_1.jpg,12,"12",', 'similar:12,IMG_1.jpg,"12"'],
    ['-similar:"a b.jpg","c,d.jpg"', '-similar:"a b.jpg","c,d.jpg"'],
    ['similar:trip/"IMG 1".jpg', 'similar:"trip/IMG 1.jpg"'],
    ['captioned:true', 'captioned:yes'],
    ['caption:"black dog"', 'caption:"black dog"'],
    ['run:12', 'run:12'],
  ])('%s is written %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
    expect(canonical(expected)).toBe(expected);
  });

  it('binds NOT tighter than AND, and AND tighter than OR', () => {
    expect(parseQuery('a OR NOT b c')).toMatchObject({
      kind: 'or',
      operands: [{ kind: 'words' }, { kind: 'and', operands: [{ kind: 'not' }, { kind: 'words' }] }],
    });
  });

  it('knows where each filter stands', () => {
    expect(parseQuery('🐕 tag:beach')).toMatchObject({
      operands: [{ span: { offset: 0, length: 2 } }, { span: { offset: 3, length: 9 } }],
    });
  });

  it('has an example of every field that it understands', () => {
    expect(fieldNames.map((name) => parseQuery(fields[name].example))).toHaveLength(fieldNames.length);
  });
});

describe('The documentation', () => {
  const text = readFileSync(new URL('../../../docs/search.md', import.meta.url), 'utf8');

  it('shows the example of every field', () => {
    expect(Object.values(fields).filter(({ example }) => !text.includes(example))).toEqual([]);
  });

  it('shows queries that are queries', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const queries = rows.flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
    );
    expect(queries.length).toBeGreaterThan(35);
    for (const query of queries) expect(errorOf(query), query).toBeNull();
  });
});

describe('A query that is wrong points at what is', () => {
  it.each([
    ['dog tga:beach', 4, 4, 'tag:', 'Did you mean tag:?'],
    ['date:2024', 0, 5, 'taken:', 'Did you mean taken:?'],
    ['keywords:sea', 0, 9, 'keyword:', 'Did you mean keyword:?'],
    ['city:paris', 0, 5, 'place:', 'Did you mean place:?'],
    ['http://example.org', 0, 5, null, 'There is no field http.'],
    ['a "b c', 2, 1, null, 'not closed'],
    ['(a b', 0, 1, null, 'not closed'],
    ['a )', 2, 1, null, 'no opening one'],
    [')', 0, 1, null, 'no opening one'],
    ['a ()', 2, 2, null, 'nothing between'],
    ['AND b', 0, 3, 'and', 'something before'],
    ['a AND OR b', 6, 2, 'or', 'something before'],
    ['a OR', 2, 2, null, 'something after'],
    ['a (b OR)', 5, 2, null, 'something after'],
    ['a NOT', 2, 3, null, 'something after'],
    ['tag:', 4, 0, null, 'needs a value'],
    ['tag:=', 4, 1, null, 'needs a value'],
    ['tag:""', 6, 0, null, 'needs a value'],
    ['captioned:nn', 10, 2, 'no', 'is yes or no'],
    ['source:humans', 7, 6, 'human', 'human, model or import'],
    ['itm:0,5', 4, 3, '0.5', 'point'],
    ['itm:high', 4, 4, null, 'not a number'],
    ['itm:0.5..0.2', 4, 8, '0.2..0.5', 'ends before it begins'],
    ['itm:5MB', 4, 3, null, 'not a number'],
    ['width:1/0', 6, 3, null, 'not a number'],
    ['taken:31.12.2023', 6, 10, '2023-12-31', 'not a date'],
    ['taken:5.6.2023', 6, 8, null, 'not a date'],
    ['taken:2023-02-29', 6, 10, null, 'not on the calendar'],
    ['taken:2024..2023', 6, 10, '2023..2024', 'ends before it begins'],
    ['taken:..', 6, 2, null, 'not a date'],
    ['within:1,2,3', 7, 5, null, 'south, west, north and east'],
    ['within:3,2,1,4', 7, 7, null, 'south, west, north and east'],
    ['within:1,2,3,4,5', 7, 9, null, 'south, west, north and east'],
    ['within:1,182,3,4', 9, 3, null, 'between -180 and 180'],
    ['like:12', 0, 5, 'similar:', 'Did you mean similar:?'],
    ['similar:', 8, 0, null, 'similar:IMG_1234.jpg'],
    ['similar:,', 8, 1, null, 'similar:IMG_1234.jpg'],
    ['similar:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,2,21', 61, 2, null, 'at most 20 photos'],
    ['near:48.85,2.35', 5, 10, null, 'latitude, longitude and distance'],
    ['near:98,2,10km', 5, 2, null, 'between -90 and 90'],
    ['near:48,2,10furlongs', 10, 10, null, 'not a number'],
    ['answer:=yes', 7, 4, null, 'question is missing'],
    ['answer:indoors=', 15, 0, null, 'answer is missing'],
    ['answer:people>', 14, 0, null, 'answer is missing'],
    ['answer:people>many', 14, 4, null, 'answer:people>3'],
  ])('%s at %i, %i characters', (text, offset, length, suggestion, message) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ code: 'QUERY_INVALID', details: { offset, length, suggestion } });
    expect(sentence(text)).toContain(message);
    const chinese = sentence(text, texts.zh);
    expect(chinese).toMatch(/\p{Script=Han}/u);
    expect(chinese).not.toMatch(/undefined|搜索条件无效|QUERY/);
  });

  it('is refused when it is longer, or nested deeper, than anybody types', () => {
    expect(sentence('a'.repeat(queryLimits.characters + 1))).toContain('too long');
    expect(sentence('a '.repeat(queryLimits.terms + 1))).toContain('too many parts');
    const { depth } = queryLimits;
    expect(errorOf(`${'('.repeat(depth)}a${')'.repeat(depth)}`)).toBeNull();
    expect(sentence(`${'('.repeat(depth + 1)}a${')'.repeat(depth + 1)}`)).toContain('too deeply');
  });
});

describe('Any text at all', () => {
  const pieces = [
    ...fieldNames.map((name) => fields[name].example),
    ...fieldNames.map((name) => `${name}:`),
    ...['answer:people>3', 'answer:"a b"<=', 'answer:season=', '2..5', '≥'],
    ...['AND', 'OR', 'NOT', '-', '(', ')', '"', '“', '\\', '*', '?', ':', '=', '..', '>', '<=', ' ', '\t', ',', '/'],
    ...[
      'dog',
      'Äpfel',
      '犬と猫',
      '🏖',
      '\ud83c',
      '\u0000',
      '2024-13',
      '1e9',
      '0.5',
      '-5',
      'none',
      'any',
      'é',
      '…',
      'today',
    ],
  ];

  it('is either a query, which is the same once printed, or an error inside the text', () => {
    const random = randomNumbers(20_240_615);
    let queries = 0;
    for (let round = 0; round < 8000; round += 1) {
      const text = Array.from(
        { length: Math.floor(random() * 9) },
        () => (pieces[Math.floor(random() * pieces.length)] ?? '') + (random() < 0.4 ? ' ' : ''),
      ).join('');
      const error = errorOf(text);
      if (error === null) {
        queries += 1;
        const printed = canonical(text);
        expect(withoutSpans(printed), text).toEqual(withoutSpans(text));
      } else {
        const { offset, length } = error.span;
        expect(offset >= 0 && length >= 0 && offset + length <= text.length, text).toBe(true);
      }
    }
    expect(queries).toBeGreaterThan(800);
  });
});

/** Fails the test for any other error. */
function errorOf(text: string): QueryError | null {
  try {
    parseQuery(text);
    return null;
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
}

/** What is read of it. */
function sentence(query: string, language = texts.en): string {
  const error = errorOf(query);
  return error === null ? '' : errorText(error, language);
}

function withoutSpans(text: string): unknown {
  return JSON.parse(JSON.stringify(parseQuery(text), (key, value) => (key === 'span' ? undefined : value)));
}
