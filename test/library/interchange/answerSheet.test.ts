/** @file Answers as cells of a spreadsheet: what is copied out, and where what is pasted goes. */
import { describe, expect, it } from 'vitest';
import {
  photosNamedIn,
  placeSheet,
  type SheetTarget,
  sheetText,
} from '../../../main/library/interchange/answerSheet.ts';

const target: SheetTarget = {
  photoIds: [11, 12, 13],
  questions: [
    { id: 1, text: 'What color?', field: undefined },
    { id: 2, text: 'How many?', field: 'boats' },
  ],
  firstRow: 0,
  firstColumn: 0,
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

  it('go from the selected row and column on, whose header is passed over', () => {
    expect(placed('boats\n7\n8\n9', { firstRow: 1, firstColumn: 1 })).toEqual({
      cells: [
        [12, 2, '7'],
        [13, 2, '8'],
      ],
      outside: 1,
    });
  });

  it('go to the photos and columns that they name, in whatever order they stand there, wherever the selection is', () => {
    const text = 'file_name\tboats\tnotes\tWhat color?\r\nc.jpg\t3\tx\tred\r\nlost.jpg\t1\t\t\r\n b.jpg \t\t\tblue';
    expect(photosNamedIn(text)).toEqual(['c.jpg', 'lost.jpg', 'b.jpg']);
    const photoOf = new Map([
      ['b.jpg', 12],
      ['c.jpg', 13],
    ]);
    const { edits, outside } = placeSheet(text, { ...target, firstRow: 2, firstColumn: 1 }, photoOf);
    expect(edits).toEqual([
      { photoId: 13, questionId: 2, text: '3' },
      { photoId: 13, questionId: 1, text: 'red' },
      { photoId: 12, questionId: 1, text: 'blue' },
    ]);
    // A column of the person's own, and a photo that is not in the table.
    expect(outside).toBe(2);
    expect(photosNamedIn('file_names\nx')).toBeUndefined();
  });

  it('are refused where one is too long', () => {
    expect(() => placed('x'.repeat(100_001))).toThrow(expect.objectContaining({ code: 'SHEET_ANSWER_TOO_LONG' }));
  });
});
