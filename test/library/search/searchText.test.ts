/** @file Words: how texts are prepared, and what is found by them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxWords } from '../../../main/library/catalog/search/fullText.ts';
import { phrasesOf } from '../../../main/library/query/patternMatch.ts';
import { nameOrder } from '../../../main/library/text/nameOrder.ts';
import { foldText, searchableText } from '../../../main/library/text/searchableText.ts';
import { type SearchLibrary, searchLibrary } from './searchLibrary.ts';

describe('Text', () => {
  it.each([
    ['Äpfel ÉTÉ', 'apfel ete'],
    ['straße', 'strasse'],
    ['Łódź', 'lodz'],
    ['İstanbul', 'istanbul'],
    ['ＦＵＬＬ１２', 'full12'],
    ['ガス', 'ガス'],
    ['й', 'и'],
  ])('%s folds to %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
    expect(foldText(text.normalize('NFD'))).toBe(folded);
  });

  it.each([
    ['IMG_1234.JPG', 'img 1234 jpg'],
    ['犬と猫', '犬 と 猫'],
    ['a犬b', 'a 犬 b'],
    ['한국 사진', '한 국 사 진'],
    ['  --  ', ''],
  ])('%s has the words %s', (text, words) => {
    expect(searchableText(text)).toBe(words);
  });

  it('keeps emoji apart, each as a word of its own', () => {
    const [beach, palm, ...rest] = searchableText('🏖🌴').split(' ');
    expect(rest).toEqual([]);
    expect(beach).not.toBe(palm);
  });

  it('is cut into phrases where a wildcard stands alone', () => {
    const [literal, any] = [(text: string) => ({ kind: 'literal', text }) as const, { kind: 'any' } as const];
    expect(phrasesOf([literal('犬'), any, literal('猫')])).toEqual([['犬'], ['猫']]);
    expect(phrasesOf([literal('IMG_12'), any])).toEqual([['img', '12*']]);
    expect(phrasesOf([any])).toEqual([]);
  });

  it('of names sorts by the value of numbers', () => {
    const names = ['b', 'IMG_10.jpg', 'IMG_9.jpg', 'img_09b.jpg', 'a', 'IMG_.jpg', 'IMG_100.jpg'];
    const inOrder = names.sort((a, b) => (nameOrder(a) < nameOrder(b) ? -1 : 1));
    expect(inOrder).toEqual(['a', 'b', 'IMG_.jpg', 'IMG_9.jpg', 'img_09b.jpg', 'IMG_10.jpg', 'IMG_100.jpg']);
  });
});

describe('Words find', () => {
  let library: SearchLibrary;

  beforeAll(async () => {
    library = await searchLibrary();
    const { add, catalog } = library;
    add('a.jpg', { caption: 'A black dog, on the beach!', tags: ['Places/Nizza'] });
    const second = add('b.jpg', { caption: 'A dog and a black cat', answers: { 'Is it indoors?': 'maybe' } });
    add('c.jpg', { caption: 'Kühe im Grünen' });
    add('犬と猫.jpg', { caption: '草原で走る犬' });
    add('e.jpg', { caption: 'サッカー 🏖 東京都' });
    add('IMG_2024.jpg', { caption: 'hotdogs; DROP TABLE photo' });
    const run = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Captions' } });
    catalog.captions.add(second, run, { text: 'an animal indoors', source: 'model' });
  });

  afterAll(() => library[Symbol.asyncDispose]());

  it.each([
    ['dog', 'a.jpg', 'b.jpg'],
    ['DOG', 'a.jpg', 'b.jpg'],
    ['dog black', 'a.jpg', 'b.jpg'],
    ['"black dog"', 'a.jpg'],
    ['black-dog', 'a.jpg'],
    ['dog -beach', 'b.jpg'],
    ['-dog -c', 'e.jpg', 'IMG_2024.jpg', '犬と猫.jpg'],
    ['beach OR cat', 'a.jpg', 'b.jpg'],
    ['(beach OR cat) dog', 'a.jpg', 'b.jpg'],
    ['beach OR -dog', 'a.jpg', 'c.jpg', 'e.jpg', 'IMG_2024.jpg', '犬と猫.jpg'],
    ['dog OR tagged:yes', 'a.jpg', 'b.jpg'],
    ['dog*', 'a.jpg', 'b.jpg'],
    ['*dog*', 'a.jpg', 'b.jpg', 'IMG_2024.jpg'],
    ['*dogs', 'IMG_2024.jpg'],
    ['d?g', 'a.jpg', 'b.jpg'],
    ['d?', ...[]],
    ['img_20*', 'IMG_2024.jpg'],
    ['i?g_2024', 'IMG_2024.jpg'],
    ['*zzz*', ...[]],
    ['-*zzz* dog', 'a.jpg', 'b.jpg'],
    ['kuhe', 'c.jpg'],
    ['KÜHE', 'c.jpg'],
    ['"kühe im grünen"', 'c.jpg'],
    ['nizza', 'a.jpg'],
    ['places', 'a.jpg'],
    ['maybe', 'b.jpg'],
    ['animal', 'b.jpg'],
    ['caption:maybe', ...[]],
    ['犬', '犬と猫.jpg'],
    ['走る', '犬と猫.jpg'],
    ['草原', '犬と猫.jpg'],
    ['原で', '犬と猫.jpg'],
    ['原走', ...[]],
    ['犬*猫', '犬と猫.jpg'],
    ['東京', 'e.jpg'],
    ['京都', 'e.jpg'],
    ['🏖', 'e.jpg'],
    ['🌴', ...[]],
    ['サッカー', 'e.jpg'],
  ])('%s', (query, ...names) => {
    expect(library.find(query)).toEqual(names);
  });

  it('no phrase that would begin in one text and end in another', () => {
    expect(library.find('"indoors a dog"')).toEqual([]);
    expect(library.find('"cat an animal"')).toEqual([]);
  });

  it('follow what is written, removed and reverted', async () => {
    await using changing = await searchLibrary();
    const { catalog, add, find } = changing;
    const id = add('x.jpg', { caption: 'one', tags: ['sea'] });
    catalog.captions.write(id, 'two');
    expect([find('one'), find('two')]).toEqual([[], ['x.jpg']]);
    const [tag] = catalog.tags.of(id);
    catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Untag' } }, (run) =>
      catalog.tags.remove(tag?.id ?? 0, run),
    );
    expect([find('sea'), find('tagged:yes')]).toEqual([[], []]);
  });

  it.each([
    `'; DROP TABLE photo; --`,
    '" OR 1=1 --',
    `tag:"x') OR 1=1 --"`,
    `name:"%' OR '1'='1"`,
    `answer:"a'"="b'); DELETE FROM photo; --"`,
    'NEAR(dog cat)',
    '{caption}',
    'caption:"{name} : x"',
    'rowid:1'.replace(':', ' '),
    'photo_text MATCH dog',
    '^dog + cat',
    '[a-z]*',
    `camera:"']"`,
    `lens:"[*]"`,
    'folder:"%"',
  ])('nothing of the database: %s', (query) => {
    const before = library.find('').length;
    try {
      library.find(query);
    } catch (error) {
      expect(error).toMatchObject({ code: 'QUERY_INVALID' });
    }
    expect(library.find('')).toHaveLength(before);
  });

  it('nothing where a wildcard stands for too many words, and say which', async () => {
    await using crowded = await searchLibrary();
    const words = Array.from({ length: maxWords + 1 }, (_, index) => `w${index}x`);
    crowded.add('y.jpg', { caption: words.join(' ') });
    expect(() => crowded.find('dog *w*')).toThrow('tooManyWords');
    expect(crowded.find('*1234x')).toEqual(['y.jpg']);
    expect(crowded.find('*23x'), 'a few dozen words').toEqual(['y.jpg']);
    expect(crowded.find('*3*x -*nothing*'), 'many words').toEqual(['y.jpg']);
    expect(crowded.find('-*3*x')).toEqual([]);
    expect(crowded.find('caption:*3*x')).toEqual(['y.jpg']);
  });

  it('what the longest queries ask for, too: SQLite and FTS5 have limits of their own', () => {
    const many = (part: (index: number) => string, separator: string) =>
      Array.from({ length: 90 }, (_, index) => part(index)).join(separator);
    expect(library.find(`dog ${many((index) => `-w${index}`, ' ')}`)).toEqual(['a.jpg', 'b.jpg']);
    expect(library.find(`dog OR ${many((index) => `"w${index} x*"`, ' OR ')}`)).toEqual(['a.jpg', 'b.jpg']);
    expect(library.find(`dog ${many((index) => `-tag:w${index}`, ' ')}`)).toEqual(['a.jpg', 'b.jpg']);
    expect(library.find(`dog ${many((index) => `-near:${index},0,1m`, ' ')}`)).toEqual(['a.jpg', 'b.jpg']);
    expect(library.find(`${'(dog OR (x '.repeat(20)}y${'))'.repeat(20)}`)).toEqual(['a.jpg', 'b.jpg']);
    const nested = `${'-(x OR (y '.repeat(24)}dog${'))'.repeat(24)}`;
    expect(library.find(nested).length + library.find(`-(${nested})`).length).toBe(library.find('').length);
  });

  it('nothing where there is no letter to search for', () => {
    expect(() => library.find('caption:"!?"')).toThrow('nothingToSearchFor');
  });
});
