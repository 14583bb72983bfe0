/** @file Answers as cells of a spreadsheet: what is copied out, and where what is pasted goes. */
import { describe, expect, it } from 'vitest';
import { placeSheet, type SheetTarget, sheetText } from '../../../main/library/interchange/answerSheet.ts';

const target: SheetTarget = {
  photoIds: [11, 12, 13],
  questions: [
    { id: 1, text: 'What color?', field: undefined },
    { id: 2, text: 'How many?', field: 'boats' },
  ],
  selectedRows: 1,
  selectedColumns: 1,
};
const placed = (text: string, selected: Partial<SheetTarget> = {}) => {
  const { edits, outside } = placeSheet(text, { ...target, ...selected });
  return { cells: edits.map(({ photoId, questionId, text: answer }) => [photoId, questionId, answer]), outside };
};

describe('copied answers', () => {
  it('have a header with the names of fields, quotes where cells need them, and nothing that a spreadsheet runs', () => {
    const rows = [
      { fileName: 'a.jpg', answers: ['red', '=1+1'] },
      { fileName: 'b.jpg', answers: ['a "big"\nboat', ''] },
    ];
    expect(sheetText(target.questions, rows, true)).toBe(
      'file_name\tWhat color?\tboats\r\na.jpg\tred\t\'=1+1\r\nb.jpg\t"a ""big""\nboat"\t',
    );
  });

  it('are what they were when they are pasted back', () => {
    const answers = ['=1+1', 'a "big"\nboat', "'quoted"];
    const text = sheetText(
      target.questions.slice(0, 1),
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

  it.each(['What color?\tHow many?', 'What color?\tboats'])(
    'change nothing where they are empty, and the header %j is passed over',
    (header) => {
      expect(placed(`${header}\nred\t\n \t4`)).toEqual({
        cells: [
          [11, 1, 'red'],
          [12, 2, '4'],
        ],
        outside: 0,
      });
    },
  );

  it('have no header where their first row is anything else, or goes beyond the table', () => {
    expect(placed('boats\tWhat color?\nred\t2').cells).toHaveLength(4);
    expect(placed('What color?\tboats\tWhat color?\nred\t2\tblue').cells).toHaveLength(4);
  });

  it('never head a column like that of the photos', () => {
    const [column] = target.questions;
    if (column === undefined) throw new Error('There is no column.');
    expect(sheetText([{ ...column, field: 'file_name' }], [], false)).toBe('What color?');
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
