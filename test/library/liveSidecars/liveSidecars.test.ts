/** @file Sidecars that are kept in step, under a library that watches its folders while another program writes. */
import { copyFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool } from 'exiftool-vendored';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editTags } from '../../../main/library/editing/editTags.ts';
import { markPhotos } from '../../../main/library/editing/markPhotos.ts';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { LibraryKeeper } from '../../../main/library/libraryKeeper.ts';
import { type Library, openLibrary } from '../../../main/library/openLibrary.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let exifTool: ExifTool;

beforeAll(async () => {
  exifTool = await startExifTool('This test needs');
});
afterAll(() => exifTool.end());

interface LiveLibrary extends AsyncDisposable {
  readonly library: Library;
  readonly at: (name: string) => string;
  readonly id: (name: string) => number;
}

async function openLive(folder: string, names: readonly string[]): Promise<LiveLibrary> {
  await using resources = new AsyncDisposableStack();
  const photos = path.join(folder, 'photos');
  await mkdir(photos, { recursive: true });
  for (const [index, name] of names.entries()) {
    const noise = { type: 'gaussian' as const, mean: 100 + index, sigma: 30 };
    const picture = sharp({ create: { width: 16, height: 16, channels: 3, background: '#fff', noise } });
    await writeFile(path.join(photos, name), await picture.jpeg().toBuffer());
  }
  const late: { keeper?: LibraryKeeper } = {};
  const library = resources.use(
    await openLibrary({
      libraryFolder: path.join(folder, 'library'),
      owner: 'test',
      debounceMs: 0,
      onWatchEvent: (event) => late.keeper?.take(event),
      onNotice: () => undefined,
      queue: { openModel: () => Promise.reject(new Error('no model is needed here')) },
    }),
  );
  await addRoot(library.watch, photos, { watched: true, liveSidecars: true });
  late.keeper = resources.use(new LibraryKeeper({ library, onChange: () => undefined }));
  late.keeper.start();
  const idOf = (name: string) =>
    library.catalog.connection.prepare<[string], number>('SELECT id FROM photo WHERE name = ?').pluck().get(name);
  await eventually(() => expect(names.map(idOf)).not.toContain(undefined));
  const disposal = resources.move();
  return {
    library,
    at: (name) => path.join(photos, name),
    id: (name) => idOf(name) ?? 0,
    [Symbol.asyncDispose]: () => disposal[Symbol.asyncDispose](),
  };
}

async function saidBy(file: string): Promise<Record<'caption' | 'altText' | 'tags', unknown>> {
  const read = new Map(Object.entries(await exifTool.readRaw(file, ['-G1', '-struct', '-XMP:all'])));
  return {
    caption: read.get('XMP-dc:Description'),
    altText: read.get(altTextField),
    tags: read.get('XMP-digiKam:TagsList'),
  };
}

/** As digiKam does. */
async function writeThere(file: string, tags: Record<string, string | string[]>): Promise<void> {
  await exifTool.write(file, tags, { writeArgs: ['-overwrite_original'] });
}

const altTextField = 'XMP-iptcCore:AltTextAccessibility';
const digiKam = (caption: string) => ({ 'XMP-dc:Description': caption, 'XMP-tiff:ImageDescription': caption });
const digiKamTags = (...tags: string[]) => ({
  'XMP-digiKam:TagsList': tags,
  'XMP-lr:HierarchicalSubject': tags,
  'XMP-dc:Subject': tags,
});

function byModel({ library: { catalog } }: LiveLibrary, photoId: number, text: string): void {
  const identity = {
    model: { id: 'tiny', sha256: 'ab'.repeat(32), precision: 'fp32' },
    prompt: '',
    settings: generationSettingsSchema.parse({}),
  };
  const run = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' }, identity });
  catalog.captions.add(photoId, run, { text, source: 'model', size: { width: 16, height: 16 } });
}

function textsHere({ library: { catalog } }: LiveLibrary, photoId: number) {
  return {
    captions: catalog.captions.of(photoId).map(({ text }) => text),
    tags: catalog.tags.of(photoId).map(({ path: tag }) => tag),
  };
}

describe('sidecars that are kept in step', { timeout: 120_000 }, () => {
  it('get what is written here, give what is written there, and come to rest', async () => {
    await using folder = await temporaryFolder();
    await using live = await openLive(folder.path, ['a.jpg']);
    const [id, sidecar, photo] = [live.id('a.jpg'), live.at('a.jpg.xmp'), await readFile(live.at('a.jpg'))];
    byModel(live, id, 'by a model');
    await eventually(async () => expect(await saidBy(sidecar)).toMatchObject({ caption: 'by a model' }));
    await eventually(() => expect(live.library.catalog.liveSidecars.of(id)?.texts.caption).toBe('by a model'));
    // A person's word there goes before a model's here.
    await writeThere(sidecar, { ...digiKam('by Ann'), ...digiKamTags('sea', 'places/France') });
    await eventually(() =>
      expect(textsHere(live, id)).toEqual({ captions: ['by Ann', 'by a model'], tags: ['places/France', 'sea'] }),
    );
    byModel(live, id, 'by a model again');
    live.library.catalog.tags.refresh(id);
    await eventually(() => expect(live.library.catalog.liveSidecars.of(id)?.seen).toContain('by a model again'));
    expect(await saidBy(sidecar)).toMatchObject({ caption: 'by Ann' });
    // A person here has read what was there.
    live.library.catalog.captions.write(id, 'by Bob');
    await eventually(async () => expect(await saidBy(sidecar)).toMatchObject({ caption: 'by Bob' }));
    // A tag that is removed there leaves here.
    await eventually(() => expect(live.library.catalog.liveSidecars.of(id)?.texts.caption).toBe('by Bob'));
    await writeThere(sidecar, digiKamTags('sea'));
    await eventually(() => expect(textsHere(live, id).tags).toEqual(['sea']));
    // An alt text goes both ways as well, by itself.
    live.library.catalog.captions.write(id, 'alt by Bob', { kind: 'altText' });
    await eventually(() => expect(live.library.catalog.liveSidecars.of(id)?.texts.altText).toBe('alt by Bob'));
    expect(await saidBy(sidecar)).toMatchObject({ caption: 'by Bob', altText: 'alt by Bob' });
    await writeThere(sidecar, { [altTextField]: 'alt by Ann' });
    await eventually(() =>
      expect(live.library.catalog.captions.of(id, 'altText').map(({ text }) => text)).toContain('alt by Ann'),
    );
    expect(textsHere(live, id).captions).not.toContain('alt by Ann');
    expect(await readFile(live.at('a.jpg'))).toEqual(photo);
    // Nothing reads its own writing and writes again.
    let before = -1;
    await eventually(async () => {
      const { ctimeMs } = await stat(sidecar);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      before = ctimeMs;
      expect((await stat(sidecar)).ctimeMs).toBe(ctimeMs);
    });
    expect((await stat(sidecar)).ctimeMs).toBe(before);
  });

  it('show a text once that another program wrote, took back and wrote once more', async () => {
    await using folder = await temporaryFolder();
    await using live = await openLive(folder.path, ['a.jpg']);
    const [id, sidecar] = [live.id('a.jpg'), live.at('a.jpg.xmp')];
    for (const [written, shown] of [
      ['boats', ['boats']],
      ['ships', ['ships', 'boats']],
      ['boats', ['boats', 'ships']],
    ] as const) {
      await writeThere(sidecar, digiKam(written));
      await eventually(() => expect(textsHere(live, id).captions[0]).toBe(written));
      expect(textsHere(live, id).captions).toEqual(shown);
    }
  });

  it('take in what another program writes while its text before is still being put in step', async () => {
    await using folder = await temporaryFolder();
    await using live = await openLive(folder.path, ['a.jpg']);
    const { catalog } = live.library;
    const [id, sidecar] = [live.id('a.jpg'), live.at('a.jpg.xmp')];
    const [boats, ships] = [live.at('boats.xmp'), live.at('ships.xmp')];
    await writeThere(boats, digiKam('boats'));
    await writeThere(ships, digiKam('ships'));
    await copyFile(boats, sidecar);
    await eventually(() => expect(catalog.liveSidecars.of(id)?.texts.caption).toBe('boats'));
    let isTakenBack = false;
    const stop = catalog.connection.onChange(() => {
      if (isTakenBack || textsHere(live, id).captions[0] !== 'ships') return;
      isTakenBack = true;
      copyFileSync(boats, sidecar);
    });
    await copyFile(ships, sidecar);
    await eventually(() => expect(isTakenBack).toBe(true));
    await eventually(() => expect(textsHere(live, id).captions).toEqual(['boats', 'ships']));
    stop();
  });

  it('keep what two people wrote, each where it is, until one of them writes once more', async () => {
    await using folder = await temporaryFolder();
    await using live = await openLive(folder.path, ['a.jpg']);
    const [id, sidecar] = [live.id('a.jpg'), live.at('a.jpg.xmp')];
    live.library.catalog.captions.write(id, 'first');
    await eventually(() => expect(live.library.catalog.liveSidecars.of(id)?.texts.caption).toBe('first'));
    live.library.catalog.captions.write(id, 'by Bob');
    await writeThere(sidecar, digiKam('by Ann'));
    await eventually(() => expect(textsHere(live, id).captions).toContain('by Ann'));
    expect(textsHere(live, id).captions[0]).toBe('by Bob');
    await eventually(() => expect(live.library.catalog.liveSidecars.of(id)?.contested.caption).toBe('by Bob'));
    expect(await saidBy(sidecar)).toMatchObject({ caption: 'by Ann' });
    live.library.catalog.captions.write(id, 'by both');
    await eventually(async () => expect(await saidBy(sidecar)).toMatchObject({ caption: 'by both' }));
  });

  it('do not get a keyword of another program back that was removed here', async () => {
    await using folder = await temporaryFolder();
    await using live = await openLive(folder.path, ['a.jpg']);
    const { catalog } = live.library;
    const [id, sidecar] = [live.id('a.jpg'), live.at('a.jpg.xmp')];
    await writeThere(sidecar, { 'XMP-dc:Subject': ['pier', 'gull'] });
    await eventually(async () => expect(await saidBy(sidecar)).toMatchObject({ tags: ['gull', 'pier'] }));
    await editTags(catalog, { photoIds: [id], operation: { type: 'remove', paths: ['pier'] } });
    await eventually(async () => expect(await saidBy(sidecar)).toMatchObject({ tags: ['gull'] }));
    await editTags(catalog, { photoIds: [id], operation: { type: 'add', paths: ['sea'] } });
    await eventually(async () => expect(await saidBy(sidecar)).toMatchObject({ tags: ['gull', 'sea'] }));
    expect(textsHere(live, id).tags).toEqual(['gull', 'sea']);
  });

  it('agree in the end, whatever many programs do at once, also where Vignette was closed in between', async () => {
    await using folder = await temporaryFolder();
    const names = Array.from({ length: 12 }, (_, index) => `${index}.jpg`);
    {
      await using live = await openLive(folder.path, names);
      for (const [round, name] of [...names, ...names].entries()) {
        if (round % 3 === 0) await writeThere(live.at(`${name}.xmp`), digiKamTags(`there ${round}`));
        live.library.catalog.captions.write(live.id(name), `here ${round}`);
      }
      // Some are written already, and some are not.
      await eventually(async () => expect((await readdir(live.at('.'))).length).toBeGreaterThan(names.length + 3));
    }
    await rm(path.join(folder.path, 'photos', '1.jpg.xmp'), { force: true });
    await writeThere(path.join(folder.path, 'photos', '2.jpg.xmp'), digiKamTags('while closed'));
    await using live = await openLive(folder.path, []);
    for (const [index, name] of names.entries()) {
      const caption = `here ${names.length + index}`;
      await eventually(async () => expect((await saidBy(live.at(`${name}.xmp`))).caption).toBe(caption));
      expect(textsHere(live, live.id(name)).captions.filter((text) => text === caption)).toHaveLength(1);
    }
    await eventually(() => expect(textsHere(live, live.id('2.jpg')).tags).toEqual(['while closed']));
    expect(textsHere(live, live.id('0.jpg')).tags.length).toBeGreaterThan(0);
  });
});

describe('ratings and color labels', () => {
  const marksIn = async (file: string) => {
    const read = new Map(Object.entries(await exifTool.readRaw(file, ['-G1', '-n', '-XMP:all'])));
    return [read.get('XMP-xmp:Rating'), read.get('XMP-xmp:Label')];
  };

  it('go to the sidecar, give way to what another program sets there, and come back with an undo', async () => {
    await using folder = await temporaryFolder();
    await using live = await openLive(folder.path, ['a.jpg']);
    const { catalog } = live.library;
    const [id, sidecar] = [live.id('a.jpg'), `${live.at('a.jpg')}.xmp`];
    const shown = async () => (await catalog.reader.read('cards', [id]))[0]?.marks;
    await writeThere(sidecar, { 'XMP-xmp:Rating': '3', 'XMP-xmp:CreatorTool': 'digiKam' });
    await eventually(async () => expect(await shown()).toEqual({ rating: 3, flag: null, label: null }));
    const { runId: rated = 0 } = await markPhotos(catalog, [id], { kind: 'rating', value: 4 });
    await markPhotos(catalog, [id], { kind: 'label', value: 'green' });
    await eventually(async () => expect(await marksIn(sidecar)).toEqual([4, 'Green']));
    // What stands there is the person's, and nothing that another program says.
    await eventually(() => expect(catalog.fileInfo.of(id).rating).toBeNull());
    expect(catalog.marks.of(id).map(({ mark }) => mark.value)).toEqual([4, 'green']);

    await writeThere(sidecar, { 'XMP-xmp:Rating': '2' });
    await eventually(async () => expect(await shown()).toEqual({ rating: 2, flag: null, label: 'green' }));
    await eventually(() => expect(catalog.marks.of(id).map(({ mark }) => mark.value)).toEqual(['green']));
    const [changes] = catalog.runs.list();
    expect(changes?.description).toEqual({ kind: 'sidecarChanges' });
    await catalog.undo.revert(changes?.id ?? 0);
    await eventually(async () => expect(await marksIn(sidecar)).toEqual([4, 'Green']));

    await catalog.undo.revert(rated);
    await markPhotos(catalog, [id], { kind: 'label', value: 'fromFile' });
    await eventually(async () => expect(await marksIn(sidecar)).toEqual([2, undefined]));
    await markPhotos(catalog, [id], { kind: 'flag', value: 'reject' });
    await eventually(async () => expect(await marksIn(sidecar)).toEqual([-1, undefined]));
    await markPhotos(catalog, [id], { kind: 'flag', value: 'none' });
    await eventually(async () => expect(await marksIn(sidecar)).toEqual([2, undefined]));
    await eventually(async () => expect(await shown()).toEqual({ rating: 2, flag: null, label: null }));
  });
});
