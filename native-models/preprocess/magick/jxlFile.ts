/** @file How a JPEG XL must be turned: its codestream says it in its first bits, and its EXIF only repeats it. Pure. */
import { bufferOf } from '../structure.ts';
import { boxesOf } from './boxes.ts';

const codestreamMark = 0xff0a;

/** EXIF's 1 to 8; 1 where it cannot be told. */
export function jxlOrientation(head: Uint8Array): number {
  const codestream = codestreamOf(bufferOf(head));
  if (codestream.length < 2 || codestream.readUInt16BE(0) !== codestreamMark) return 1;
  const take = bitReader(codestream.subarray(2));
  skipSize(take);
  const isAllDefault = take(1) === 1;
  if (isAllDefault || take(1) === 0) return 1;
  return 1 + take(3);
}

/** By itself, or in a box, or in parts, of which the first begins with its number. */
function codestreamOf(file: Buffer): Buffer {
  if (file.length >= 2 && file.readUInt16BE(0) === codestreamMark) return file;
  for (const { type, body } of boxesOf(file)) {
    if (type === 'jxlc') return body;
    if (type === 'jxlp') return body.subarray(4);
  }
  return Buffer.alloc(0);
}

/** Height, then width unless it follows from a ratio. */
function skipSize(take: (bits: number) => number): void {
  const isInEights = take(1) === 1;
  const skipSide = () => take(isInEights ? 5 : ([9, 13, 18, 30][take(2)] ?? 0));
  skipSide();
  if (take(3) === 0) skipSide();
}

/** From the lowest bit of each byte on; zeros beyond the end. */
function bitReader(bytes: Uint8Array): (bits: number) => number {
  let at = 0;
  return (bits) => {
    let value = 0;
    for (let i = 0; i < bits; i++, at++) value |= (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) << i;
    return value;
  };
}
