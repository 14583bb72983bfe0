/** @file What ExifTool says arrives as it was said. */
import path from 'node:path';
import { expect } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { runExifTool } from '../../../main/library/files/exifToolCommands.ts';
import { XmpFiles } from '../../../main/library/interchange/xmpFile.ts';
import { it } from '../../support/fixtures.ts';

it('a long text keeps its characters, wherever ExifTool’s output is cut into pieces', async ({ folder }) => {
  const exifTool = await startExifTool('This test needs');
  try {
    const file = path.join(folder.path, 'a.xmp');
    // In pieces of any size, characters of three bytes lie across the end of some.
    const texts = ['日本', 'a日本', 'aa日本'].map((text) => text.repeat(4000));
    for (const text of texts) {
      await exifTool.write(file, { Description: text }, { writeArgs: ['-overwrite_original'] });
      const { Description: read } = await exifTool.readRaw(file, ['-Description']);
      expect(read === text).toBe(true);
    }
  } finally {
    await exifTool.end();
  }
});

it('a caption that looks like the end of an answer ends none', async ({ folder }) => {
  const exifTool = await startExifTool('This test needs');
  try {
    const [first, second] = [path.join(folder.path, 'a.xmp'), path.join(folder.path, 'b.xmp')];
    const captions: Record<string, string> = {
      [first]: 'the {ready} and the\n{ready}\n{ready1}\n set',
      [second]: 'other',
    };
    const args = ['-Description', '-Title'];
    for (const [file, Description] of Object.entries(captions)) {
      await exifTool.write(file, { Description, Title: 'last' }, { writeArgs: ['-overwrite_original'] });
    }
    const read = await Promise.all([first, second, first].map((file) => exifTool.readRaw(file, args)));
    expect(read.map(({ Description, Title }) => [Description, Title])).toEqual([
      [captions[first], 'last'],
      [captions[second], 'last'],
      [captions[first], 'last'],
    ]);
    const { printed } = await runExifTool(
      exifTool,
      [first, second].map((file) => ['-json', ...args, file]),
    );
    expect(printed.map((json) => JSON.parse(json))).toMatchObject([
      [{ Description: captions[first] }],
      [{ Description: captions[second] }],
    ]);
  } finally {
    await exifTool.end();
  }
});

it('of commands that are sent together, one that fails ends no other', async ({ folder }) => {
  const exifTool = await startExifTool('This test needs');
  try {
    const [first, second, missing] = ['a.xmp', 'b.xmp', 'missing.jpg'].map((name) => path.join(folder.path, name));
    const { printed, complaints } = await runExifTool(exifTool, [
      ['-XMP-dc:Title=one', `${first}`],
      ['-XMP-dc:Title=two', `${missing}`],
      ['-XMP-dc:Title=three', `${second}`],
    ]);
    expect(printed.map((text) => /(\d) image files created/.exec(text)?.[1])).toEqual(['1', undefined, '1']);
    expect(complaints).toEqual([expect.stringContaining(`${missing}`)]);
    expect((await exifTool.readRaw(`${second}`, ['-Title'])).Title).toBe('three');
  } finally {
    await exifTool.end();
  }
});

it('a failure of ExifTool’s own is one of a photo, and is said in its words', async ({ folder }) => {
  const exifTool = await startExifTool('This test needs');
  await exifTool.end();
  await expect(runExifTool(exifTool, [['-ver']])).rejects.toMatchObject({ code: 'EXIFTOOL_FAILED' });
  await using files = await XmpFiles.start(folder.path);
  const failed = files.changed(
    { xmp: Buffer.from('no XMP'), copies: new Map() },
    { texts: { caption: 'a boat' }, edits: [] },
  );
  await expect(failed).rejects.toMatchObject({ code: 'EXIFTOOL_FAILED', message: expect.stringContaining('0.xmp') });
  await expect(failed).rejects.toThrow(expect.objectContaining({ message: expect.not.stringContaining(folder.path) }));
});
