/** @file Of all that libvips can open, it opens photos. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import sharp from '../../../native-models/preprocess/sharp.ts';

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';
const plain = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#123456' } });

describe('the decoder', () => {
  it('refuses drawings, documents and tables, whoever calls them pictures', async () => {
    const refused = {
      svg: Buffer.from(svg),
      svgz: gzipSync(svg),
      pdf: Buffer.from('%PDF-1.4\n'),
      ppm: Buffer.from('P6 1 1 255\nabc'),
    };
    for (const [name, bytes] of Object.entries(refused)) {
      await expect(sharp(bytes).metadata(), name).rejects.toThrow(/unsupported image format|blocked/);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'] as const)('opens %s', async (format) => {
    const bytes = await plain().toFormat(format).toBuffer();
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 8, height: 8 });
  });
});
