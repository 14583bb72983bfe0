/** @file Metadata of photos made on the spot, read the quick way and through ExifTool. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LazyExifTool } from '../../../main/library/files/exifTool.ts';
import { LibraryError } from '../../../main/library/files/libraryError.ts';
import { withPlaceNear } from '../../../main/library/images/fileInfo/gpsPlace.ts';
import { interpretTags } from '../../../main/library/images/interpretTags.ts';
import { MetadataReader } from '../../../main/library/images/metadataReader.ts';
import type { PhotoMetadata } from '../../../main/library/images/photoMetadata.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { cornersPicture, withExifBlock } from './pictures.ts';
import { dngFile, tiffFile } from './rawFile.ts';

let tools: ImageTools;

beforeAll(async () => {
  tools = await openImageTools();
});
afterAll(() => tools[Symbol.asyncDispose]());

class NoExifTool extends LazyExifTool {
  override get(): Promise<never> {
    return Promise.reject(new LibraryError('EXIFTOOL_UNAVAILABLE', 'There is none here.'));
  }
}

function pngChunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.byteLength, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

/** @param text as Latin-1, with what stands between it and the keyword's end */
function pngText(name: 'tEXt' | 'iTXt', keyword: string, text: string): Buffer {
  return pngChunk(name, Buffer.from(`${keyword}\0${text}`, 'latin1'));
}

/** What a phone writes. */
const phone = {
  IFD0: {
    Make: 'Phonemaker ',
    Model: 'P1',
    ImageDescription: 'A test',
    Artist: 'A. Tester',
    Copyright: '(c) A. Tester',
  },
  IFD2: {
    DateTimeOriginal: '2024:05:03 10:11:12',
    SubSecTimeOriginal: '054',
    OffsetTimeOriginal: '+02:00',
    LensModel: 'P1 back camera',
    ISOSpeedRatings: '64',
    ExposureTime: '1/120',
    FNumber: '18/10',
    FocalLength: '425/100',
  },
  IFD3: {
    GPSLatitudeRef: 'S',
    GPSLatitude: '33/1 51/1 2480/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '151/1 12/1 5500/100',
    GPSAltitudeRef: '0',
    GPSAltitude: '25/10',
  },
};

const titleOf = ({ info }: PhotoMetadata) => info.texts.find(({ kind }) => kind === 'title')?.text;

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(tools.folder, name);
  await writeFile(file, bytes);
  return file;
}

const phonePicture = () => cornersPicture(60, 40).withMetadata({ orientation: 6, exif: phone });

describe('the metadata of a photo', () => {
  it('of a plain JPEG are read without ExifTool', async () => {
    const file = await written('phone.jpg', await phonePicture().withIccProfile('p3').jpeg().toBuffer());
    await using none = new NoExifTool('Nothing needs');
    expect(await new MetadataReader(none).read(file)).toEqual({
      format: 'JPEG',
      storedSize: { width: 60, height: 40 },
      shownSize: { width: 40, height: 60 },
      orientation: 6,
      takenAt: { local: '2024-05-03T10:11:12.054', offsetMinutes: 120, sortMs: Date.UTC(2024, 4, 3, 8, 11, 12, 54) },
      position: { latitude: -33.8568889, longitude: 151.2152778, altitudeM: 2.5 },
      camera: {
        make: 'Phonemaker',
        model: 'P1',
        lens: 'P1 back camera',
        iso: 64,
        exposureSeconds: 0.008333333333,
        aperture: 1.8,
        focalLengthMm: 4.25,
      },
      info: {
        texts: [
          { kind: 'caption', text: 'A test', property: 'IFD0:ImageDescription', sidecar: null },
          { kind: 'creator', text: 'A. Tester', property: 'IFD0:Artist', sidecar: null },
          { kind: 'copyright', text: '(c) A. Tester', property: 'IFD0:Copyright', sidecar: null },
        ],
        keywords: [],
        people: [],
        places: [
          {
            ...{ kind: 'gps', sublocation: null, city: 'Sydney', state: null, country: 'Australia', countryCode: 'AU' },
            ...{ property: 'Composite:GPSPosition', sidecar: null },
          },
        ],
        rating: null,
      },
      sidecarProblems: [],
      colourProfile: 'sP3C',
      warnings: [],
    });
  });

  it('are the same through ExifTool, in every format that carries them', async () => {
    const jpeg = await written('same.jpg', await phonePicture().jpeg().toBuffer());
    const quick = await tools.metadata.read(jpeg);
    expect(await withPlaceNear(interpretTags(await tools.metadata.readThoroughly(jpeg, 'JPEG'), 'JPEG'))).toEqual(
      quick,
    );
    for (const [format, name] of [
      ['png', 'PNG'],
      ['webp', 'WebP'],
    ] as const) {
      const file = await written(`same.${format}`, await phonePicture().toFormat(format).toBuffer());
      expect(await tools.metadata.read(file), format).toEqual({ ...quick, format: name });
    }
  });

  const screenshotXmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/">
    <exif:UserComment>Screenshot</exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>`;
  const ratedXmp = screenshotXmp.replace('rdf:about=""', 'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"');
  const xmpText = (xmp: string) => pngText('iTXt', 'XML:com.adobe.xmp', `\0\0\0\0${xmp}`);
  const many = Array.from({ length: 40 }, (_, i) => pngText('tEXt', 'comment', `number ${i}`));

  it.each<[what: string, isQuick: boolean, beforePicture: readonly Buffer[], behindIt?: readonly Buffer[]]>([
    ['nothing else', true, []],
    [
      'a title and a description',
      true,
      [pngText('tEXt', 'Title', ' A title'), pngText('iTXt', 'Description', '\0\0\0\0Two\nlines')],
    ],
    [
      'texts behind the picture',
      true,
      [],
      [pngText('tEXt', 'Title', '1984'), pngText('tEXt', 'date:create', '2024-01-02T03:04:05+00:00')],
    ],
    ['the last change', true, [pngChunk('tIME', Buffer.of(7, 232, 1, 2, 3, 4, 5))]],
    ['XMP of a screenshot', true, [xmpText(screenshotXmp)]],
    ['XMP with a rating', true, [xmpText(ratedXmp)]],
    ['XMP with a rating behind the picture', true, [], [xmpText(ratedXmp)]],
    ['a title that is not ASCII', true, [pngText('tEXt', 'Title', 'H\xe4user')]],
    ['a title in UTF-8', true, [pngText('iTXt', 'Title', '\0\0\0\0H\xc3\xa4fen')]],
    ['a title of which Windows alone knows the characters', false, [pngText('tEXt', 'Title', '\x80 5')]],
    ['XMP with a comment', false, [xmpText(ratedXmp.replace('<exif:', '<!-- no --><exif:'))]],
    ['XMP in a text of the older kind', false, [pngText('tEXt', 'XML:com.adobe.xmp', ratedXmp)]],
    ['a title in a language', false, [pngText('iTXt', 'Title', '\0\0fr\0\0Titre')]],
    ['two titles', false, [pngText('tEXt', 'Title', 'one'), pngText('tEXt', 'Title', 'two')]],
    ['a creation time', false, [pngText('tEXt', 'Creation Time', 'Wed, 1 May 2024 10:11:12 GMT')]],
    ['the name of a camera', false, [pngText('tEXt', 'Make', 'Maker')]],
    [
      'an author and a copyright',
      true,
      [pngText('tEXt', 'Author', 'A. Test'), pngText('tEXt', 'Copyright', '(c) Test')],
    ],
    [
      'the creator tool of a program in its XMP',
      true,
      [
        xmpText(
          screenshotXmp.replace(
            '<exif:',
            '<xmp:CreatorTool xmlns:xmp="http://ns.adobe.com/xap/1.0/">Editor</xmp:CreatorTool><exif:',
          ),
        ),
      ],
    ],
    ['an empty title', true, [pngText('tEXt', 'Title', '')]],
    [
      'a compressed title',
      false,
      [pngChunk('zTXt', Buffer.concat([Buffer.from('Title\0\0'), deflateSync('A title')]))],
    ],
    ['many comments', false, many],
    ['something behind the end', false, [], [pngChunk('IEND', Buffer.alloc(0))]],
  ])('of a PNG with %s are what ExifTool says (quickly: %j)', async (what, isQuick, beforePicture, behindIt = []) => {
    const plain = await phonePicture().withIccProfile('p3').png().toBuffer();
    const pictureAt = plain.indexOf('IDAT') - 4;
    const endAt = plain.byteLength - 12;
    const parts = [
      plain.subarray(0, pictureAt),
      ...beforePicture,
      plain.subarray(pictureAt, endAt),
      ...behindIt,
      plain.subarray(endAt),
    ];
    const file = await written(`${what}.png`, Buffer.concat(parts));
    const thorough = await withPlaceNear(interpretTags(await tools.metadata.readThoroughly(file, 'PNG'), 'PNG'));
    await using none = new NoExifTool('Nothing needs');
    const quick = await new MetadataReader(none).read(file).catch((error: unknown) => error);
    if (isQuick) expect(quick).toEqual({ ...thorough, warnings: [] });
    else expect(quick).toMatchObject({ code: 'EXIFTOOL_UNAVAILABLE' });
    expect(await tools.metadata.read(file)).toEqual(isQuick ? quick : thorough);
    expect(thorough).toMatchObject({ orientation: 6, camera: { lens: 'P1 back camera' } });
  });

  it('of a PNG whose picture is in many pieces are found behind all of them', async () => {
    const plain = await cornersPicture(60, 40).png().toBuffer();
    const pictureAt = plain.indexOf('IDAT') - 4;
    const emptyPieces = (count: number) => Array.from({ length: count }, () => pngChunk('IDAT', Buffer.alloc(0)));
    const withPieces = (pieces: readonly Buffer[], behind: Buffer) =>
      Buffer.concat([plain.subarray(0, -12), ...pieces, behind, plain.subarray(-12)]);
    expect(pictureAt).toBeGreaterThan(0);
    await using none = new NoExifTool('Nothing needs');
    const quickly = new MetadataReader(none);
    const title = pngText('tEXt', 'Title', 'the end');
    const many = await written('many.png', withPieces(emptyPieces(20_000), title));
    expect(titleOf(await quickly.read(many))).toBe('the end');
    // Large ones are passed over.
    const large = await written('large.png', withPieces([pngChunk('IDAT', Buffer.alloc(3_000_000))], title));
    expect(titleOf(await quickly.read(large))).toBe('the end');
    const cut = await written('cut.png', withPieces([], title).subarray(0, -20));
    await expect(quickly.read(cut)).rejects.toMatchObject({ code: 'EXIFTOOL_UNAVAILABLE' });
  });

  it('put a place below the sea', async () => {
    const gps = tiffFile([
      [{ tag: 34853, type: 4, value: { blocks: [1] } }],
      [
        { tag: 1, type: 2, value: 'N' },
        { tag: 2, type: 5, value: [31, 1, 30, 1, 0, 1] },
        { tag: 3, type: 2, value: 'E' },
        { tag: 4, type: 5, value: [35, 1, 30, 1, 0, 1] },
        { tag: 5, type: 1, value: [1] },
        { tag: 6, type: 5, value: [43_050, 100] },
      ],
    ]);
    const file = await written('deadSea.jpg', withExifBlock(await cornersPicture(30, 20).jpeg().toBuffer(), gps));
    const position = { latitude: 31.5, longitude: 35.5, altitudeM: -430.5 };
    expect((await tools.metadata.read(file)).position).toEqual(position);
    expect(interpretTags(await tools.metadata.readThoroughly(file, 'JPEG'), 'JPEG').position).toEqual(position);
  });

  it('of a raw file are those of the sensor’s picture', async () => {
    const preview = await cornersPicture(800, 600).jpeg().toBuffer();
    const file = await written('photo.dng', dngFile(preview, 8));
    expect(await tools.metadata.read(file)).toMatchObject({
      format: 'DNG',
      storedSize: { width: 4000, height: 3000 },
      shownSize: { width: 3000, height: 4000 },
      orientation: 8,
      takenAt: { local: '2023-07-01T08:09:10', offsetMinutes: null },
      camera: { make: 'Testmaker', model: 'Model R' },
    });
  });

  it('go by what the file holds, whatever it is called', async () => {
    const png = await written('photo.jpg', await cornersPicture(30, 20).png().toBuffer());
    expect(await tools.metadata.read(png)).toMatchObject({ format: 'PNG', storedSize: { width: 30, height: 20 } });
    const text = await written('text.png', Buffer.from('no picture at all'));
    await expect(tools.metadata.read(text)).rejects.toMatchObject({
      code: 'IMAGE_NOT_AN_IMAGE',
      details: { path: text },
    });
  });

  it('hold titles and keywords from XMP', async () => {
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4">
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Übersicht</rdf:li></rdf:Alt></dc:title>
      <dc:subject><rdf:Bag><rdf:li>海</rdf:li><rdf:li>2024</rdf:li></rdf:Bag></dc:subject>
      </rdf:Description></rdf:RDF></x:xmpmeta>`;
    const file = await written('xmp.jpg', await cornersPicture(30, 20).withXmp(xmp).jpeg().toBuffer());
    expect((await tools.metadata.read(file)).info).toEqual({
      texts: [{ kind: 'title', text: 'Übersicht', property: 'XMP-dc:Title', sidecar: null }],
      keywords: ['海', '2024'].map((keyword) => ({ path: keyword, property: 'XMP-dc:Subject', sidecar: null })),
      people: [],
      places: [],
      rating: { stars: 4, property: 'XMP-xmp:Rating', sidecar: null },
    });
  });

  it('of a broken EXIF block are what could be read, with a warning', async () => {
    const bytes = await phonePicture().jpeg().toBuffer();
    const at = bytes.indexOf('Exif\0\0') + 6;
    // A directory that claims more entries than there are.
    bytes.writeUInt16LE(bytes.readUInt16LE(at + 8) + 40, at + 8);
    const metadata = await tools.metadata.read(await written('broken.jpg', bytes));
    expect(metadata.storedSize).toEqual({ width: 60, height: 40 });
    expect(metadata.warnings.length).toBeGreaterThan(0);
  });

  it('say what is missing where a photo needs ExifTool and there is none', async () => {
    await using none = new NoExifTool('Nothing needs');
    const file = await written(
      'needs.gif',
      await sharp({ create: { width: 9, height: 9, channels: 3, background: '#000' } })
        .gif()
        .toBuffer(),
    );
    await expect(new MetadataReader(none).read(file)).rejects.toMatchObject({ code: 'EXIFTOOL_UNAVAILABLE' });
  });

  it('refuse a name with a line break, which ExifTool would take for two', async () => {
    const file = await written('two\n-lines.gif', await cornersPicture(9, 9).gif().toBuffer());
    await expect(tools.metadata.read(file)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: 'The metadata of this file cannot be read: its name holds a line break; rename it.',
    });
  });
});

it('EXIF texts are read as they were meant, in UTF-8 and in the older encoding of Windows', async () => {
  const exifTool = await tools.exifTool.get();
  const creatorIn = async (name: string, ...charset: string[]) => {
    const file = path.join(tools.folder, name);
    await writeFile(file, await cornersPicture(60, 40).jpeg().toBuffer());
    const writeArgs = [...charset, '-IFD0:Artist=Jörg Müller', '-overwrite_original'];
    await exifTool.write(file, {}, { writeArgs });
    return (await tools.metadata.read(file)).info.texts.map(({ text }) => text);
  };
  expect(await creatorIn('utf8.jpg', '-charset', 'exif=UTF8')).toEqual(['Jörg Müller']);
  expect(await creatorIn('latin.jpg', '-charset', 'exif=Latin')).toEqual(['Jörg Müller']);
});
