/** @file Built-in presets and the person's own. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtInPresets } from '../../../main/library/prompting/builtInPresets.ts';
import { PresetStore, wordingFor } from '../../../main/library/prompting/presetStore.ts';
import { photoVariables, promptTemplate, questionVariable } from '../../../main/library/prompting/promptTemplate.ts';
import { assertAnswerable } from '../../../native-models/prompting/composePrompt.ts';
import { promptStyleSchema } from '../../../native-models/prompting/promptStyle.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function emptyLibrary(): Promise<{ folder: string; store: PresetStore; file: string }> {
  const temporary = await temporaryFolder();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  const folder = path.join(temporary.path, 'library');
  return { folder, store: new PresetStore(folder), file: path.join(folder, 'presets.json') };
}

const cats = { text: 'how many cats are there?', kind: 'question', about: 'cats' } as const;

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

  it('have names of their own', () => {
    expect(new Set(builtInPresets.map(({ name }) => name)).size).toBe(builtInPresets.length);
  });

  it('say which models they are for when they ask too much of one', async () => {
    const { store } = await emptyLibrary();
    const story = await store.find('story');
    expect(() => wordingFor(story, 'blip-caption')).toThrow(
      expect.objectContaining({
        code: 'PRESET_NOT_FOR_MODEL',
        message: 'The preset story asks too much of this model (BLIP captioner). It is for: BLIP-2, InstructBLIP.',
      }),
    );
  });
});

describe('a preset of the person’s', () => {
  it('is saved, found by another store, replaced and removed', async () => {
    const { folder, store } = await emptyLibrary();
    await store.save('cats', cats);
    expect(await new PresetStore(folder).find('cats')).toMatchObject({ about: 'cats', isOwn: true });
    await store.save('cats', { ...cats, text: 'any cats?' });
    expect(wordingFor(await store.find('cats'), 'blip2')).toEqual({ text: 'any cats?', kind: 'question' });
    await store.remove('cats');
    await expect(store.find('cats')).rejects.toMatchObject({ code: 'PRESET_NOT_FOUND' });
  });

  it('stands in the place of a built-in one until it is removed', async () => {
    const { store } = await emptyLibrary();
    await store.save('story', cats);
    expect((await store.list()).filter(({ name }) => name === 'story')).toMatchObject([{ isOwn: true }]);
    await store.remove('story');
    expect((await store.find('story')).isOwn).toBe(false);
    await expect(store.remove('story')).rejects.toThrow('The preset story is a built-in one.');
  });

  it('is written whole, in a file that a person can read', async () => {
    const { folder, store, file } = await emptyLibrary();
    await store.save('Katzen nicht', cats);
    expect(await readdir(folder)).toEqual(['presets.json']);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 1, presets: { 'Katzen nicht': cats } });
  });

  it.each(['', ' cats', '../cats', '__proto__', 'a\nb', 'x'.repeat(65)])('cannot be called %j', async (name) => {
    const { store, file } = await emptyLibrary();
    await expect(store.save(name, cats)).rejects.toMatchObject({ code: 'PRESET_NAME_INVALID' });
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('may be called like a member that every object has', async () => {
    const { store } = await emptyLibrary();
    await expect(store.find('constructor')).rejects.toMatchObject({ code: 'PRESET_NOT_FOUND' });
    await store.save('constructor', cats);
    expect((await store.find('constructor')).isOwn).toBe(true);
  });

  it('that is not there is an error that lists those that are', async () => {
    const { store } = await emptyLibrary();
    await expect(store.find('poem')).rejects.toThrow(/no preset called poem\. There are: caption, short, /);
  });

  it('cannot be saved where the library’s folder cannot be', async () => {
    const { folder, store } = await emptyLibrary();
    await writeFile(folder, 'a file');
    await expect(store.save('cats', cats)).rejects.toMatchObject({ code: expect.stringMatching(/^PRESETS_FILE_/) });
  });
});

describe('a damaged presets.json', () => {
  it.each([
    ['no JSON', '{"version": 1,', 'it is not JSON'],
    ['no presets', '{"version": 1}', 'presets'],
    ['a newer version', '{"version": 2, "presets": {}}', 'version'],
    ['a preset without text', '{"version": 1, "presets": {"cats": {}}}', 'text'],
    ['a misspelled member', '{"version": 1, "presets": {"cats": {"text": "a", "knd": "text"}}}', 'knd'],
    ['a name that none can have', '{"version": 1, "presets": {"": {"text": "a"}}}', 'presets'],
  ])('(%s) is named, and never overwritten', async (_, content, reason) => {
    const { folder, store, file } = await emptyLibrary();
    await mkdir(folder);
    await writeFile(file, content);
    const attempts = [
      () => store.list(),
      () => store.find('story'),
      () => store.save('cats', cats),
      () => store.remove('cats'),
    ];
    for (const attempt of attempts) {
      const error = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'PRESETS_FILE_INVALID' });
      expect(String(error)).toContain(file);
      expect(String(error)).toContain(reason);
    }
    expect(await readFile(file, 'utf8')).toBe(content);
  });
});
