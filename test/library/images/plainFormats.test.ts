/**
 * @file What programs write into each format that is read without ExifTool: what comes out is what ExifTool says, and what
 * is of another kind is left to ExifTool.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LazyExifTool } from '../../../main/library/files/exifTool.ts';
import { boxesIn } from '../../../main/library/files/heifMeta.ts';
import { LibraryError } from '../../../main/library/files/libraryError.ts';
import { withPlaceNear } from '../../../main/library/images/fileInfo/gpsPlace.ts';
import { interpretTags } from '../../../main/library/images/interpretTags.ts';
import { MetadataReader } from '../../../main/library/images/metadataReader.ts';
import type { PhotoMetadata } from '../../../main/library/images/photoMetadata.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { cornersPicture } from './pictures.ts';

let tools: ImageTools;
let files = 0;

beforeAll(async () => {
  tools = await openImageTools();
});
afterAll(() => tools[Symbol.asyncDispose]());

class NoExifTool extends LazyExifTool {
  override get(): Promise<never> {
    return Promise.reject(new LibraryError('EXIFTOOL_UNAVAILABLE', 'There is none here.'));
  }
}

const plainPicture = () => cornersPicture(64, 48);
/** The same boxes, under another brand; nothing here decodes them. */
const withBrand = (avif: Buffer, brand: string) =>
  Buffer.from(avif.toString('latin1').replaceAll(/avif|avis|mif1/g, brand), 'latin1');
const pictures = {
  JPEG: () => plainPicture().jpeg().toBuffer(),
  PNG: () => plainPicture().png().toBuffer(),
  WebP: () => plainPicture().webp().toBuffer(),
  'WebP without loss': () => plainPicture().webp({ lossless: true }).toBuffer(),
  AVIF: () => plainPicture().avif().toBuffer(),
  HEIC: async () => withBrand(await plainPicture().avif().toBuffer(), 'heic'),
  HEIF: async () => withBrand(await plainPicture().avif().toBuffer(), 'mif1'),
} as const;
type Name = keyof typeof pictures;
const formatOf = (name: Name) => name.replace(/ .*/, '');

async function stored(bytes: Uint8Array, name: Name): Promise<string> {
  files += 1;
  const extension = formatOf(name).toLowerCase();
  const file = path.join(tools.folder, `${files}.${extension}`);
  await writeFile(file, bytes);
  return file;
}

/** Undefined where it was left to ExifTool. */
async function readQuickly(file: string): Promise<PhotoMetadata | undefined> {
  await using none = new NoExifTool('Nothing needs');
  return await new MetadataReader(none).read(file).catch((error: unknown) => {
    if (error instanceof LibraryError && error.code === 'EXIFTOOL_UNAVAILABLE') return undefined;
    throw error;
  });
}

async function readThoroughly(file: string, name: Name): Promise<PhotoMetadata> {
  const format = formatOf(name);
  const tags = await tools.metadata.readThoroughly(file, format);
  return { ...(await withPlaceNear(interpretTags(tags, format))), warnings: [] };
}

const camera = [
  ...['-IFD0:Make=Canon', '-IFD0:Model=R5', '-ExifIFD:LensModel=RF 24-105mm', '-ExifIFD:ISO=400'],
  ...['-ExifIFD:DateTimeOriginal=2024:05:01 10:11:12', '-GPSLatitude=48.39', '-GPSLatitudeRef=N'],
  ...['-GPSLongitude=4.48', '-GPSLongitudeRef=W'],
];
const windows = [
  ...['-IFD0:XPTitle=Hafen 港', '-IFD0:XPComment=Zwei Boote', '-IFD0:XPKeywords=Brest;Meer', '-IFD0:XPAuthor=Ann'],
  ...['-IFD0:XPSubject=nothing', '-IFD0:RatingPercent=75'],
];
const editor = [
  ...['-XMP-dc:Title=Harbour', '-XMP-dc:Subject=sea', '-XMP-dc:Subject=boat', '-XMP-xmp:Rating=4'],
  ...['-XMP-xmp:Label=Red', '-XMP-tiff:Orientation#=6', '-XMP-photoshop:City=Brest'],
  '-XMP-mwg-rs:RegionInfo={AppliedToDimensions={W=64,H=48,Unit=pixel},RegionList=[{Area={X=0.3,Y=0.3,W=0.1,H=0.2,Unit=normalized},Name=Ann,Type=Face}]}',
];
const isoMedia: readonly string[] = ['AVIF', 'HEIF', 'HEIC'];

const written: readonly (readonly [
  what: string,
  args: readonly string[],
  found: object,
  isQuick: (format: string) => boolean,
])[] = [
  ['a camera', [...camera, '-IFD0:Orientation#=6'], { camera: { lens: 'RF 24-105mm' } }, () => true],
  ['Windows', windows, { info: { rating: { stars: 4 }, keywords: [{ path: 'Brest' }, { path: 'Meer' }] } }, () => true],
  ['EXIF in UTF-8', ['-IFD0:Artist=Jörg Müller'], { info: { texts: [{ text: 'Jörg Müller' }] } }, () => true],
  ['EXIF in Latin-1', ['-charset', 'exif=Latin', '-IFD0:Artist=Jörg Müller'], {}, () => false],
  ['an emoji in Windows', ['-IFD0:XPTitle=Hafen 🙂'], {}, () => true],
  ['an editor', editor, { info: { rating: { stars: 4 }, people: [{ name: 'Ann' }] } }, () => true],
  ['all of them', [...camera, ...windows, ...editor], { info: { rating: { stars: 4 } } }, () => true],
  ['an editor that names the camera', [...camera, '-XMP-tiff:Make=Canon', ...editor], {}, () => true],
  ['a camera in XMP alone', ['-XMP-tiff:Make=Canon'], { camera: { make: 'Canon' } }, () => false],
  [
    'a size in XMP',
    ['-XMP-dc:Title=x', '-XMP-tiff:ImageWidth=99', '-XMP-tiff:ImageHeight=98'],
    { info: { texts: [{ text: 'x' }] } },
    (format) => !isoMedia.includes(format),
  ],
];

const names: readonly Name[] = ['JPEG', 'PNG', 'WebP', 'WebP without loss', 'AVIF', 'HEIC', 'HEIF'];

describe.each(names)('%s', (name) => {
  it('that says nothing is read without ExifTool', async () => {
    const file = await stored(await pictures[name](), name);
    const quick = await readQuickly(file);
    expect(quick).toEqual(await readThoroughly(file, name));
    expect(quick).toMatchObject({ format: formatOf(name), storedSize: { width: 64, height: 48 } });
  });

  it.each(written)('with what %s writes says what ExifTool says', async (_, args, found, isQuick) => {
    const file = await stored(await pictures[name](), name);
    const exifTool = await tools.exifTool.get();
    await exifTool.write(file, {}, { writeArgs: [...args, '-overwrite_original'] });
    const thorough = await readThoroughly(file, name);
    expect(thorough).toMatchObject(found);
    expect(await readQuickly(file)).toEqual(isQuick(formatOf(name)) ? thorough : undefined);
    expect({ ...(await tools.metadata.read(file)), warnings: [] }).toEqual(thorough);
  });

  it('that is cut short is left to ExifTool, or refused, wherever it is cut', async () => {
    const file = await stored(await pictures[name](), name);
    const exifTool = await tools.exifTool.get();
    await exifTool.write(file, {}, { writeArgs: [...camera, ...editor, '-overwrite_original'] });
    const whole = await readFile(file);
    const complete = await readQuickly(file);
    expect(complete).toBeDefined();
    for (let length = 64; length < whole.byteLength - 4; length += 41) {
      const cut = await stored(whole.subarray(0, length), name);
      const quick = await readQuickly(cut);
      // A JPEG begins with what it says.
      if (quick !== undefined) expect([formatOf(name), quick]).toEqual(['JPEG', complete]);
    }
  });
});

describe('a picture of other than plain boxes', () => {
  const avif = async (...args: readonly string[]) => {
    const file = await stored(await plainPicture().avif().toBuffer(), 'AVIF');
    const exifTool = await tools.exifTool.get();
    await exifTool.write(file, {}, { writeArgs: [...args, '-overwrite_original'] });
    return await readFile(file);
  };
  const boxAt = (bytes: Buffer, type: string) => bytes.indexOf(type, 0, 'latin1');
  const changed = (bytes: Buffer, type: string, change: (content: Buffer) => void) => {
    const copy = Buffer.from(bytes);
    const at = boxAt(copy, type);
    change(copy.subarray(at + 4, at - 4 + copy.readUInt32BE(at - 4)));
    return copy;
  };

  /** The last item, which is the XMP, to the first of the files that a list names. */
  const moveLastAway = (iloc: Buffer) => {
    const [offset, base] = [iloc.readUInt8(4), iloc.readUInt8(5)];
    const placeBytes = 2 + (base >> 4) + 2 + (offset >> 4) + (offset & 15);
    iloc.writeUInt16BE(1, iloc.byteLength - placeBytes);
  };

  it.each<[what: string, change: (bytes: Buffer) => Buffer]>([
    ['a film', (bytes) => Buffer.concat([bytes, Buffer.from('\0\0\0\x08moov', 'latin1')])],
    ['a maker’s own', (bytes) => Buffer.concat([bytes, Buffer.from('\0\0\0\x08sefd', 'latin1')])],
    ['a primary item that is none', (bytes) => changed(bytes, 'pitm', (body) => body.writeUInt16BE(99, 4))],
    ['a place in another file', (bytes) => changed(bytes, 'iloc', moveLastAway)],
    ['more items than there is room for', (bytes) => changed(bytes, 'iloc', (body) => body.writeUInt16BE(0xffff, 6))],
    ['numbers of eleven bytes', (bytes) => changed(bytes, 'iloc', (body) => body.writeUInt8(0xbb, 4))],
    ['a size in another version', (bytes) => changed(bytes, 'ispe', (body) => body.writeUInt8(1, 0))],
    ['a list that is longer than its box', (bytes) => changed(bytes, 'ipma', (body) => body.writeUInt32BE(1e6, 4))],
  ])('such as %s is left to ExifTool', async (_, change) => {
    const bytes = await avif(...camera, '-XMP-dc:Title=x');
    expect(boxesIn(bytes, 0, bytes.byteLength)).toBeDefined();
    expect(await readQuickly(await stored(bytes, 'AVIF'))).toBeDefined();
    expect(await readQuickly(await stored(change(bytes), 'AVIF'))).toBeUndefined();
  });
});
