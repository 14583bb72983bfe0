/** @file What each format says of photos, as a reader finds it: one file a test, written as other programs write it. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { ImportItem } from '../../../../main/library/interchange/imports/importRecord.ts';
import {
  type ImportSource,
  importFormatOf,
  readImportSource,
} from '../../../../main/library/interchange/imports/importSource.ts';
import { suggestedUse, textFilesIn } from '../../../../main/library/interchange/imports/readTextFiles.ts';
import { hubDataset } from '../../../support/hubDataset.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

/** As LZ4 allows it: nothing but literals. */
function lz4(bytes: Uint8Array): Uint8Array {
  const more = Math.max(0, bytes.length - 15);
  const lengths = bytes.length < 15 ? [] : [...Array(Math.floor(more / 255)).fill(255), more % 255];
  return Uint8Array.from([Math.min(15, bytes.length) << 4, ...lengths, ...bytes]);
}

/** As Hadoop writes it: with the sizes before it, unpacked and packed. */
function lz4InFrame(bytes: Uint8Array): Uint8Array {
  const packed = lz4(bytes);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes.length, 0);
  head.writeUInt32BE(packed.length, 4);
  return Buffer.concat([head, packed]);
}

async function read(name: string, content: string | Uint8Array, changes: Partial<ImportSource> = {}) {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, name);
  await writeFile(file, content);
  const source = { path: file, format: await importFormatOf(file), use: 'caption' as const, ...changes };
  return { format: source.format, items: await itemsOf(source) };
}

async function itemsOf(source: ImportSource): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of readImportSource(source)) items.push(short(item));
  return items;
}

/** Without what is empty. */
function short(item: ImportItem): unknown {
  if (!('name' in item) || 'remark' in item) return item;
  const { name, captions, tags, answers } = item;
  return {
    name,
    ...(captions.length === 0 ? {} : { captions: captions.map(({ text }) => text) }),
    ...(tags.length === 0 ? {} : { tags: tags.map((tag) => tag.path) }),
    ...(answers.length === 0 ? {} : { answers: answers.map(({ question, text }) => [question, text]) }),
  };
}

describe('Parquet', () => {
  it("takes a dataset of Hugging Face's: the path of each picture, and none of its bytes", async () => {
    const { format, items } = await read('train-00000-of-00001.parquet', await hubDataset());
    expect(format).toBe('parquet');
    expect(items).toEqual([
      { name: 'boat.jpg', captions: ['a boat'] },
      { name: '2', remark: 'invalidEntry' },
      { name: 'sea.jpg' },
    ]);
  });

  it('takes the column that was chosen, and refuses one that is not there', async () => {
    expect((await read('a.parquet', await hubDataset(), { column: 'label' })).items).toContainEqual({
      name: 'sea.jpg',
      captions: ['water'],
    });
    await expect(read('a.parquet', await hubDataset(), { column: 'short' })).rejects.toMatchObject({
      code: 'IMPORT_COLUMN_MISSING',
    });
  });

  it('without a column that says which photo is refused', async () => {
    const columnData = [{ name: 'text', data: ['a boat'], type: 'STRING' as const }];
    await expect(read('a.parquet', new Uint8Array(parquetWriteBuffer({ columnData })))).rejects.toMatchObject({
      code: 'IMPORT_COLUMN_MISSING',
    });
  });

  it.each(['LZ4_RAW', 'LZ4'] as const)('is unpacked where it is compressed with %s', async (codec) => {
    const texts = ['a boat', 'a boat', 'a dog'];
    const columnData = [
      { name: 'file_name', data: ['a.jpg', 'b.jpg', 'c.jpg'], type: 'STRING' as const },
      { name: 'text', data: texts, type: 'STRING' as const },
    ];
    const compressors = { [codec]: codec === 'LZ4' ? lz4InFrame : lz4 };
    const content = new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors }));
    const { items } = await read('a.parquet', content);
    expect(items).toEqual(texts.map((text, index) => ({ name: `${'abc'[index]}.jpg`, captions: [text] })));
    const damaged = Buffer.from(content);
    const at = damaged.indexOf('a boat');
    // Behind the literals, a match that begins before the text.
    damaged.fill(0xff, at - 4, at + 2);
    await expect(read('a.parquet', damaged)).rejects.toMatchObject({ code: 'IMPORT_NOT_PARQUET' });
  });

  it('takes thousands of rows in their order, of several row groups', async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `${index}.jpg`);
    const columnData = [
      { name: 'file_name', data: names, type: 'STRING' as const },
      { name: 'text', data: names.map((name) => `of ${name}`), type: 'STRING' as const },
    ];
    const { items } = await read('a.parquet', new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1700 })));
    expect(items).toEqual(names.map((name) => ({ name, captions: [`of ${name}`] })));
  });

  it('stops when it is told to', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'a.parquet');
    await writeFile(file, await hubDataset());
    const stop = new AbortController();
    const items = readImportSource({ path: file, format: 'parquet', use: 'caption' }, stop.signal);
    stop.abort(new Error('told to'));
    await expect(items.next()).rejects.toThrow('told to');
  });
});

describe('plain JSON', () => {
  it('gives each caption of each name, of a name that stands there twice all of them', async () => {
    const { format, items } = await read('captions.json', '{"a": ["one", "two"], "b/c.jpg": "three", "a": ["four"]}');
    expect(format).toBe('json');
    expect(items).toEqual([
      { name: 'a', captions: ['one'] },
      { name: 'a', captions: ['two'] },
      { name: 'b/c.jpg', captions: ['three'] },
      { name: 'a', captions: ['four'] },
    ]);
  });

  it('takes names such as __proto__ for names', async () => {
    const { items } = await read('captions.json', '{"__proto__": ["one"], "constructor": {"caption": "two"}}');
    expect(items).toEqual([
      { name: '__proto__', captions: ['one'] },
      { name: 'constructor', captions: ['two'] },
    ]);
    expect({}).not.toHaveProperty('caption');
  });

  it("reads kohya's metadata with captions and tags, and leaves the size that it trains at", async () => {
    const text = '{"/data/1.png": {"caption": "a dog", "tags": "dog, grass, dog", "train_resolution": [512, 512]}}';
    expect((await read('meta.json', text)).items).toEqual([
      { name: '/data/1.png', captions: ['a dog'] },
      { name: '/data/1.png', tags: ['dog', 'grass'] },
    ]);
  });

  it('names what is no caption', async () => {
    expect((await read('captions.json', '{"a": 7, "b": [null, "x"]}')).items).toEqual([
      { name: 'a', remark: 'invalidEntry' },
      { name: 'b', remark: 'invalidEntry' },
      { name: 'b', captions: ['x'] },
    ]);
  });
});

describe('COCO', () => {
  it('joins captions to images also where annotations come first, and names those of images that are not there', async () => {
    const { format, items } = await read(
      'coco.json',
      JSON.stringify({
        info: { description: 'x' },
        annotations: [
          { id: 1, image_id: 7, caption: 'a cat' },
          { id: 2, image_id: 7, caption: 'a sleeping cat' },
          { id: 3, image_id: 9, caption: 'nobody has it' },
          { id: 4, image_id: 7, segmentation: [[1, 2]] },
          { id: 5 },
        ],
        images: [{ id: 7, file_name: 'x/7.jpg' }, { id: 8 }],
      }),
    );
    expect(format).toBe('coco');
    expect(items).toEqual([
      { name: 'annotations[4]', remark: 'invalidEntry' },
      { name: 'images[1]', remark: 'invalidEntry' },
      { name: 'x/7.jpg', captions: ['a cat'] },
      { name: 'x/7.jpg', captions: ['a sleeping cat'] },
      { name: 'image_id 9', remark: 'unmatched' },
    ]);
  });
});

describe('JSONL', () => {
  it("reads Hugging Face's columns and Vignette's, and names lines that are none", async () => {
    const lines = [
      '{"file_name": "1.jpg", "text": "one"}',
      '{"file_name": "2.jpg", "text": "two", "texts": ["two", "zwei"], "tags": ["a/b", "c"], "answers": [{"question": "Where?", "text": "here"}]}',
      '{"file_name": "3.jpg", "text": "three", "text": "again"}',
      '{"file_name": "4.jpg", "text": NaN}',
      '',
      '{"text": "no file"}',
      '{"file_name": "5.jpg", "text": null}',
    ];
    const { format, items } = await read('metadata.jsonl', lines.join('\n'));
    expect(format).toBe('jsonl');
    expect(items).toEqual([
      { name: '1.jpg', captions: ['one'] },
      { name: '2.jpg', captions: ['two', 'zwei'], tags: ['a/b', 'c'], answers: [['Where?', 'here']] },
      { name: '3', remark: 'invalidEntry' },
      { name: '4', remark: 'invalidEntry' },
      { name: '6', remark: 'invalidEntry' },
      { name: '5.jpg' },
    ]);
  });

  it('takes the column that was chosen, and says which there are where it is not there', async () => {
    const text = '{"image": "1.jpg", "text": "one", "long": "a longer one"}';
    expect((await read('m.jsonl', text, { column: 'long' })).items).toEqual([
      { name: '1.jpg', captions: ['a longer one'] },
    ]);
    await expect(read('m.jsonl', text, { column: 'short' })).rejects.toMatchObject({
      code: 'IMPORT_COLUMN_MISSING',
      details: { columns: ['image', 'text', 'long'] },
    });
  });
});

describe('CSV', () => {
  it('keeps a quote mark that stands before no formula, and that no export of ours wrote', async () => {
    const text = "file_name,text\na.jpg,'tis the sea\nb.jpg,''quoted''\nc.jpg,'90s: boats\n";
    expect((await read('captions.csv', text)).items).toEqual([
      { name: 'a.jpg', captions: ["'tis the sea"] },
      { name: 'b.jpg', captions: ["''quoted''"] },
      { name: 'c.jpg', captions: ["'90s: boats"] },
    ]);
  });

  it("reads Vignette's own: questions in the columns behind, and cells that were made harmless as they were", async () => {
    const text = [
      "file_name,caption,width,height,model,prompt,tags,Where?,'=Why?",
      'a.jpg,"\'=a ""boat"", moored",640,480,tiny,a photo of,"places/Harbour, old; sea",\'-here,because',
      "b.jpg,'''@x,,,,,,,",
    ].join('\r\n');
    expect((await read('captions.csv', text)).items).toEqual([
      {
        name: 'a.jpg',
        captions: ['=a "boat", moored'],
        tags: ['places/Harbour, old', 'sea'],
        answers: [
          ['Where?', '-here'],
          ['=Why?', 'because'],
        ],
      },
      { name: 'b.jpg', captions: ["''@x"] },
    ]);
  });

  it('leaves columns of marks out, and takes one that only has the name of such for a question', async () => {
    const head = 'file_name,caption,width,height,model,prompt';
    const marked = `${head},rating,flag,label,label\r\na.jpg,,,,,,4,pick,red,a boat`;
    expect((await read('captions.csv', marked)).items).toEqual([{ name: 'a.jpg', answers: [['label', 'a boat']] }]);
    const asked = `${head},rating\r\na.jpg,,,,,,good`;
    expect((await read('captions.csv', asked)).items).toEqual([{ name: 'a.jpg', answers: [['rating', 'good']] }]);
  });

  it('reads UTF-16 with semicolons, as spreadsheets save it, and commas between tags of others', async () => {
    const text = '\ufefffile_name;text;tags\r\n"ä;1.jpg";"zwei\nZeilen";"a, b"\r\n';
    expect((await read('captions.csv', Buffer.from(text, 'utf16le'))).items).toEqual([
      { name: 'ä;1.jpg', captions: ['zwei\nZeilen'], tags: ['a', 'b'] },
    ]);
  });
});

describe('text files', () => {
  it('are captions or tags as the person says, of the folder with all below it, hidden ones apart', async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, 'sub', '.git'), { recursive: true });
    await writeFile(path.join(folder.path, 'b.txt'), '1girl, saber \\(fate\\), :/, places/France\n');
    await writeFile(path.join(folder.path, 'sub', 'a.jpg.txt'), '\ufeffsolo');
    await writeFile(path.join(folder.path, 'sub', '.git', 'c.txt'), 'hidden');
    await writeFile(path.join(folder.path, 'sub', 'latin.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
    const source = { path: folder.path, format: await importFormatOf(folder.path) } as const;
    expect(await itemsOf({ ...source, use: 'tags' })).toEqual([
      { name: 'b', tags: ['1girl', 'saber (fate)', ':\u2215', 'places/France'] },
      { name: 'sub/a.jpg', tags: ['solo'] },
      { name: 'sub/latin.txt', remark: 'unreadable' },
    ]);
    expect((await itemsOf({ ...source, use: 'caption' }))[1]).toEqual({ name: 'sub/a.jpg', captions: ['solo'] });
  });

  it.each([
    [['1girl, solo, long hair', 'dog, outdoors'], 'tags'],
    [['A dog runs along the beach, and the sea is calm behind it.', 'three boats on the blue sea'], 'caption'],
    [[], 'caption'],
  ])('look like what they are: %j', async (texts, expected) => {
    await using folder = await temporaryFolder();
    for (const [index, text] of texts.entries()) await writeFile(path.join(folder.path, `${index}.txt`), text);
    expect(await suggestedUse(await textFilesIn(folder.path, 'txt'))).toBe(expected);
  });

  it('of both kinds in one folder are not guessed between', async () => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'a.txt'), 'x');
    await writeFile(path.join(folder.path, 'a.caption'), 'x');
    await expect(importFormatOf(folder.path)).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNKNOWN' });
  });
});
