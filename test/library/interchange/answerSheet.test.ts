/** @file Answers as cells of a spreadsheet: what is copied out, and where what is pasted goes. */
import { describe, expect, it } from 'vitest';
import { placeSheet, type SheetTarget, sheetText } from '../../../main/library/interchange/answerSheet.ts';

const target: SheetTarget = {
  photoIds: [11, 12, 13],
  questions: [
    { id: 1, text: 'What color?' },
    { id: 2, text: 'How many?' },
  ],
  selectedRows: 1,
  selectedColumns: 1,
};
const placed = (text: string, selected: Partial<SheetTarget> = {}) => {
  const { edits, outside } = placeSheet(text, { ...target, ...selected });
  return { cells: edits.map(({ photoId, questionId, text: answer }) => [photoId, questionId, answer]), outside };
};

describe('copied answers', () => {
  it('have a header, quotes where cells need them, and nothing that a spreadsheet runs', () => {
    const rows = [
      { fileName: 'a.jpg', answers: ['red', '=1+1'] },
      { fileName: 'b.jpg', answers: ['a "big"\nboat', ''] },
    ];
    expect(sheetText(['What color?', 'How many?'], rows, true)).toBe(
      'file_name\tWhat color?\tHow many?\r\na.jpg\tred\t\'=1+1\r\nb.jpg\t"a ""big""\nboat"\t',
    );
  });

  it('are what they were when they are pasted back', () => {
    const answers = ['=1+1', 'a "big"\nboat', "'quoted"];
    const text = sheetText(
      ['What color?'],
      answers.map((answer) => ({ fileName: undefined, answers: [answer] })),
      false,
    );
    expect(placed(text).cells).toEqual(answers.map((answer, row) => [11 + row, 1, answer]));
  });
});

describe('pasted cells', () => {
  it('go from the first that is selected on, and those without a place are counted', () => {
    expect(placed('red\t2\r\nblue\t3\r\n')).toEqual({
      cells: [
        [11, 1, 'red'],
        [11, 2, '2'],
        [12, 1, 'blue'],
        [12, 2, '3'],
      ],
      outside: 0,
    });
    expect(placed('a\nb\nc\nd\te\tf')).toMatchObject({ outside: 3 });
  });

  it('change nothing where they are empty, and the header is passed over', () => {
    expect(placed('What color?\tHow many?\nred\t\n \t4')).toEqual({
      cells: [
        [11, 1, 'red'],
        [12, 2, '4'],
      ],
      outside: 0,
    });
  });

  it('fill what is selected with one cell, or one row', () => {
    expect(placed('red', { selectedRows: 2, selectedColumns: 2 }).cells).toEqual([
      [11, 1, 'red'],
      [11, 2, 'red'],
      [12, 1, 'red'],
      [12, 2, 'red'],
    ]);
    expect(placed('red\t2', { selectedRows: 3 }).cells).toHaveLength(6);
  });

  it('are refused with file names, whose order may be another one, and where one is too long', () => {
    expect(() => placed('file_name\tWhat color?\na.jpg\tred')).toThrow(
      expect.objectContaining({ code: 'SHEET_HAS_PHOTOS' }),
    );
    expect(() => placed('x'.repeat(100_001))).toThrow(expect.objectContaining({ code: 'SHEET_ANSWER_TOO_LONG' }));
  });
});
