/** @file What a prompt says about a photo of the catalog: people's words, of here and of the photo's file, and never a model's. */

import { describe, expect, vi } from 'vitest';
import { nothingRead } from '../../../main/library/catalog/photos/fileInfo.ts';
import type { PhotoDetails } from '../../../main/library/catalog/photos/photoDetails.ts';
import { readDetailsOf } from '../../../main/library/images/readDetails.ts';
import { CatalogFacts, cameraName } from '../../../main/library/prompting/photoFacts.ts';
import type { WrittenVariable } from '../../../main/library/prompting/photoPrompt.ts';
import { type FileInfo, noFileInfo } from '../../../schemas/fileInfo.ts';
import { it } from '../../support/fixtures.ts';
import { plainDetails } from '../../support/photoDetails.ts';
import type { TestCatalog } from '../../support/testCatalog.ts';

const details: PhotoDetails = { ...plainDetails, cameraMake: 'NIKON CORPORATION', cameraModel: 'NIKON D850' };

const from = { property: 'XMP-x:Some', sidecar: null };
const info: FileInfo = {
  ...noFileInfo,
  texts: [
    { kind: 'headline', text: 'the headline', ...from },
    { kind: 'caption', text: 'the caption in the file', ...from },
  ],
  keywords: [
    { path: 'places/France', ...from },
    { path: 'boat', ...from },
  ],
  people: ['Anna', 'Ben', 'Carl'].map((name) => ({ name, region: null, ...from })),
  places: [
    { kind: 'located', sublocation: null, city: 'Nice', state: 'Var', country: 'France', countryCode: 'FR', ...from },
  ],
};

/** Without files: what a photo's file says is there at once, or comes when it is asked for. */
function factsOf({ catalog }: TestCatalog, ensureRead: (photoId: number) => Promise<void> = async () => {}) {
  const pictures = { read: vi.fn(), assertExifTool: vi.fn() };
  const facts = new CatalogFacts({ known: catalog, pictures, ensureRead, readXmp: vi.fn() });
  return async (photoId: number, ...variables: WrittenVariable[]) =>
    await Promise.all(variables.map((variable) => facts.writtenOf(photoId, variable)));
}

describe('what a prompt says about a photo', () => {
  it('is what other programs wrote into its file', async ({ test }) => {
    const photoId = test.addPhoto('a.jpg');
    test.catalog.photos.setDetails(photoId, 1, details, { ...nothingRead, info });
    expect(await factsOf(test)(photoId, 'title', 'caption', 'keywords', 'people', 'place', 'camera', 'tags')).toEqual([
      'the headline',
      'the caption in the file',
      'France, boat',
      'Anna, Ben and Carl',
      'Nice, France',
      'NIKON D850',
      '',
    ]);
  });

  it('is empty where nobody wrote anything', async ({ test }) => {
    const photoId = test.addPhoto('a.jpg');
    expect(await factsOf(test)(photoId, 'title', 'caption', 'keywords', 'people', 'place', 'camera', 'tags')).toEqual([
      '',
      '',
      '',
      '',
      '',
      '',
      '',
    ]);
  });

  it("has a person's caption before the file's, and no caption or tag of a model", async ({ test }) => {
    const photoId = test.addPhoto('a.jpg');
    const { catalog } = test;
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'caption', preset: 'caption' } });
    catalog.captions.add(photoId, runId, { text: 'by a model', source: 'model' });
    catalog.tags.add(photoId, runId, { path: 'things/kite', source: 'model' });
    catalog.tags.add(photoId, runId, { path: 'things/boat', source: 'human' });
    expect(await factsOf(test)(photoId, 'caption', 'tags')).toEqual(['', 'boat']);
    catalog.photos.setDetails(photoId, 1, details, { ...nothingRead, info });
    expect(await factsOf(test)(photoId, 'caption')).toEqual(['the caption in the file']);
    catalog.captions.write(photoId, 'by a person');
    expect(await factsOf(test)(photoId, 'caption')).toEqual(['by a person']);
  });

  it('is read from the file of a photo that has just come, once, and of no other photo', async ({ test }) => {
    const { photos, fileInfo, writtenXmp, embeddedText } = test.catalog;
    const [, photoId] = [test.addPhoto('a.jpg'), test.addPhoto('b.jpg'), test.addPhoto('c.jpg')];
    const read = vi.fn().mockResolvedValue({
      format: 'JPEG',
      shownSize: { width: 60, height: 40 },
      orientation: 1,
      takenAt: null,
      position: null,
      camera: {
        make: 'Canon',
        model: 'EOS R5',
        lens: null,
        iso: null,
        exposureSeconds: null,
        aperture: null,
        focalLengthMm: null,
      },
      info,
      sidecarProblems: [],
      colourProfile: null,
    });
    const written = factsOf(test, (id) =>
      readDetailsOf(id, { photos, fileInfo, writtenXmp, embeddedText, metadata: { read } }),
    );
    expect(await written(photoId, 'people')).toEqual(['Anna, Ben and Carl']);
    expect(await written(photoId, 'camera')).toEqual(['Canon EOS R5']);
    expect(read.mock.calls.map(([file]) => file)).toEqual(['/photos/b.jpg']);
  });
});

describe("a camera's name", () => {
  it.each([
    ['Canon', 'Canon EOS R5', 'Canon EOS R5'],
    ['NIKON CORPORATION', 'NIKON D850', 'NIKON D850'],
    ['SONY', 'ILCE-7M4', 'SONY ILCE-7M4'],
    [null, 'iPhone 15', 'iPhone 15'],
    ['Apple', null, 'Apple'],
    [null, null, ''],
  ])('of %s and %s is %s', (cameraMake, cameraModel, name) => {
    expect(cameraName({ cameraMake, cameraModel })).toBe(name);
  });
});
