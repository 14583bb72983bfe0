/** @file Stars, flags and colour labels in the catalog: a person's before the file's, and every change undone. */
import { describe, expect } from 'vitest';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import { ownMarks } from '../../../main/library/catalog/photos/marks.ts';
import { searchIds } from '../../../main/library/catalog/search/searchPhotos.ts';
import { acceptTexts } from '../../../main/library/editing/acceptTexts.ts';
import { markPhotos } from '../../../main/library/editing/markPhotos.ts';
import { importTexts, planImport } from '../../../main/library/interchange/imports/importTexts.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { copyCaptions } from '../../../main/library/stacks/copyCaptions.ts';
import { unstack } from '../../../main/library/stacks/editStacks.ts';
import { noFileInfo } from '../../../schemas/fileInfo.ts';
import type { Mark } from '../../../schemas/marks.ts';
import { it } from '../../support/fixtures.ts';
import { plainDetails } from '../../support/photoDetails.ts';
import type { TestCatalog } from '../../support/testCatalog.ts';

const inFile = { property: 'XMP-xmp:Rating', sidecar: null };

/** As when the photo's file is read. */
function readFile({ catalog }: TestCatalog, photoId: number, stars: number | null, label?: string): void {
  const info = {
    ...noFileInfo,
    rating: stars === null ? null : { stars, ...inFile },
    texts: label === undefined ? [] : [{ kind: 'label' as const, text: label, ...inFile }],
  };
  const read = { info, sidecars: [], sidecarProblems: [] };
  catalog.photos.setDetails(photoId, 1, { ...plainDetails, rating: stars }, read);
}

const shown = async ({ catalog }: TestCatalog, photoId: number) =>
  (await catalog.reader.read('cards', [photoId]))[0]?.marks;
const find = ({ catalog }: TestCatalog, query: string) =>
  [...searchIds(catalog.connection, { query: parseQuery(query), nowMs: 0 })].sort((a, b) => a - b);
const give = async ({ catalog }: TestCatalog, photoId: number, mark: Mark) =>
  (await markPhotos(catalog, [photoId], mark)).runId ?? 0;

describe('the marks of a photo', () => {
  it('are a person’s before the file’s, kind by kind, whichever came first', async ({ test }) => {
    const id = test.addPhoto('a.jpg');
    readFile(test, id, 3, 'Rot');
    expect(await shown(test, id)).toEqual({ rating: 3, flag: null, label: 'Rot' });
    await give(test, id, { kind: 'rating', value: 0 });
    expect(await shown(test, id)).toEqual({ rating: 0, flag: null, label: 'Rot' });
    await give(test, id, { kind: 'label', value: 'none' });
    readFile(test, id, 5, 'Blau');
    expect(await shown(test, id)).toEqual({ rating: 0, flag: null, label: null });
    expect(ownMarks(test.catalog.marks.of(id))).toEqual({ rating: 0, flag: null, label: 'none' });
    expect(test.catalog.fileInfo.of(id).rating?.stars).toBe(5);
    await markPhotos(test.catalog, [id], { kind: 'rating', value: 'fromFile' });
    await markPhotos(test.catalog, [id], { kind: 'label', value: 'fromFile' });
    expect(await shown(test, id)).toEqual({ rating: 5, flag: null, label: 'Blau' });
  });

  it('say rejected where the file does in the place of stars, until a person says otherwise', async ({ test }) => {
    const id = test.addPhoto('a.jpg');
    readFile(test, id, -1);
    expect(await shown(test, id)).toEqual({ rating: -1, flag: 'reject', label: null });
    await give(test, id, { kind: 'flag', value: 'none' });
    expect(await shown(test, id)).toEqual({ rating: null, flag: null, label: null });
    await give(test, id, { kind: 'rating', value: 2 });
    await markPhotos(test.catalog, [id], { kind: 'flag', value: 'fromFile' });
    expect(await shown(test, id)).toEqual({ rating: 2, flag: 'reject', label: null });
  });

  it('are found by what the photo shows', async ({ test }) => {
    const [own, file, none] = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => test.addPhoto(name));
    readFile(test, own ?? 0, 1, 'Green');
    readFile(test, file ?? 0, 4, 'Red');
    await give(test, own ?? 0, { kind: 'rating', value: 5 });
    await give(test, own ?? 0, { kind: 'label', value: 'red' });
    await give(test, own ?? 0, { kind: 'flag', value: 'pick' });
    expect(find(test, 'rating:>=4')).toEqual([own, file]);
    expect(find(test, 'rating:1')).toEqual([]);
    expect(find(test, 'rating:none')).toEqual([none]);
    expect(find(test, 'label:red')).toEqual([own, file]);
    expect(find(test, 'label:green')).toEqual([]);
    expect(find(test, 'label:none')).toEqual([none]);
    expect(find(test, 'flag:pick')).toEqual([own]);
    expect(find(test, 'flag:reject')).toEqual([]);
    expect(find(test, '-flag:any')).toEqual([file, none]);
    const [run] = test.catalog.runs.list();
    expect(find(test, `run:${run?.id}`)).toEqual([own]);
  });
});

describe('marking', () => {
  it('does nothing where all have the mark already, and says how many it changed', async ({ test }) => {
    const ids = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => test.addPhoto(name));
    const mark = { kind: 'rating', value: 4 } as const;
    await give(test, ids[0] ?? 0, mark);
    expect(await markPhotos(test.catalog, ids, mark)).toEqual({ runId: expect.any(Number), photos: 2 });
    expect(await markPhotos(test.catalog, ids, mark)).toEqual({ runId: undefined, photos: 0 });
    expect(test.catalog.runs.list().map(({ kind }) => kind)).toEqual(['bulk-edit', 'edit']);
  });

  it('is undone and done again, in whatever order', async ({ test }) => {
    const id = test.addPhoto('a.jpg');
    readFile(test, id, 1);
    const three = await give(test, id, { kind: 'rating', value: 3 });
    const four = await give(test, id, { kind: 'rating', value: 4 });
    const five = await give(test, id, { kind: 'rating', value: 5 });
    const rating = async () => (await shown(test, id))?.rating;
    await test.catalog.undo.revert(four);
    expect(await rating()).toBe(5);
    const undone = await test.catalog.undo.revert(five);
    expect(await rating()).toBe(3);
    await test.catalog.undo.revert(three);
    expect(await rating()).toBe(1);
    await test.catalog.undo.revert(undone.runId);
    expect(await rating()).toBe(5);
  });

  it('brings every mark of the person back where taking it away is undone', async ({ test }) => {
    const id = test.addPhoto('a.jpg');
    await give(test, id, { kind: 'flag', value: 'reject' });
    await give(test, id, { kind: 'flag', value: 'pick' });
    const { runId = 0 } = await markPhotos(test.catalog, [id], { kind: 'flag', value: 'fromFile' });
    expect((await shown(test, id))?.flag).toBeNull();
    await test.catalog.undo.revert(runId);
    expect((await shown(test, id))?.flag).toBe('pick');
  });
});

describe('marks from elsewhere', () => {
  it('are a photo’s own where it has none, and stay behind those that are given here', async ({ test }) => {
    const { catalog } = test;
    const [marked, plain] = [test.addPhoto('a.jpg'), test.addPhoto('b.jpg')];
    await give(test, marked, { kind: 'rating', value: 2 });
    const photos = [marked, plain].map((photoId) => ({
      ...{ photoId, file: '', isOtherContent: false, captions: [], tags: [], answers: [], scores: [] },
      marks: [
        { mark: { kind: 'rating' as const, value: 5 }, atMs: 1000 },
        { mark: { kind: 'flag' as const, value: 'pick' as const }, atMs: 1000 },
      ],
    }));
    const choose = () => 'keep' as const;
    const plan = await planImport(catalog, { photos }, choose);
    expect(plan.counts).toMatchObject({ marks: 3, captions: 0 });
    const description = { kind: 'importTexts', path: 'x.json', more: 0, format: 'json-full' } as const;
    const work = { photos: plan.photos, runs: [], choose, description, importSource: 'x.json' };
    const runId = (await importTexts(catalog, work)) ?? 0;
    expect(await shown(test, marked)).toEqual({ rating: 2, flag: 'pick', label: null });
    expect(await shown(test, plain)).toEqual({ rating: 5, flag: 'pick', label: null });
    await give(test, plain, { kind: 'rating', value: 1 });
    expect((await shown(test, plain))?.rating).toBe(1);
    await catalog.undo.revert(runId);
    expect(await shown(test, marked)).toEqual({ rating: 2, flag: null, label: null });
    expect(await shown(test, plain)).toEqual({ rating: 1, flag: null, label: null });
  });
});

describe('what is to be done about many photos', () => {
  it.for([
    ['marks', (catalog, ids) => markPhotos(catalog, ids, { kind: 'rating', value: 'fromFile' })],
    ['accepted captions', (catalog, ids) => acceptTexts(catalog, ids, { kind: 'caption', minItm: 0.5 })],
    ['captions of stacks', (catalog, ids) => copyCaptions(catalog, ids)],
    ['stacks', (catalog, ids) => unstack(catalog, ids)],
  ] as const satisfies readonly [string, (catalog: Catalog, ids: readonly number[]) => Promise<unknown>][])(
    'is found out while others have their turn: %s',
    async ([, edit], { test }) => {
      const ids = Array.from({ length: 250 }, (_, index) => test.addPhoto(`${index}.jpg`));
      let hadTurn = false;
      setImmediate(() => {
        hadTurn = true;
      });
      await edit(test.catalog, ids);
      expect(hadTurn).toBe(true);
      expect(test.catalog.runs.list()).toEqual([]);
    },
  );
});
