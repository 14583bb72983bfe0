/** @file Alt texts and long descriptions beside captions: each kind is shown, found, approved, undone and exported by itself. */
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import { checkCatalog } from '../../../main/library/catalog/check.ts';
import { exportRecords, photosToExport } from '../../../main/library/catalog/exports/exportRecords.ts';
import { runsToExport } from '../../../main/library/catalog/exports/exportRuns.ts';
import type { RunIdentity } from '../../../main/library/catalog/texts/provenance.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import type { TextKind } from '../../../schemas/text.ts';
import { shownCaption, testCatalog } from '../../support/testCatalog.ts';

const identity: RunIdentity = {
  model: { id: 'demo', sha256: 'ab', precision: 'fp32' },
  prompt: '',
  settings: generationSettingsSchema.parse({}),
};

const texts = (catalog: Catalog, photoId: number, kind: TextKind) =>
  catalog.captions.of(photoId, kind).map(({ source, text }) => `${source}: ${text}`);

const found = async (catalog: Catalog, query: string): Promise<number[]> => [
  ...(await catalog.reader.read('searchIds', { query: parseQuery(query), nowMs: 0 })),
];

/** A photo that a model gave one text of a kind. */
async function described(kind: Exclude<TextKind, 'caption'>, text: string) {
  const test = await testCatalog();
  const { runs, captions } = test.catalog;
  const photoId = test.addPhoto('a.jpg');
  const description = { kind: 'caption', preset: 'p', textKind: kind } as const;
  const runId = runs.begin({ kind: 'caption', description, identity: { ...identity, textKind: kind } });
  const textId = captions.add(photoId, runId, { kind, text, source: 'model' });
  runs.setState(runId, 'done');
  return { ...test, photoId, runId, textId, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

describe('An alt text', () => {
  it('is no caption: not shown as one, not found or exported as one', async () => {
    await using test = await described('altText', 'A seal on a rock');
    const { catalog, photoId } = test;
    expect(shownCaption(catalog, photoId)).toBeUndefined();
    expect(catalog.captions.of(photoId)).toEqual([]);
    expect(catalog.captionRuns.isOwnText(photoId, 'A seal on a rock', String)).toBe(false);
    expect(catalog.captionRuns.isOwnText(photoId, 'A seal on a rock', String, 'altText')).toBe(true);
    const queries = ['caption:seal', 'captioned:yes', 'caption:any', 'source:model', 'model:demo', 'approved:yes'];
    for (const query of queries) expect(await found(catalog, query), query).toEqual([]);
    for (const query of ['alt:seal', 'seal', 'alt:any', 'description:none', `run:${test.runId}`]) {
      expect(await found(catalog, query), query).toEqual([photoId]);
    }
    const filter = { included: { ...captionsOnly, alternatives: true }, humanOnly: false, withoutDoubtful: false };
    const args = { photoIds: [photoId], filter };
    expect([...photosToExport(catalog.connection, args)]).toEqual([]);
    expect(exportRecords(catalog.connection, args).get(photoId)).toMatchObject({ captions: [], altTexts: [] });
    expect(runsToExport(catalog.connection, args).runs).toEqual([]);
    expect(checkCatalog(catalog.connection).problems).toEqual([]);
  });

  it('leaves the caption alone, and the caption it, whoever writes which', async () => {
    await using test = await described('altText', 'A seal on a rock');
    const { catalog, photoId } = test;
    catalog.captions.write(photoId, 'Our seal');
    catalog.captions.write(photoId, 'Rolf, our seal, at home', { kind: 'longDescription' });
    expect(texts(catalog, photoId, 'caption')).toEqual(['human: Our seal']);
    expect(texts(catalog, photoId, 'altText')).toEqual(['model: A seal on a rock']);
    expect(texts(catalog, photoId, 'longDescription')).toEqual(['human: Rolf, our seal, at home']);
    catalog.captions.write(photoId, 'A grey seal rests on a rock', { basedOnId: test.textId, kind: 'altText' });
    expect(texts(catalog, photoId, 'altText')).toEqual([
      'human: A grey seal rests on a rock',
      'model: A seal on a rock',
    ]);
    expect(texts(catalog, photoId, 'caption')).toEqual(['human: Our seal']);
    expect(shownCaption(catalog, photoId)).toBe('Our seal');
  });

  it('by a person is shown before a newer one by a model', async () => {
    await using test = await described('longDescription', 'by the model');
    const { catalog, photoId, runId } = test;
    catalog.captions.write(photoId, 'by a person', { kind: 'longDescription' });
    catalog.captions.add(photoId, runId, { kind: 'longDescription', text: 'newer', source: 'model' });
    expect(texts(catalog, photoId, 'longDescription')[0]).toBe('human: by a person');
  });

  it('of a model is approved, which is undone, and removed, which is undone', async () => {
    await using test = await described('altText', 'A seal on a rock');
    const { catalog, photoId, textId } = test;
    expect(catalog.captions.write(photoId, 'A seal on a rock', { basedOnId: textId, kind: 'altText' })).toBe(textId);
    expect(catalog.captions.of(photoId, 'altText')).toMatchObject([{ source: 'model', approval: {} }]);
    const [approving] = catalog.runs.list();
    expect(approving?.description).toEqual({ kind: 'approveCaption', textKind: 'altText' });
    await catalog.undo.revert(approving?.id ?? 0);
    expect(catalog.captions.of(photoId, 'altText')).toMatchObject([{ source: 'model', approval: undefined }]);
    const removing = catalog.runs.within({ kind: 'edit', description: { kind: 'removeCaption' } }, (id) => {
      catalog.captions.remove(textId, id);
      return id;
    });
    expect([texts(catalog, photoId, 'altText'), await found(catalog, 'alt:seal')]).toEqual([[], []]);
    await catalog.undo.revert(removing);
    expect(texts(catalog, photoId, 'altText')).toEqual(['model: A seal on a rock']);
    expect(await found(catalog, 'alt:seal')).toEqual([photoId]);
  });

  it('taken word for word from a model’s caption is the model’s, approved, and the caption is not', async () => {
    await using test = await testCatalog();
    const { captions, runs } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const runId = runs.begin({ kind: 'caption', description: { kind: 'caption', preset: 'p' }, identity });
    const captionId = captions.add(photoId, runId, { text: 'a seal', source: 'model' });
    captions.write(photoId, 'a seal', { basedOnId: captionId, kind: 'altText' });
    expect(captions.of(photoId, 'altText')).toMatchObject([{ source: 'model', authorRunId: runId, approval: {} }]);
    expect(captions.of(photoId)).toMatchObject([{ id: captionId, approval: undefined }]);
  });

  it('that a person types on goes on with the same edit, and not with one of the caption', async () => {
    await using test = await testCatalog();
    const { captions } = test.catalog;
    const photoId = test.addPhoto('a.jpg');
    const runOf = (id: number) => captions.get(id)?.runId;
    const caption = runOf(captions.write(photoId, 'caption'));
    const first = runOf(captions.write(photoId, 'A se', { continuesRunId: caption, kind: 'altText' }));
    expect(first).not.toBe(caption);
    expect(runOf(captions.write(photoId, 'A seal', { continuesRunId: first, kind: 'altText' }))).toBe(first);
    expect(texts(test.catalog, photoId, 'altText')).toEqual(['human: A seal']);
    expect(texts(test.catalog, photoId, 'caption')).toEqual(['human: caption']);
  });

  it('goes into an export that asks for it, with its run, and alone', async () => {
    await using test = await described('altText', 'A seal on a rock');
    const { catalog, photoId, runId } = test;
    catalog.captions.write(photoId, 'Our seal');
    catalog.captions.add(photoId, runId, { kind: 'longDescription', text: 'A long one', source: 'model' });
    const included = { ...captionsOnly, captions: false, altText: true };
    const args = { photoIds: [photoId], filter: { included, humanOnly: false, withoutDoubtful: false } };
    expect([...photosToExport(catalog.connection, args)]).toMatchObject([{ id: photoId }]);
    expect(exportRecords(catalog.connection, args).get(photoId)).toMatchObject({
      captions: [],
      altTexts: [{ text: 'A seal on a rock', source: 'model', isShown: true, run: String(runId) }],
      longDescriptions: [],
    });
    expect(runsToExport(catalog.connection, args).runs).toMatchObject([{ key: String(runId) }]);
    const human = { ...args, filter: { ...args.filter, humanOnly: true } };
    expect([...photosToExport(catalog.connection, human)]).toEqual([]);
  });

  it('of a run has terms of its own: a caption on the same ones is another result', async () => {
    await using test = await described('altText', 'A seal on a rock');
    const { captionRuns, runs } = test.catalog;
    expect(captionRuns.equalCaption(test.photoId, identity)).toBeUndefined();
    expect(captionRuns.equalCaption(test.photoId, { ...identity, textKind: 'altText' })).toMatchObject({
      id: test.textId,
      kind: 'altText',
    });
    expect(runs.get(test.runId).identity).toEqual({ ...identity, textKind: 'altText' });
  });
});
