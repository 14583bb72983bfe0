/** @file Telling formats by their first bytes. */
import { describe, expect, it } from 'vitest';
import { imageFormatOf } from '../../../native-models/preprocess/imageFormat.ts';

const ftyp = (major: string, ...compatible: string[]) =>
  `\0\0\0${String.fromCharCode(16 + compatible.length * 4)}ftyp${major}\0\0\0\0${compatible.join('')}`;

describe('the format of a picture', () => {
  it.each([
    ['JPEG', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
    ['WebP', 'RIFF\x10\0\0\0WEBPVP8 '],
    ['GIF', 'GIF89a'],
    ['TIFF', 'MM\0*\0\0\0\x08'],
    ['TIFF', 'II+\0\x08\0\0\0'],
    ['Canon raw (CR2)', 'II*\0\x10\0\0\0CR\x02\0'],
    ['AVIF', ftyp('avif', 'mif1', 'miaf')],
    ['AVIF', ftyp('mif1', 'avif', 'miaf')],
    ['HEIC', ftyp('heic', 'mif1')],
    ['HEIC', ftyp('mif1', 'heic')],
    ['HEIF', ftyp('mif1', 'miaf')],
    ['Canon raw (CR3)', ftyp('crx ', 'isom')],
    ['video', ftyp('isom', 'mp41')],
    ['JPEG XL', '\xff\x0a\x08'],
    ['Netpbm', 'P6\n2 2\n255\n'],
    ['SVG', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">'],
    ['PDF', '%PDF-1.7'],
  ])('is %s', (name, head) => {
    expect(imageFormatOf(Buffer.from(head, 'latin1'))?.name).toBe(name);
  });

  it.each([
    ['text', 'BMW is a maker of cars.'],
    ['nothing', ''],
    ['a web page', '<html><body>no picture</body></html>'],
  ])('is unknown for %s', (_, head) => {
    expect(imageFormatOf(Buffer.from(head, 'latin1'))).toBeUndefined();
  });
});
