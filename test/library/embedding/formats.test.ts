/**
 * @file Every format whose files are written into: the picture decodes to the same pixels, what others wrote stays to the
 * letter, and nothing is written but what docs/formats.md names, least of all that the picture was made by AI.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { ExifTool, WriteTags } from 'exiftool-vendored';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { modelWriter } from '../../../main/library/interchange/sidecars.ts';
import { XmpSidecars } from '../../../main/library/interchange/xmpSidecar.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { pictureHash } from '../../../main/library/watch/pictureHash.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { EmbeddingLibrary, picture } from './embeddingLibrary.ts';

/** All that Vignette may write about a photo, with what the formats demand around it. */
const allowed =
  /^(?:XMP-dc:(?:Description|Subject)|XMP-tiff:ImageDescription|XMP-photoshop:CaptionWriter|XMP-xmp:(?:Rating|Label)|XMP-digiKam:TagsList|XMP-lr:HierarchicalSubject|XMP-iptcCore:(?:AltTextAccessibility|ExtDescrAccessibility)|XMP-x:XMPToolkit|IFD0:(?:ImageDescription|XResolution|YResolution|ResolutionUnit|YCbCrPositioning)|IPTC:(?:Caption-Abstract|Keywords|CodedCharacterSet|EnvelopeRecordVersion|ApplicationRecordVersion)|RIFF:.*)$/;
/** IPTC Photo Metadata 2025.1, and what older programs say of the same. */
const aboutAi = /DigitalSourceType|DigitalSourceFileType|AIPrompt|AISystem|AIGenerated|TrainedAlgorithmicMedia/i;
/** Of the file as such, not of what it says. */
const ofFile =
  /^(?:SourceFile|errors|warnings|ExifTool:.*|System:.*|File:.*|Composite:.*|MWG:.*|.*(?:Offsets?|Start|MediaDataSize|WebP_Flags|IPTCDigest))$/;

let exifTool: ExifTool;
let library: EmbeddingLibrary;

beforeAll(async () => {
  exifTool = await startExifTool('This test needs');
  library = await EmbeddingLibrary.open();
});
afterAll(async () => {
  await exifTool.end();
  await library[Symbol.asyncDispose]();
});

/** Bytes of binary values, too. */
async function everythingIn(file: string): Promise<Map<string, unknown>> {
  const readArgs = ['-a', '-G1', '-n', '-b', '-struct', '-api', 'StructFormat=JSONQ'];
  return new Map(Object.entries(await exifTool.readRaw(file, { readArgs, useMWG: false })));
}

const noisy = picture.clone().withIccProfile('p3');
const formats: readonly (readonly [name: string, make: () => Promise<Buffer>])[] = [
  ['a.jpg', () => noisy.clone().jpeg().toBuffer()],
  ['progressive.jpg', () => noisy.clone().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['a.png', () => noisy.clone().png().toBuffer()],
  ['a.webp', () => noisy.clone().webp().toBuffer()],
  ['lossless.webp', () => noisy.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer()],
  ['a.gif', () => picture.clone().gif().toBuffer()],
  ['strips.tif', () => noisy.clone().tiff({ compression: 'lzw' }).toBuffer()],
  [
    'tiles.tif',
    () => noisy.clone().tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
  ],
  ['a.avif', () => noisy.clone().avif({ effort: 0 }).toBuffer()],
  ['a.heic', () => readFile('test/fixtures/images/turnedDisplayP3.heic')],
];

async function pixelsOf(name: string): Promise<string> {
  // The decoder here opens no HEIC: there, it is the coded picture that is compared.
  const file = library.at(name);
  if (name.endsWith('.heic')) {
    return (await pictureHash(realDisk, file, await realDisk.state(file), undefined))?.toString('hex') ?? '';
  }
  const { data, info } = await sharp(await readFile(file))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return `${info.width} ${info.height} ${createHash('sha256').update(data).digest('hex')}`;
}

/** A photo with other people's metadata, and texts of a model in the library. */
async function prepared(name: string, make: () => Promise<Buffer>): Promise<number> {
  await writeFile(library.at(name), await make());
  const theirs: WriteTags & Record<string, unknown> = {
    'XMP-xmp:Rating': 4,
    'XMP-dc:Title': 'Ä title',
    'XMP-dc:Subject': ['theirs'],
    'XMP-crs:Version': '15.0',
    'XMP-mwg-rs:RegionInfo': {
      AppliedToDimensions: { W: 64, H: 48, Unit: 'pixel' },
      RegionList: [{ Name: 'Ann', Type: 'Face', Area: { X: 0.5, Y: 0.5, W: 0.1, H: 0.1, Unit: 'normalized' } }],
    },
    ...(name.endsWith('.gif') ? {} : { 'EXIF:Copyright': 'Ann', 'EXIF:UserComment': 'hers', 'GPS:GPSLatitude': 47 }),
    ...(/\.(?:jpg|tif)$/.test(name) ? { 'IPTC:City': 'Bern', 'IPTC:Keywords': ['theirs'] } : {}),
  };
  await exifTool.write(library.at(name), theirs, { writeArgs: ['-overwrite_original'] });
  const id = await library.add(name, await readFile(library.at(name)));
  const { runs, captions } = library.catalog;
  const identity = {
    model: { id: 'tiny', sha256: 'ab'.repeat(32), precision: 'fp32' },
    prompt: '',
    settings: generationSettingsSchema.parse({}),
  };
  const run = runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' }, identity });
  captions.add(id, run, { text: 'ein Boot – 船', source: 'model', size: { width: 64, height: 48 } });
  library.tag(id, 'places/France', 'sea');
  library.mark(id, { kind: 'rating', value: 2 });
  library.mark(id, { kind: 'label', value: 'red' });
  return id;
}

describe('embedding', () => {
  it.each(formats)(
    'changes no pixel of %s and nothing that others wrote, and says nothing of AI',
    async (name, make) => {
      await library.turnPage();
      const id = await prepared(name, make);
      const before = await everythingIn(library.at(name));
      const pixels = await pixelsOf(name);
      expect(await library.embed([id])).toEqual({ written: 1, kept: 0, failures: [] });
      const after = await everythingIn(library.at(name));
      expect(await pixelsOf(name)).toBe(pixels);
      expect(after.get('XMP-dc:Description')).toBe('ein Boot – 船');
      expect(after.get('XMP-photoshop:CaptionWriter')).toBe('Vignette (tiny)');
      expect([after.get('XMP-xmp:Rating'), after.get('XMP-xmp:Label')]).toEqual(['2', 'Red']);
      const isSaid = (key: string) => !ofFile.test(key);
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
        (key) => isSaid(key) && JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)),
      );
      expect(changed.filter((key) => !allowed.test(key))).toEqual([]);
      expect([...after.keys()].filter((key) => aboutAi.test(key))).toEqual([]);
      expect(await readFile(library.at(name), 'latin1')).not.toMatch(aboutAi);
      await library.restore([id]);
      const restored = await everythingIn(library.at(name));
      expect(
        [...restored].filter(([key]) => isSaid(key) && !/XMPToolkit|IPTC:(?:Coded|Envelope)|RIFF:/.test(key)),
      ).toEqual([...before].filter(([key]) => isSaid(key) && !/XMPToolkit|IPTC:(?:Coded|Envelope)|RIFF:/.test(key)));
    },
  );
});

describe('an XMP sidecar', () => {
  it('leaves the photo as it is, and has only what docs/formats.md names of Vignette’s, nothing of AI', async () => {
    await library.turnPage();
    await writeFile(library.at('a.jpg'), await picture.clone().jpeg().toBuffer());
    const photo = await readFile(library.at('a.jpg'));
    const id = await library.add('a.jpg', photo);
    await using sidecars = await XmpSidecars.start(library.folder, library.catalog.writtenXmp);
    const place = { photoId: id, photo: library.at('a.jpg'), file: library.at('a.jpg.xmp'), folder: undefined };
    const isOwn = (_text: string, _form: unknown, isWritten: boolean) => isWritten;
    const text = { caption: 'a boat', captionWriter: modelWriter('tiny'), tags: ['places/France'] };
    expect(await sidecars.deliver(place, text, isOwn)).toBe(true);
    expect(await readFile(library.at('a.jpg'))).toEqual(photo);
    const written = await everythingIn(library.at('a.jpg.xmp'));
    expect(written.get('XMP-photoshop:CaptionWriter')).toBe('Vignette (tiny)');
    expect([...written.keys()].filter((key) => !ofFile.test(key) && !allowed.test(key))).toEqual([]);
    expect(await readFile(library.at('a.jpg.xmp'), 'utf8')).not.toMatch(aboutAi);
    // A person's caption names nobody, and takes Vignette's word on the writer away.
    await sidecars.deliver(place, { ...text, caption: 'my boat', captionWriter: null }, isOwn);
    expect((await everythingIn(library.at('a.jpg.xmp'))).has('XMP-photoshop:CaptionWriter')).toBe(false);
  });
});
