/** @file What ExifTool says arrives as it was said. */
import path from 'node:path';
import { expect } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
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
