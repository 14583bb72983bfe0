/** @file What lies in a JPEG behind its picture: films of motion photos, gain maps, previews in full size. Main process, CLI. */
import { createHash } from 'node:crypto';
import { realDisk } from '../photos/disk.ts';
import { codedPicture } from '../watch/codedPicture.ts';
import { hashRange } from '../watch/hashRange.ts';

/** Its SHA-256; of nothing in other formats, in which nothing lies there that could get lost. */
export async function trailerHash(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  await using file = await realDisk.open(path);
  const { sizeBytes } = await file.state();
  const head = Buffer.alloc(2);
  await file.read(head, 0);
  if (head.readUInt16BE(0) !== 0xffd8) return hash.digest();
  const ranges = await codedPicture(file, sizeBytes);
  await hashRange(hash, file, { start: ranges?.at(-1)?.end ?? sizeBytes, end: sizeBytes });
  return hash.digest();
}
