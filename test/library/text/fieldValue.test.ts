/** @file What an answer says to a field of a type, however it is worded; what does not say it for certain does not fit. */
import { describe, expect, it } from 'vitest';
import { answerKey } from '../../../main/library/catalog/texts/answers.ts';
import { fieldValue } from '../../../main/library/text/fieldValue.ts';
import type { FieldType } from '../../../schemas/choices.ts';

const seasons = ['Spring', 'Summer', 'Autumn', 'Winter'];
const colours = ['blue', 'dark blue', 'café au lait', '红色', '蓝色'];

const answers: readonly (readonly [FieldType, readonly string[], string, string | undefined])[] = [
  ...(
    [
      ['yes', 'yes'],
      ['Yes.', 'yes'],
      ['YES', 'yes'],
      ['Yes, there is a sign', 'yes'],
      ['true', 'yes'],
      ['是的，有文字', 'yes'],
      ['no', 'no'],
      ['No, it is outdoors.', 'no'],
      ['There is no text', 'no'],
      ["there aren't", 'no'],
      ['没有', 'no'],
      ['yes and no', undefined],
      ['yes or no', undefined],
      ['no idea', undefined],
      ['not sure', undefined],
      ['yesterday', undefined],
      ['nobody knows', undefined],
      ['是否', undefined],
      ['a sign', undefined],
      ['', undefined],
    ] as const
  ).map(([answer, value]) => ['yesNo', [], answer, value] as const),
  ...(
    [
      ['3', '3'],
      ['3.', '3'],
      ['3.5', '3.5'],
      ['1,5', '1.5'],
      ['1,200', '1200'],
      ['12,345.6', '12345.6'],
      ['-2', '-2'],
      ['٣', '3'],
      ['three', '3'],
      ['Three people.', '3'],
      ['about 12', '12'],
      ['there are 4 dogs', '4'],
      ['twenty-one', '21'],
      ['one hundred and five', '105'],
      ['two thousand three hundred', '2300'],
      ['a dozen', '12'],
      ['two dozen', '24'],
      ['none', '0'],
      ['zero', '0'],
      ['no one', '0'],
      ['There are no people', '0'],
      ['三个人', '3'],
      ['大约十二', '12'],
      ['两百零五', '205'],
      ['二〇二四', '2024'],
      ['没有人', '0'],
      ['two or three', undefined],
      ['3-5', undefined],
      ['3 to 5', undefined],
      ['between 3 and 5', undefined],
      ['more than 10', undefined],
      ['at least 3', undefined],
      ['10+', undefined],
      ['2 cats and 1 dog', undefined],
      ['No, there are 3', undefined],
      ['several', undefined],
      ['十几个', undefined],
      ['many people', undefined],
      ['someone', undefined],
      ['v2', undefined],
      ['', undefined],
    ] as const
  ).map(([answer, value]) => ['number', [], answer, value] as const),
  ...(
    [
      ['winter', 'Winter'],
      ['WINTER.', 'Winter'],
      ['It is winter', 'Winter'],
      ['winterly', undefined],
      ['winter or spring', undefined],
      ['not winter', undefined],
      ['monsoon', undefined],
    ] as const
  ).map(([answer, value]) => ['list', seasons, answer, value] as const),
  ...(
    [
      ['Dark-Blue', 'dark blue'],
      ['it is dark blue', 'dark blue'],
      ['blue', 'blue'],
      ['cafe au lait', 'café au lait'],
      ['是红色的', '红色'],
      ['不是红色', undefined],
      ['红色和蓝色', undefined],
    ] as const
  ).map(([answer, value]) => ['list', colours, answer, value] as const),
  ['text', [], ' Open  24 h. ', 'Open  24 h.'],
  ['text', [], '  ', undefined],
];

describe('The value of an answer', () => {
  it.each(answers)('of a field of type %s (%j) for %j is %j', (type, values, answer, value) => {
    expect(fieldValue({ type, values }, answer)).toBe(value);
    // Queries compare the keys of answers.
    if (type !== 'text') expect(fieldValue({ type, values }, answerKey(answer))).toBe(value);
    // As filters and tables write it.
    if (value !== undefined) expect(fieldValue({ type, values }, value)).toBe(value);
  });
});
