/** @file Keyword lists as Lightroom, digiKam, text editors and spreadsheets write them. */
import { describe, expect, it } from 'vitest';
import {
  type KeywordListOptions,
  keywordListText,
  readKeywordList,
  readKeywordPaths,
  writeKeywordPaths,
} from '../../../main/library/interchange/keywordList.ts';

async function read(text: string, options?: KeywordListOptions) {
  const { tags, remarks } = await readKeywordList(text, options);
  return {
    tags: tags.map(({ path, synonyms }) => (synonyms.length === 0 ? path : [path, ...synonyms])),
    remarks: remarks.map(({ line, text: of, kind }) => [line, of, kind]),
  };
}

describe("Lightroom's keyword export", () => {
  it('gives a tag for each line, with its parents, and synonyms in braces', async () => {
    const text =
      'Animals\r\n\tBirds\r\n\t\t{avians}\r\n\t\t{feathered friends}\r\n\t\tEagle\r\n\tDogs\r\nSea\r\n\t{ocean}\r\n';
    expect(await read(text)).toEqual({
      tags: [
        'Animals',
        ['Animals/Birds', 'avians', 'feathered friends'],
        'Animals/Birds/Eagle',
        'Animals/Dogs',
        ['Sea', 'ocean'],
      ],
      remarks: [],
    });
  });

  it('groups by what is in brackets, which is no tag itself', async () => {
    expect((await read('[WHERE]\n\tFrance\n\t\tParis\n[WHO]\n\tAnna')).tags).toEqual([
      'WHERE/France',
      'WHERE/France/Paris',
      'WHO/Anna',
    ]);
  });

  it('keeps commas in names, and puts a division slash for a slash', async () => {
    expect(await read('Towns\n\tParis, Texas\n\tAC/DC')).toEqual({
      tags: ['Towns', 'Towns/Paris, Texas', 'Towns/AC∕DC'],
      remarks: [[3, 'Towns/AC∕DC', 'slash']],
    });
  });

  it('says which synonyms have no keyword, and which another keyword has already', async () => {
    expect(await read('\t{lost}\n[GROUP]\n\t{of a group}\nsea\n\t{water}\nriver\n\t{Water}\n\t{stream}')).toEqual({
      tags: [
        ['sea', 'water'],
        ['river', 'stream'],
      ],
      remarks: [
        [1, '{lost}', 'noTag'],
        [3, '{of a group}', 'noTag'],
        [7, 'Water', 'synonymTaken'],
      ],
    });
  });
});

describe('a list of paths', () => {
  it.each([['places/France/Paris'], ['/places/France/Paris'], ['places|France|Paris'], ['places > France > Paris']])(
    'reads %s',
    async (path) => {
      expect((await read(`things\n${path}`)).tags).toEqual(['things', 'places/France/Paris']);
    },
  );

  it('has synonyms in braces behind a path', async () => {
    expect((await read('dog {puppy} {hound}\nsea')).tags).toEqual([['dog', 'puppy', 'hound'], 'sea']);
  });

  it('parts a single line at commas, and more lines where commas are said to separate', async () => {
    expect((await read('boat, sea,sunset,')).tags).toEqual(['boat', 'sea', 'sunset']);
    expect((await read('Paris, Texas\nsea')).tags).toEqual(['Paris, Texas', 'sea']);
    expect((await read('boat, sea\n sky', { commasSeparate: true })).tags).toEqual(['boat', 'sea', 'sky']);
  });

  it('has each tag once, whatever its capitals, with the synonyms of all lines', async () => {
    expect((await read('Sea {ocean}\nsea {the deep}')).tags).toEqual([['Sea', 'ocean', 'the deep']]);
  });

  it('leaves out what cannot be a tag, and says in which line', async () => {
    expect((await read(`sea\na//b\n${'x'.repeat(1001)}`)).remarks).toEqual([
      [2, 'a//b', 'invalid'],
      [3, 'x'.repeat(200), 'invalid'],
    ]);
  });
});

describe('a table', () => {
  it('with a header has a column for tags and one for synonyms', async () => {
    expect((await read('keyword;synonyms\n"places/Paris; the city";"Lutetia, Paname"\nsea;')).tags).toEqual([
      ['places/Paris; the city', 'Lutetia', 'Paname'],
      'sea',
    ]);
  });

  it('named .csv has a level a column, where an empty cell repeats the row above', async () => {
    const text = 'Level 1,Level 2,Level 3\nplaces,,\n,France,\n,,Paris\n,,Lyon\nthings,boat,';
    expect((await read(text, { fileName: 'my tags.CSV' })).tags).toEqual([
      'places',
      'places/France',
      'places/France/Paris',
      'places/France/Lyon',
      'things/boat',
    ]);
  });

  it('whose quotes do not end is refused with a remark', async () => {
    expect((await read('keyword,synonyms\n"sea', { fileName: 'a.csv' })).remarks).toEqual([
      [1, 'keyword,synonyms', 'notCsv'],
    ]);
  });
});

describe("a keyword list's text", () => {
  it.each([
    ['UTF-8', Buffer.from('海\nsea')],
    ['UTF-8 with a mark', Buffer.from('\uFEFF海\nsea')],
    ['UTF-16 of Windows', Buffer.from('\uFEFF海\nsea', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\uFEFF海\nsea', 'utf16le').swap16()],
  ])('is read in %s', async (_, bytes) => {
    expect((await read(keywordListText(bytes))).tags).toEqual(['海', 'sea']);
  });

  it('of ten thousand tags is the same after it was written and read', () => {
    const tags = Array.from({ length: 10_000 }, (_, index) => ({
      path: `group ${index % 100}/標籤 ${index}, ${index % 7}`,
      synonyms: index % 3 === 0 ? [`word ${index}`, `слово ${index}`] : [],
    }));
    expect(readKeywordPaths(writeKeywordPaths(tags))).toEqual({ tags, remarks: [] });
  });
});
