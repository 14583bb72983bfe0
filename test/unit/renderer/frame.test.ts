/** @file The pure parts of the frame: addresses, keys, packed ids, pieces of queries, the folder tree, the palette. */
import { describe, expect, it } from 'vitest';
import type { Folder, Root } from '../../../preload/contract/library.ts';
import { folderRows } from '../../../renderer/state/folderTree.ts';
import { keyCaps, matchesKeys, type Pressed, withOwnKeys } from '../../../renderer/state/keys.ts';
import { decodeAspects, decodeIds, sameIds } from '../../../renderer/state/photoIds.ts';
import { fieldQuery, quoted } from '../../../renderer/state/queryText.ts';
import {
  changedList,
  formatHash,
  type ListQuery,
  parseHash,
  type Route,
  wholeLibrary,
} from '../../../renderer/state/route.ts';
import { counted, english, formatsFor, quotedParts } from '../../../resources/messages/format.ts';
import { systemLanguage, texts } from '../../../resources/messages/texts.ts';
import { matching } from '../../../schemas/nameMatch.ts';

describe('the address', () => {
  const routes: Route[] = [
    { view: 'library' },
    { view: 'photo', photoId: 12 },
    { view: 'compare', photoIds: [12, 3, 7] },
    { view: 'run', runId: 3 },
    { view: 'settings' },
    { view: 'review', queue: 'doubtful' },
    { view: 'review', queue: 'disagreements' },
  ];

  it.each(routes)('leads back to where it was made: $view', (route) => {
    const list: ListQuery = {
      query: 'tag:"a & b" AND ü#?',
      order: 'name',
      descending: false,
      semantic: true,
      beyondCut: true,
    };
    expect(parseHash(formatHash(route, list))).toEqual({ route, list });
    expect(parseHash(formatHash(route, wholeLibrary))).toEqual({ route, list: wholeLibrary });
  });

  it('leads to the library where it makes no sense', () => {
    for (const hash of [
      '',
      '#',
      '#/photo',
      '#/photo/-1',
      '#/photo/0',
      '#/photo/007',
      '#/run/0',
      '#/compare',
      '#/compare/5',
      '#/compare/5,x,5',
      '#/photo/1.5',
      '#/photo/1e9',
      '#/nowhere/2',
      '#/photo/99999999999999999',
    ])
      expect(parseHash(hash).route).toEqual({ view: 'library' });
    expect(parseHash('#/library?order=colour&dog=x').list).toEqual(wholeLibrary);
    expect(parseHash('#/compare/5,x,6,7,6,8,9').route).toEqual({ view: 'compare', photoIds: [5, 6, 7, 8] });
    expect(parseHash('#/photo/999999999999999').route).toEqual({ view: 'photo', photoId: 999_999_999_999_999 });
  });
});

describe('the list that is shown next', () => {
  const byMeaning: ListQuery = { ...wholeLibrary, query: 'boat', semantic: true, order: 'relevance' };

  it('stays by meaning and by relevance while words are typed', () => {
    expect(changedList(byMeaning, { query: 'boats' }, { isTyping: true })).toEqual({ ...byMeaning, query: 'boats' });
    expect(changedList(byMeaning, { query: '' }, { isTyping: true })).toEqual({ ...byMeaning, query: '' });
    const byRelevance: ListQuery = { ...byMeaning, semantic: false };
    expect(changedList(byRelevance, { query: '' }, { isTyping: true })).toEqual(wholeLibrary);
  });

  it('begins anew with a folder, a tag or a saved search, in an order that suits it', () => {
    expect(changedList(byMeaning, { query: 'folder:2024' })).toEqual({ ...wholeLibrary, query: 'folder:2024' });
    const ascending: ListQuery = { ...byMeaning, descending: false };
    expect(changedList(ascending, { query: 'folder:2024' })).toEqual({ ...wholeLibrary, query: 'folder:2024' });
    const byName: ListQuery = { ...wholeLibrary, query: 'boat', order: 'name', descending: false };
    expect(changedList(byName, { query: 'folder:2024' })).toEqual({ ...byName, query: 'folder:2024' });
  });

  it('of photos like others begins anew, and stays the most similar first while more is asked of it', () => {
    const alike = changedList(byMeaning, { query: 'similar:7', order: 'relevance' });
    expect(alike).toEqual({ ...wholeLibrary, query: 'similar:7', order: 'relevance' });
    expect(changedList(alike, { query: 'tag:sea' })).toEqual({ ...wholeLibrary, query: 'tag:sea' });
    const narrowed = changedList({ ...alike, beyondCut: true }, { query: 'similar:7 tag:sea' }, { isTyping: true });
    expect(narrowed).toEqual({ ...alike, query: 'similar:7 tag:sea' });
    expect(changedList(alike, { query: '' }, { isTyping: true })).toEqual(wholeLibrary);
  });

  it('keeps its words when their meaning, their order or its direction is chosen', () => {
    const words: ListQuery = { ...wholeLibrary, query: 'boat' };
    expect(changedList(words, { semantic: true, order: 'relevance' })).toEqual(byMeaning);
    expect(changedList(byMeaning, { order: 'name' })).toEqual({ ...byMeaning, order: 'name' });
    expect(changedList(byMeaning, { descending: false })).toEqual({ ...byMeaning, descending: false });
  });
});

describe('keys', () => {
  const pressed = (key: string, change: Partial<Pressed> = {}): Pressed => ({
    key,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    ...change,
  });

  it('match with Command on a Mac and with Control elsewhere', () => {
    expect(matchesKeys('mod+k', pressed('k', { ctrlKey: true }), false)).toBe(true);
    expect(matchesKeys('mod+k', pressed('k', { metaKey: true }), true)).toBe(true);
    expect(matchesKeys('mod+k', pressed('k', { ctrlKey: true }), true)).toBe(false);
    expect(matchesKeys('k', pressed('k', { ctrlKey: true }), false)).toBe(false);
  });

  it('tell letters with Shift apart, but not signs, which need it on some keyboards', () => {
    expect(matchesKeys('c', pressed('C', { shiftKey: true }), false)).toBe(false);
    expect(matchesKeys('shift+c', pressed('C', { shiftKey: true }), false)).toBe(true);
    expect(matchesKeys('?', pressed('?', { shiftKey: true }), false)).toBe(true);
    expect(matchesKeys('?', pressed('?'), false)).toBe(true);
    expect(matchesKeys('+', pressed('+', { shiftKey: true }), false)).toBe(true);
    expect(matchesKeys('space', pressed(' '), false)).toBe(true);
  });

  it('are written as their caps are labelled', () => {
    expect(keyCaps('mod+shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(keyCaps('mod+k', true)).toEqual(['⌘', 'K']);
    expect(keyCaps('arrowleft', false)).toEqual(['←']);
    expect(keyCaps('+', false)).toEqual(['+']);
    expect(keyCaps('mod++', false)).toEqual(['Ctrl', '+']);
    expect(keyCaps('pagedown', false)).toEqual(['Page Down']);
  });
});

it('the page unpacks ids and aspects', () => {
  const ids = decodeIds(Buffer.from(Uint32Array.of(1, 70_000, 4_000_000_000).buffer).toString('base64'));
  expect([...ids]).toEqual([1, 70_000, 4_000_000_000]);
  const aspects = decodeAspects(Buffer.from(Uint16Array.of(1500, 0, 667).buffer).toString('base64'));
  expect([...aspects].map((aspect) => Math.round(aspect * 1000))).toEqual([1500, 0, 667]);
  expect(sameIds(ids, ids.slice())).toBe(true);
  expect(sameIds(ids, ids.slice(1))).toBe(false);
});

it('fieldQuery quotes values of a query only where that is needed', () => {
  expect(fieldQuery('folder', 'photos/2024')).toBe('folder:photos/2024');
  expect(fieldQuery('tag', 'a "b" \\ c')).toBe('tag:"a \\"b\\" \\\\ c"');
  expect(fieldQuery('tag', 'None')).toBe('tag:"None"');
  expect(quoted('*')).toBe('"*"');
});

describe('the folder tree', () => {
  const folder = (id: number, parentId: number | null, name: string, rootId = 1): Folder => ({
    id,
    rootId,
    parentId,
    name,
    queryPath: name,
    photos: 1,
    captioned: 0,
  });
  const root = (id: number, state: Root['state']): Root => ({
    id,
    folderId: id,
    path: '/',
    state,
    watched: true,
    ignored: [],
    liveSidecars: false,
    liveFolders: [],
  });
  const folders = [folder(1, null, 'Photos'), folder(2, 1, 'Day 10'), folder(3, 1, 'Day 9'), folder(4, 3, 'Evening')];

  it('opens roots, and lists what is below in the order that people expect', () => {
    const rows = folderRows(folders, [root(1, 'online')], new Set());
    expect(rows.map((row) => [row.folder.name, row.depth, row.open])).toEqual([
      ['Photos', 0, true],
      ['Day 9', 1, false],
      ['Day 10', 1, false],
    ]);
  });

  it('keeps to what the person folded and opened', () => {
    const opened = folderRows(folders, [root(1, 'online')], new Set([3]));
    expect(opened.map((row) => row.folder.name)).toEqual(['Photos', 'Day 9', 'Evening', 'Day 10']);
    expect(folderRows(folders, [root(1, 'online')], new Set([1])).map((row) => row.folder.name)).toEqual(['Photos']);
  });

  it('marks what lies on a drive that is away, and shows folders whose parent is not known', () => {
    const rows = folderRows([...folders, folder(9, 77, 'Lost', 2)], [root(1, 'offline'), root(2, 'online')], new Set());
    expect(rows.map((row) => [row.folder.name, row.offline])).toEqual([
      ['Photos', true],
      ['Day 9', true],
      ['Day 10', true],
      ['Lost', false],
    ]);
  });
});

describe('the palette', () => {
  const titles = ['Show sidebar', 'Add folder', 'Go to Models', 'Undo the model', 'Réglages', 'Keyboard shortcuts'];
  const found = (typed: string, of = titles) => matching(of, (title) => title, typed).map(({ item }) => item);
  const meant = (typed: string, of = titles) =>
    matching(of, (title) => title, typed)
      .filter(({ isMeant }) => isMeant)
      .map(({ item }) => item);

  it('finds commands by the beginnings of their words, the first words first, and by their initials', () => {
    expect(found('mod')).toEqual(['Go to Models', 'Undo the model']);
    expect(found('go mod')).toEqual(['Go to Models']);
    expect(found('gtm')).toEqual(['Go to Models']);
    expect(found('regl')).toEqual(['Réglages']);
    expect(found('zzz')).toEqual([]);
    expect(found(' ')).toEqual(titles);
  });

  it.each(['boat', 'cat', 'board', 'art', 'hide', 'gold'])(
    'takes %s for a search, not for letters of a command',
    (typed) => {
      expect(found(typed, [...titles, 'Caption', 'Restart', 'Go to Models'])).toEqual([]);
    },
  );

  it('takes a command for meant only where its name was typed out, or plainly begun', () => {
    expect(meant('keyboard shortcuts')).toEqual(['Keyboard shortcuts']);
    expect(meant('Show sid')).toEqual(['Show sidebar']);
    expect(meant('key')).toEqual([]);
    expect(meant('keyboard')).toEqual([]);
    expect(meant('show')).toEqual([]);
    expect(meant('undo', ['Undo'])).toEqual(['Undo']);
    expect(meant('und', ['Undo'])).toEqual([]);
  });

  it('finds Chinese commands by any part', () => {
    expect(found('文件夹', ['添加文件夹', '导出'])).toEqual(['添加文件夹']);
  });
});

describe('the list of keys', () => {
  const command = (id: string, keys: readonly string[]) => ({ id, keys });

  it('has every key once, under what it does', () => {
    const listed = withOwnKeys([command('frame', ['r', '?']), command('view', ['r', 'space']), command('none', [])]);
    expect(listed.map(({ id, keys }) => [id, keys])).toEqual([
      ['frame', ['?']],
      ['view', ['r', 'space']],
    ]);
  });
});

describe('languages', () => {
  it('take the first of the system’s that there are texts for', () => {
    expect(systemLanguage(['fr-FR', 'zh-TW', 'en-GB'])).toBe('zh');
    expect(systemLanguage(['fr'])).toBe('en');
  });

  it('say everything in Chinese that they say in English, with Chinese punctuation', () => {
    const sayings = (language: 'en' | 'zh'): string[] =>
      Object.entries(texts[language]).flatMap(([area, said]) =>
        Object.entries(said)
          .filter(([, saying]) => typeof saying === 'string')
          .map(([key, saying]) => `${area}.${key}: ${saying}`),
      );
    // Errors bring their English sentence; test/lint/errorSentences.test.ts sees to their Chinese ones.
    const keys = (language: 'en' | 'zh'): string[] =>
      sayings(language)
        .map((saying) => saying.replace(/:.*$/s, ''))
        .filter((key) => !key.startsWith('errors.'));
    expect(keys('zh').toSorted()).toEqual(keys('en').toSorted());
    expect(sayings('zh').filter((saying) => /\p{Script=Han}[,;?!:]/u.test(saying))).toEqual([]);
  });

  it('write numbers, sizes and times', () => {
    expect(counted(1, 'photo')).toBe('1 photo');
    expect(counted(12_345, 'photo')).toBe('12,345 photos');
    expect(english.bytes(20_400_000)).toBe('20 MB');
    expect(english.bytes(1_500_000)).toBe('1.5 MB');
    expect([999_400, 999_600, 9_990_000].map(english.bytes)).toEqual(['999 kB', '1 MB', '10 MB']);
    expect(english.duration(640)).toBe('640 ms');
    expect(english.duration(3_600_000 * 2 + 60_000 * 5)).toBe('2 hr 5 min');
    expect([59_000, 59_600, 3_540_000, 3_600_000].map(english.duration)).toEqual(['59 sec', '1 min', '59 min', '1 hr']);
    expect(english.percent(0.873)).toBe('87%');
    expect(formatsFor('de').number(12_345)).toBe('12.345');
  });

  it('quote a few things, and show where there are more', () => {
    expect(quotedParts(['sea', 'boat'])).toBe('“sea”, “boat”');
    const many = Array.from({ length: 9 }, (_, index) => `tag ${index}`);
    expect(quotedParts(many.slice(0, 8))).not.toContain('…');
    expect(quotedParts(many)).toBe(`${quotedParts(many.slice(0, 8))}…`);
  });
});

describe('the button of the queue', () => {
  it.each(['en', 'zh'] as const)('has a name that holds what it shows, so that it can be said: %s', (language) => {
    const { queue } = texts[language];
    for (const eta of [null, formatsFor(language).duration(5000)]) {
      const shown = queue.left(1200, eta);
      expect(queue.button(shown)).toContain(shown);
      expect(queue.pausedButton(1200)).toContain(queue.left(1200, null));
    }
  });
});
