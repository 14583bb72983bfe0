/** @file Words in many scripts: what their readers take for the same word, and what not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldText, searchableText } from '../../../main/library/text/searchableText.ts';
import { stemOf, writtenWords } from '../../../main/library/text/wordStems.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { type SearchLibrary, searchLibrary } from './searchLibrary.ts';

describe('Text', () => {
  it.each([
    ['the vowel signs and viramas of India are letters', 'हिन्दी தமிழ் বাংলা తెలుగు മലയാളം', 'हिन्दी தமிழ் বাংলা తెలుగు മലയാളം'],
    ['the dot of borrowed Hindi letters is a nicety', 'ज़रा फ़ूल', 'जरा फूल'],
    ['Sinhala and Thaana keep their vowels', 'ශ්‍රී ދިވެހި', 'ශ්රී ދިވެހި'],
    ['Arabic vowel points and the stroke go', 'مُحَمَّدٌ كِتَـــاب', 'محمد كتاب'],
    ['alef with and without hamza is one', 'أحمد إسلام آمن ٱلله', 'احمد اسلام امن الله'],
    ['Persian and Arabic keyboards write one yeh and one kaf', 'ایرانی کتاب', 'ايراني كتاب'],
    ['Arabic presentation forms', 'ﻛﺘﺎﺏ', 'كتاب'],
    ['Hebrew points and cantillation go', 'שָׁלוֹם בְּרֵאשִׁ֖ית', 'שלום בראשית'],
    ['Syriac points go', 'ܫܠܳܡܳܐ', 'ܫܠܡܐ'],
    ['Latin, Greek and Cyrillic accents go', 'Crème brûlée Αθήνα Ёлка Việt', 'creme brulee αθηνα елка viet'],
    ['a final sigma is a sigma', 'ΟΔΟΣ ὁδός', 'οδοσ οδοσ'],
    ['digits of all scripts are one', '٢٠٢٤ ۲۰۲۴ २०२४ ๒๐๒๔ ２０２４ 𝟐𝟎𝟐𝟒', '2024 2024 2024 2024 2024 2024'],
    ['soft hyphens and joiners are not seen', 'Stra\u00adße क्\u200dष a\u2060b', 'strasse क्ष ab'],
    ['apostrophes are one', 'п’ять пʼять Hawaiʻi', "п'ять п'ять hawai'i"],
  ])('%s', (_what, text, folded) => {
    for (const form of ['NFC', 'NFD', 'NFKC'] as const) expect(foldText(text.normalize(form))).toBe(folded);
  });

  it.each([
    ['हिन्दी में', 'हिन्दी में'],
    ['தமிழ்-நாடு', 'தமிழ் நாடு'],
    ['می‌خواهم', 'مي خواهم'],
    ['ภาษาไทย', 'ภ า ษ า ไ ท ย'],
    ['ที่', 'ท ี ่'],
    ['ខ្មែរ', 'ខ ្ ម ែ រ'],
    ['བོད་སྐད', 'བོད སྐད'],
    ["л'été", 'л ete'],
    ['בית־ספר', 'בית ספר'],
    ['1️⃣', '1'],
  ])('%s has the words %s', (text, words) => {
    expect(searchableText(text)).toBe(words);
  });

  it('folds no further the second time, whatever it is, and has single spaces', () => {
    const random = randomNumbers(44);
    for (let round = 0; round < 3000; round += 1) {
      const text = Array.from({ length: 6 }, () => {
        const codePoint = Math.floor(random() ** 3 * 0x1fbff);
        return codePoint >= 0xd800 && codePoint < 0xe000 ? ' ' : String.fromCodePoint(codePoint);
      }).join('');
      const words = searchableText(text);
      expect(searchableText(words), JSON.stringify(text)).toBe(words);
      expect(words).toMatch(/^(?:[^ ]+(?: [^ ]+)*)?$/u);
      for (const [word, written] of writtenWords(text)) expect(typeof stemOf(word, written)).toMatch(/string|object/);
    }
  });
});

describe('The index', () => {
  it('has exactly the words that the text was cut into, in every script', async () => {
    await using library = await searchLibrary();
    const { connection } = library.catalog;
    const texts: string[] = [];
    // A word of each thousandth letter, mark or digit, beside a plain one.
    for (let codePoint = 0x21; codePoint < 0x323b0; codePoint += codePoint < 0x3000 ? 3 : 97) {
      const character = String.fromCodePoint(codePoint);
      if (/[\p{L}\p{M}\p{N}\p{Extended_Pictographic}]/u.test(character)) texts.push(`x${character}y ${character}`);
    }
    library.add('1.jpg', { caption: texts.join(' ') });
    connection.database.exec(`CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, photo_text, row)`);
    const indexed = connection.database.prepare<[], string>('SELECT term FROM temp.vocabulary').pluck().all();
    const border = '\u{ffffd}';
    const words = new Set([...searchableText(texts.join(' ')).split(' '), '1', 'jpg']);
    expect(new Set(indexed.filter((word) => word !== border))).toEqual(words);
    const known = connection.database.prepare<[], string>('SELECT word FROM photo_word').pluck().all();
    expect(new Set(known)).toEqual(words);
  });
});

describe('Words find', () => {
  let library: SearchLibrary;

  beforeAll(async () => {
    library = await searchLibrary();
    const { add } = library;
    add('hindi.jpg', { caption: 'नदी में एक नाव और हिन्दी किताबें', tags: ['परिवार'] });
    add('tamil.jpg', { caption: 'கடலில் படகுகள்' });
    add('arabic.jpg', { caption: 'قَارِبٌ في البحر، أحمد', tags: ['عائلة'] });
    add('persian.jpg', { caption: 'کتاب‌های ایرانی' });
    add('hebrew.jpg', { caption: 'סִירָה בַּיָּם' });
    add('thai.jpg', { caption: 'เรือในทะเล ที่ดี' });
    add('russian.jpg', { caption: 'Красная лодка на море, ёлки' });
    add('greek.jpg', { caption: 'Μία βάρκα, δύο σκύλοι. ΟΔΟΣ' });
    add('french.jpg', { caption: 'Un bateau près de l’île, crème brûlée' });
    add('english.jpg', { caption: 'Three boats, two women and the leaves of trees; she is running' });
    add('boat.jpg', { caption: 'A boat' });
    add('flag.jpg', { caption: 'Vive la 🇫🇷 👨‍👩‍👧 👍🏽' });
  });

  afterAll(() => library[Symbol.asyncDispose]());

  it.each([
    ['नाव', 'hindi.jpg'],
    ['न', ...[]],
    ['नव', ...[]],
    ['हिन्दी', 'hindi.jpg'],
    ['"हिन्दी"', 'hindi.jpg'],
    ['हिन*', 'hindi.jpg'],
    ['*न्दी', 'hindi.jpg'],
    ['किताब', 'hindi.jpg'],
    ['"किताब"', ...[]],
    ['tag:परिवार', 'hindi.jpg'],
    ['tag:परवर', ...[]],
    ['படகு', 'tamil.jpg'],
    ['"படகு"', ...[]],
    ['படகுகள்', 'tamil.jpg'],
    ['படக', ...[]],
    ['படக*', 'tamil.jpg'],
    ['قارب', 'arabic.jpg'],
    ['قَارِب', 'arabic.jpg'],
    ['"قارب"', 'arabic.jpg'],
    ['بحر', 'arabic.jpg'],
    ['احمد', 'arabic.jpg'],
    ['أحمـــد', 'arabic.jpg'],
    ['tag:عائلة', 'arabic.jpg'],
    ['كتاب', 'persian.jpg'],
    ['"کتاب های"', 'persian.jpg'],
    ['ايراني', 'persian.jpg'],
    ['סירה', 'hebrew.jpg'],
    ['סִירָה', 'hebrew.jpg'],
    ['"סירה בים"', 'hebrew.jpg'],
    ['เรือ', 'thai.jpg'],
    ['ทะเล', 'thai.jpg'],
    ['ที่', 'thai.jpg'],
    ['ทดี', ...[]],
    ['лодки', 'russian.jpg'],
    ['"лодки"', ...[]],
    ['красный', 'russian.jpg'],
    ['елка', 'russian.jpg'],
    ['βάρκες', 'greek.jpg'],
    ['βαρκα', 'greek.jpg'],
    ['σκύλος', 'greek.jpg'],
    ['οδός', 'greek.jpg'],
    ['ile', 'french.jpg'],
    ['creme', 'french.jpg'],
    ['bateaux', ...[]],
    ['boat', 'boat.jpg', 'english.jpg'],
    ['BOATS', 'boat.jpg', 'english.jpg'],
    ['boating', 'boat.jpg', 'english.jpg'],
    ['"boat"', 'boat.jpg'],
    ['"boats"', 'english.jpg'],
    ['caption:boat', 'boat.jpg', 'english.jpg'],
    ['caption:"boat"', 'boat.jpg'],
    ['"three boats"', 'english.jpg'],
    ['"three boat"', ...[]],
    ['three-boat', 'english.jpg'],
    ['caption:boat -boats', ...[]],
    ['caption:boat -"boats"', 'boat.jpg'],
    ['woman', 'english.jpg'],
    ['leaf tree run', 'english.jpg'],
    ['runner', ...[]],
    ['🇫🇷', 'flag.jpg'],
    ['🇩🇪', ...[]],
    ['👨‍👩‍👧', 'flag.jpg'],
    ['👍', 'flag.jpg'],
  ])('%s', (query, ...names) => {
    expect(library.find(query)).toEqual(names);
  });
});
