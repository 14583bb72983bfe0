/** @file Paths that were dropped on the page. */
import { describe, expect, it } from 'vitest';
import { droppedPath } from '../../../renderer/state/models/droppedPath.ts';

describe('what was dropped', () => {
  it.each([
    ['a file address', { uriList: 'file:///models/my%20model', plain: '' }, '/models/my model'],
    ['a file address of Windows', { uriList: 'file:///C:/models/a', plain: '' }, 'C:/models/a'],
    ['a path', { uriList: '', plain: ' /models/a \n' }, '/models/a'],
    ['a path of Windows', { uriList: '', plain: 'D:\\models\\a' }, 'D:\\models\\a'],
    ['a comment before the address', { uriList: '# name\r\nfile:///models/a', plain: '' }, '/models/a'],
  ])('gives the path of %s', (_what, texts, path) => {
    expect(droppedPath(texts)).toBe(path);
  });

  it.each([
    ['words', { uriList: '', plain: 'a photo of the sea' }],
    ['an address of the web', { uriList: 'https://example.org/models', plain: '' }],
    ['a broken file address', { uriList: 'file:///%E0%A4%A', plain: '' }],
  ])('gives none for %s', (_what, texts) => {
    expect(droppedPath(texts)).toBeUndefined();
  });
});
