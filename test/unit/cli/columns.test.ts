/** @file Text in the cells of a terminal. */
import { expect, it } from 'vitest';
import { fitted, table, widthOf, wrapped } from '../../../main/cli/columns.ts';

it.each([
  ['', 0],
  ['photo', 5],
  ['é', 1],
  ['e\u0301', 1],
  ['照片', 4],
  ['（照片）', 8],
  ['，', 2],
  ['ｆｕｌｌ', 8],
  ['ﾊﾝ', 2],
  ['…·–“”', 5],
  ['👍', 2],
  ['👍🏽', 2],
  ['👨‍👩‍👧', 2],
  ['❤️', 2],
  ['한국', 4],
])('%j takes %i cells', (text, cells) => {
  expect(widthOf(text)).toBe(cells);
});

it('a line is cut before it reaches the last cell, never within a character', () => {
  expect(fitted('a photo', 8)).toBe('a photo');
  expect(fitted('a photo', 7)).toBe('a pho…');
  expect(fitted('正在加载模型', 13)).toBe('正在加载模型');
  expect(fitted('正在加载模型', 12)).toBe('正在加载模…');
  expect(fitted('正在加载模型', 11)).toBe('正在加载…');
  expect(fitted('👨‍👩‍👧👨‍👩‍👧', 4)).toBe('👨‍👩‍👧…');
  for (let columns = 2; columns < 30; columns += 1) {
    expect(widthOf(fitted('已完成 12/40 · 3.4 张/秒 · 剩余 5 秒', columns))).toBeLessThan(columns);
  }
});

it('columns stand below each other, whatever is in them', () => {
  const lines = table([
    ['文件夹', '照片', ''],
    ['/home/照片', '12', '未连接'],
    ['p', '1', ''],
  ]).split('\n');
  expect(lines).toEqual(['文件夹      照片', '/home/照片  12    未连接', 'p           1']);
});

it.each([
  ['a photo of boats', 8, ['a photo', 'of boats']],
  ['averyverylongword is whole', 6, ['averyverylongword', 'is', 'whole']],
  ['one\ntwo three', 9, ['one', 'two three']],
  ['', 9, ['']],
  ['为照片生成说明', 8, ['为照片生', '成说明']],
  ['为照片生成，说明', 10, ['为照片生', '成，说明']],
  ['将照片（全部）导出', 8, ['将照片', '（全部）', '导出']],
  ['用 --out 指定文件', 11, ['用 --out 指', '定文件']],
  ['写法同 .gitignore，例如', 18, ['写法同', '.gitignore，例如']],
])('%j in %i cells', (text, columns, lines) => {
  expect(wrapped(text, columns).split('\n')).toEqual(lines);
});
