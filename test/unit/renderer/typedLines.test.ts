/** @file Lists as people type them: questions one a line, tags with commas between. */
import { expect, it } from 'vitest';
import { typedLines, typedList } from '../../../renderer/state/typedLines.ts';

it('lines are taken as they are, commas and all, each once', () => {
  expect(typedLines(' red, green or blue? \r\n\n  \nindoors?\nindoors?')).toEqual(['red, green or blue?', 'indoors?']);
});

it('a list is divided at the commas and semicolons of either language, and at ends of lines', () => {
  expect(typedList('sea,  my  boat ，places/France、a;b；c\nd\n,, sea')).toEqual([
    ...['sea', 'my boat', 'places/France', 'a', 'b', 'c', 'd'],
  ]);
});
