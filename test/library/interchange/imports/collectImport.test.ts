/** @file Which photo each of several documents means, and that none is taken for what another one means. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { collectImport } from '../../../../main/library/interchange/imports/collectImport.ts';
import type { ImportSource } from '../../../../main/library/interchange/imports/importSource.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

let folder = '';

beforeEach(async () => {
  const temporary = await temporaryFolder();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  folder = temporary.path;
});

async function documentIn(subfolder: string, name: string, content: string): Promise<string> {
  const file = path.join(folder, subfolder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

async function captionsOf(sources: readonly Pick<ImportSource, 'path' | 'format'>[]) {
  const { photos, remarks } = await collectImport(
    sources.map((source) => ({ ...source, use: 'caption' })),
    {
      roots: [folder],
      photos: [
        { id: 1, file: path.join(folder, 'coast', 'x.jpg'), sha256: null },
        { id: 2, file: path.join(folder, 'town', 'x.jpg'), sha256: null },
        { id: 3, file: path.join(folder, 'sea', 'y.jpg'), sha256: null },
      ],
      fields: [],
      fileInfoOf: (photoId) => expect.fail(`file information of photo ${photoId} was read`),
    },
  );
  return { remarks, captions: photos.map(({ photoId, captions }) => [photoId, captions.map(({ text }) => text)]) };
}

describe('documents of several folders that name photos of their own folder alike', () => {
  it.each([
    ['txt', 'x.txt', (text: string) => text],
    ['jsonl', 'metadata.jsonl', (text: string) => JSON.stringify({ file_name: 'x.jpg', text })],
  ] as const)('%s: each text goes to the photo beside its own document', async (format, name, contentOf) => {
    const sources = [
      { format, path: await documentIn('coast', name, contentOf('waves')) },
      { format, path: await documentIn('town', name, contentOf('a street')) },
    ];
    expect(await captionsOf(sources)).toEqual({
      remarks: [],
      captions: [
        [1, ['waves']],
        [2, ['a street']],
      ],
    });
  });

  it('that none is beside: neither text is given to a photo that either may mean', async () => {
    const lines = (text: string) => JSON.stringify({ 'pictures/y.jpg': [text] });
    const sources = [
      { format: 'json' as const, path: await documentIn('coast', 'captions.json', lines('waves')) },
      { format: 'json' as const, path: await documentIn('town', 'captions.json', lines('a street')) },
    ];
    expect(await captionsOf(sources)).toEqual({
      remarks: [{ name: 'pictures/y.jpg', remark: 'unmatched' }],
      captions: [],
    });
  });

  it('in documents of one folder, a name means one photo', async () => {
    const sources = [
      { format: 'json' as const, path: await documentIn('coast', 'a.json', '{"pictures/y.jpg": ["waves"]}') },
      { format: 'json' as const, path: await documentIn('coast', 'b.json', '{"pictures/y.jpg": ["the sea"]}') },
    ];
    expect(await captionsOf(sources)).toEqual({ remarks: [], captions: [[3, ['waves', 'the sea']]] });
  });
});
