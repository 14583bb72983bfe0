/** @file A TGA as ImageMagick takes it for what it is. Pure. */
import { ImageError } from '../imageError.ts';
import { bufferOf } from '../structure.ts';
import { type TargaHeader, targaHeader } from '../targaHeader.ts';

export interface TargaFile {
  readonly bytes: Uint8Array;
  /** What ImageMagick would take for transparency is none. */
  readonly isOpaque: boolean;
}

/** @throws ImageError */
export function targaFile(bytes: Uint8Array): TargaFile {
  const header = targaHeader(bytes);
  if (header === undefined) throw damaged('its header contradicts itself');
  const isOpaque = header.alphaBits === 0;
  if (header.colours !== 'grey' || header.bitsOfPixel !== 16) return { bytes, isOpaque };
  return { bytes: inColours(bufferOf(bytes), header), isOpaque };
}

const at = { kind: 2, bitsOfPixel: 16 } as const;
const colours = { plain: 2, inRuns: 10 } as const;
const maxRunPixels = 128;

/** Grey with transparency, which ImageMagick takes for colours of 5 bits, as colours of 8 bits with transparency. */
function inColours(file: Buffer, { width, height, isRunLength, dataAt }: TargaHeader): Buffer {
  const head = Buffer.from(file.subarray(0, dataAt));
  head[at.kind] = isRunLength ? colours.inRuns : colours.plain;
  head[at.bitsOfPixel] = 32;
  const parts: Buffer[] = [head];
  const addPixels = (from: number, count: number) => {
    if (from + 2 * count > file.length) throw damaged('the TGA ends early');
    const pixels = Buffer.alloc(4 * count);
    for (let i = 0; i < count; i++) {
      const [grey = 0, alpha = 0] = [file[from + 2 * i], file[from + 2 * i + 1]];
      pixels.set([grey, grey, grey, alpha], 4 * i);
    }
    parts.push(pixels);
  };
  if (!isRunLength) {
    addPixels(dataAt, width * height);
    return Buffer.concat(parts);
  }
  for (let from = dataAt, left = width * height; left > 0; ) {
    const packet = file[from] ?? 0;
    const isRun = packet >= maxRunPixels;
    const count = (packet % maxRunPixels) + 1;
    parts.push(file.subarray(from, from + 1));
    addPixels(from + 1, isRun ? 1 : count);
    from += 1 + 2 * (isRun ? 1 : count);
    left -= count;
  }
  return Buffer.concat(parts);
}

function damaged(reason: string): ImageError {
  return new ImageError('IMAGE_CORRUPT', `This file is damaged (${reason}).`, { details: { format: 'TGA' } });
}
