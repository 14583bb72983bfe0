/** @file Where the pictures are coded in HEIF files: HEIC and AVIF. Main process, CLI. */
import { boxesIn, heifItems, heifPlaces, topBoxes } from '../files/heifMeta.ts';
import type { ByteRange, FileBytes } from './fileBytes.ts';

/** More than lists of any picture's tiles. */
const maxMetaBytes = 16 * 1024 * 1024;
/** What is read of the file at once. */
const pieceBytes = 64 * 1024;
/** Items that are written about the picture: EXIF, XMP, addresses. */
const wordTypes: ReadonlySet<string> = new Set(['Exif', 'mime', 'uri ']);

export function isHeif(head: Buffer): boolean {
  return (
    head.toString('latin1', 4, 8) === 'ftyp' &&
    /^(?:hei[cfmsx]|hevc|mif1|msf1|avi[fs])/.test(head.toString('latin1', 8, 12))
  );
}

/** Undefined where the boxes do not keep to the format, and of films and sequences. */
export async function codedHeif(bytes: FileBytes): Promise<ByteRange[] | undefined> {
  const top = await topBoxes(bytes.sizeBytes, async (position, count) => Buffer.from(await bytes.at(position, count)));
  const meta = top?.find(({ type }) => type === 'meta');
  if (top === undefined || meta === undefined || top.some(({ type }) => type === 'moov')) return undefined;
  if (meta.end - meta.start > maxMetaBytes) return undefined;
  const lists = await wholeOf(bytes, meta);
  // A full box: version and flags come first.
  const parts = boxesIn(lists, 4, lists.length);
  const part = (type: string) => parts?.find((box) => box.type === type);
  const [infos, places, properties, data] = [part('iinf'), part('iloc'), part('iprp'), part('idat')];
  if (infos === undefined || places === undefined || properties === undefined) return undefined;
  const items = heifItems(lists.subarray(infos.start, infos.end));
  const placeOf = heifPlaces(lists.subarray(places.start, places.end));
  if (items === undefined || placeOf === undefined) return undefined;
  const ranges: ByteRange[] = [{ start: meta.start + properties.start, end: meta.start + properties.end }];
  const dataStart = data === undefined ? undefined : meta.start + data.start;
  for (const [id, { method, dataReference, pieces }] of [...placeOf].toSorted(([a], [b]) => a - b)) {
    const origin = method === 0 ? 0 : method === 1 ? dataStart : undefined;
    const type = items.get(id)?.type;
    if (origin === undefined || dataReference !== 0 || type === undefined) return undefined;
    const found = pieces.map(({ offset, length }) => ({ start: origin + offset, end: origin + offset + length }));
    if (found.some(({ end }) => end > bytes.sizeBytes)) return undefined;
    if (!wordTypes.has(type)) ranges.push(...found);
  }
  return ranges.length > 1 ? ranges : undefined;
}

async function wholeOf(bytes: FileBytes, { start, end }: ByteRange): Promise<Buffer> {
  const whole = Buffer.alloc(end - start);
  for (let position = start; position < end; ) {
    const piece = await bytes.at(position, Math.min(pieceBytes, end - position));
    // Cut short meanwhile: what is missing stays zero, and no lists are made of that.
    if (piece.length === 0) break;
    piece.copy(whole, position - start);
    position += piece.length;
  }
  return whole;
}
