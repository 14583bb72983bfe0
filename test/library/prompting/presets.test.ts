/** @file Built-in presets and the person's own. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { builtInPresets } from '../../../main/library/prompting/builtInPresets.ts';
import { presetsOfKinds } from '../../../main/library/prompting/kindDefaults.ts';
import { textWordingFor, wordingFor } from '../../../main/library/prompting/presetList.ts';
import { photoVariables, promptTemplate, questionVariable } from '../../../main/library/prompting/promptTemplate.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { assertAnswerable } from '../../../native-models/prompting/composePrompt.ts';
import { promptStyleSchema } from '../../../native-models/prompting/promptRequest.ts';
import { noticeText } from '../../../resources/messages/noticeText.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { blanksIn } from '../../../schemas/blanks.ts';
import type { LibraryNotice } from '../../../schemas/notice.ts';
import { textKindSchema } from '../../../schemas/text.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function emptyFolder(): Promise<string> {
  const temporary = await temporaryFolder();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  return path.join(temporary.path, 'library');
}

async function openLibrary(folder: string): Promise<{ catalog: Catalog; notices: string[] }> {
  const notices: string[] = [];
  const onNotice = (notice: LibraryNotice) => notices.push(noticeText([notice], texts.en));
  const catalog = await openCatalog({ libraryFolder: folder, owner: 'a test', onNotice });
  onTestFinished(() => catalog[Symbol.asyncDispose]());
  return { catalog, notices };
}

const presetsOf = async () => (await openLibrary(await emptyFolder())).catalog.presets;

const cats = { text: 'how many cats are there?', kind: 'question', about: 'cats', writes: 'altText' } as const;

describe('the built-in presets', () => {
  it.each(builtInPresets)('$name can be asked of every model that it is for', ({ wordings }) => {
    for (const style of promptStyleSchema.options) {
      const wording = wordings[style];
      if (wording !== undefined) {
        promptTemplate(wording.text, [...photoVariables, questionVariable]);
        assertAnswerable(style, wording);
      }
    }
  });

  it('are there for every kind of text, and the one of each kind that nobody chose is for it', () => {
    for (const kind of textKindSchema.options) {
      const byDefault = builtInPresets.find(({ name }) => name === (presetsOfKinds[kind] ?? 'caption'));
      expect(byDefault?.writes).toBe(kind);
    }
  });

  it('have names of their own', () => {
    expect(new Set(builtInPresets.map(({ name }) => name)).size).toBe(builtInPresets.length);
  });

  it('say which models they are for when they ask too much of one', async () => {
    const story = (await presetsOf()).find('story');
    expect(() => wordingFor(story, 'blip-caption')).toThrow(
      expect.objectContaining({
        code: 'PRESET_NOT_FOR_MODEL',
        message: 'The preset story asks too much of this model (BLIP captioner). It is for: BLIP-2, InstructBLIP.',
      }),
    );
  });
});

it('a saved question is asked, and no text is written with it', () => {
  for (const preset of builtInPresets.filter(({ writes }) => writes === 'answer')) {
    const { kind, text } = wordingFor(preset, 'instruct');
    expect([kind, blanksIn(text).length > 0]).toEqual(['question', true]);
    expect(() => textWordingFor(preset, 'instruct')).toThrow(
      expect.objectContaining({ code: 'PRESET_FOR_QUESTIONS', details: { name: preset.name } }),
    );
  }
});

describe('a preset of the person’s', () => {
  it('is saved, found by another process, replaced and removed', async () => {
    const folder = await emptyFolder();
    const { presets } = (await openLibrary(folder)).catalog;
    presets.save('cats', cats);
    await using reader = Catalog.openToRead(folder, { startReader: startReaderThread });
    expect(reader.presets.find('cats')).toMatchObject({ about: 'cats', writes: 'altText', isOwn: true });
    presets.save('cats', { ...cats, text: 'any cats?' });
    expect(wordingFor(presets.find('cats'), 'blip2')).toEqual({ text: 'any cats?', kind: 'question' });
    presets.remove('cats');
    expect(() => presets.find('cats')).toThrow(expect.objectContaining({ code: 'PRESET_NOT_FOUND' }));
  });

  it('stands in the place of a built-in one until it is removed', async () => {
    const presets = await presetsOf();
    presets.save('story', cats);
    expect(presets.list().filter(({ name }) => name === 'story')).toMatchObject([{ isOwn: true }]);
    presets.remove('story');
    expect(presets.find('story').isOwn).toBe(false);
    expect(() => presets.remove('story')).toThrow('The preset story is a built-in one.');
  });

  it.each(['', ' cats', '../cats', '__proto__', 'a\nb', 'x'.repeat(65)])('cannot be called %j', async (name) => {
    const presets = await presetsOf();
    expect(() => presets.save(name, cats)).toThrow(expect.objectContaining({ code: 'PRESET_NAME_INVALID' }));
    expect(presets.list().some(({ isOwn }) => isOwn)).toBe(false);
  });

  it('may be called like a member that every object has', async () => {
    const presets = await presetsOf();
    expect(() => presets.find('constructor')).toThrow(expect.objectContaining({ code: 'PRESET_NOT_FOUND' }));
    presets.save('constructor', cats);
    expect(presets.find('constructor').isOwn).toBe(true);
  });

  it('that is not there is an error that lists those that are', async () => {
    const presets = await presetsOf();
    expect(() => presets.find('poem')).toThrow(/no preset called poem\. There are: caption, short, /);
  });
});

describe('a presets.json from before there was a catalog', () => {
  async function libraryWith(content: string): Promise<{ folder: string; file: string }> {
    const folder = await emptyFolder();
    await mkdir(folder);
    const file = path.join(folder, 'presets.json');
    await writeFile(file, content);
    return { folder, file };
  }

  it('is taken over once, and kept under another name', async () => {
    const { folder, file } = await libraryWith(JSON.stringify({ version: 1, presets: { cats, 'Katzen nicht': cats } }));
    const { catalog, notices } = await openLibrary(folder);
    expect(catalog.presets.list().filter(({ isOwn }) => isOwn)).toHaveLength(2);
    expect(notices).toEqual([]);
    const names = await readdir(folder);
    expect(names).toContain('presets.json.imported');
    expect(names).not.toContain(path.basename(file));
  });

  it.each([
    ['no JSON', '{"version": 1,', 'it is not JSON'],
    ['no presets', '{"version": 1}', 'presets'],
    ['a newer version', '{"version": 2, "presets": {}}', 'version'],
    ['a preset without text', '{"version": 1, "presets": {"cats": {}}}', 'text'],
    ['a misspelled member', '{"version": 1, "presets": {"cats": {"text": "a", "knd": "text"}}}', 'knd'],
    ['a name that none can have', '{"version": 1, "presets": {"": {"text": "a"}}}', 'presets'],
  ])('(%s) is named and left alone when it cannot be read', async (_, content, reason) => {
    const { folder, file } = await libraryWith(content);
    const { catalog, notices } = await openLibrary(folder);
    expect(notices).toEqual([expect.stringContaining(file)]);
    expect(notices[0]).toContain(reason);
    expect(catalog.presets.list().some(({ isOwn }) => isOwn)).toBe(false);
    expect(await readFile(file, 'utf8')).toBe(content);
  });
});
