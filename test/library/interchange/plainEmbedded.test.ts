/**
 * @file What photos and sidecars say that is read without ExifTool: the sidecars that are made of it are those that ExifTool
 * would make, and what is out of the ordinary is left to it.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool } from 'exiftool-vendored';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { plainEmbedded } from '../../../main/library/interchange/plainEmbedded.ts';
import { plainXmpText } from '../../../main/library/interchange/plainXmpText.ts';
import { headOfJpeg } from '../../../main/library/interchange/silentPhoto.ts';
import { type XmpBase, XmpFiles } from '../../../main/library/interchange/xmpFile.ts';
import { noXmpText } from '../../../main/library/interchange/xmpMerge.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let exifTool: ExifTool;
let files: XmpFiles;
let picture: Buffer;
let made = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  exifTool = await startExifTool('This test needs');
  files = await XmpFiles.start(folder.path);
  picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#3366aa' } })
    .jpeg()
    .toBuffer();
});
afterAll(async () => {
  await files[Symbol.asyncDispose]();
  await exifTool.end();
  await folder[Symbol.asyncDispose]();
});

async function stored(name: string, bytes: Uint8Array | string): Promise<string> {
  made += 1;
  const file = path.join(folder.path, `${made} ${name}`);
  await writeFile(file, bytes);
  return file;
}

const xmpMark = Buffer.from('http://ns.adobe.com/xap/1.0/\0');

function withPacket(jpeg: Buffer, packet: string | Buffer): Buffer {
  const body = Buffer.concat([xmpMark, Buffer.from(packet)]);
  const head = Buffer.of(0xff, 0xe1, 0, 0);
  head.writeUInt16BE(body.byteLength + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** All that a sidecar with a tag more says; nothing is taken for a number. */
async function contentOf(base: XmpBase | undefined): Promise<Record<string, unknown>> {
  const edits = [{ field: 'XMP-dc:Subject', removed: [], added: ['ours'] }] as const;
  const file = await stored('made.xmp', await files.changed(base, { texts: {}, edits }));
  const tags = { ...(await exifTool.readRaw(file, ['-api', 'StructFormat=JSONQ', '-struct', '-XMP:all', '-G1'])) };
  return Object.fromEntries(
    Object.entries(tags).filter(([name]) => name.startsWith('XMP-') && name !== 'XMP-x:XMPToolkit'),
  );
}

interface Kind {
  readonly packet?: string;
  readonly tags?: readonly string[];
}

async function photoOf({ packet, tags = [] }: Kind): Promise<string> {
  const photo = await stored('a.jpg', packet === undefined ? picture : withPacket(picture, packet));
  if (tags.length > 0) await exifTool.write(photo, {}, { writeArgs: [...tags, '-overwrite_original'] });
  return photo;
}

const namespaces = `xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/'
  xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' xmlns:tiff='http://ns.adobe.com/tiff/1.0/'
  xmlns:lr='http://ns.adobe.com/lightroom/1.0/' xmlns:mine='http://example.org/mine/'
  xmlns:acdsee='http://ns.acdsee.com/iptc/1.0/'`;
const packet = (inner: string, attributes = '') =>
  `<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n<x:xmpmeta xmlns:x='adobe:ns:meta/'>
  <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' ${namespaces}
  ${attributes}>${inner}</rdf:Description></rdf:RDF></x:xmpmeta>${' '.repeat(300)}<?xpacket end='w'?>`;
const described = (...texts: readonly (readonly [language: string, text: string])[]) =>
  `<dc:description><rdf:Alt>${texts.map(([language, text]) => `<rdf:li xml:lang='${language}'>${text}</rdf:li>`).join('')}</rdf:Alt></dc:description>`;
const subjects = (...values: readonly string[]) =>
  `<dc:subject><rdf:Bag>${values.map((value) => `<rdf:li>${value}</rdf:li>`).join('')}</rdf:Bag></dc:subject>`;

const allOfIptc = [
  ...[
    'By-line=Ann',
    'By-line=Bén',
    'Caption-Abstract=a & b\n<c>',
    'CopyrightNotice=© Ann',
    'Keywords=pier',
    'Keywords=3.10',
  ],
  ...[
    'Keywords=True',
    'ObjectName=&amp;',
    'By-lineTitle=Staff',
    'Writer-Editor=Cid',
    'City=Genoa',
    'Province-State=Liguria',
  ],
  ...['Country-PrimaryLocationName=Italy', 'Country-PrimaryLocationCode=ITA', 'Sub-location=Old port', 'Credit=C'],
  ...['Headline=H', 'SpecialInstructions=I', 'Source=S', 'Category=ABC', 'SupplementalCategories=one'],
  ...['SupplementalCategories=two', 'OriginalTransmissionReference=R'],
].map((tag) => `-IPTC:${tag.replace('\n', '&#10;')}`);
const asUtf8 = ['-E', '-IPTC:CodedCharacterSet=UTF8'];

const plain: Readonly<Record<string, Kind>> = {
  'an editor, who says all in XMP': {
    packet: packet(
      `${described(['x-default', 'Boats &amp; &#x70;ier'], ['de-DE', 'Boote'])}${subjects('sea', '&lt;b&gt;')}
      <mine:secret mine:kind='a'>42</mine:secret><mine:list><rdf:Seq><rdf:li rdf:parseType='Resource'><mine:x>1</mine:x></rdf:li></rdf:Seq></mine:list>
      <photoshop:CaptionWriter>Cid</photoshop:CaptionWriter><acdsee:rating>2</acdsee:rating>`,
      `xmp:Rating='4' xmp:Label='Red' photoshop:City='Brest'`,
    ),
    tags: [...asUtf8, '-IPTC:Caption-Abstract=another', '-IPTC:Keywords=stale', '-IPTC:City=Genoa', '-EXIF:Artist=Ann'],
  },
  'IPTC alone': { tags: [...asUtf8, ...allOfIptc] },
  'IPTC beside XMP of other things': {
    packet: packet('<mine:secret>42</mine:secret>'),
    tags: [...asUtf8, ...allOfIptc],
  },
  'EXIF alone': {
    tags: ['Artist=Ann', 'Copyright=© me', 'XPTitle=Hébert', 'Rating=3', 'ImageDescription=a & b', 'Make=Canon'].map(
      (tag) => `-EXIF:${tag}`,
    ),
  },
  'EXIF before IPTC': {
    tags: ['-IPTC:Caption-Abstract=by Ann', '-IPTC:By-line=Ann', '-EXIF:ImageDescription=by Ben', '-EXIF:Artist=Ben'],
  },
  'a caption in IPTC beside a camera’s words': {
    tags: ['-IPTC:Caption-Abstract=by Ann', '-EXIF:ImageDescription=OLYMPUS DIGITAL CAMERA'],
  },
  'a camera’s words beside other things': { tags: ['-IPTC:City=Genoa', '-EXIF:ImageDescription=SONY DSC'] },
};

describe('what a plain photo says of itself', () => {
  it.each(Object.entries(plain))('is what ExifTool makes of it: %s', async (_, kind) => {
    const photo = await photoOf(kind);
    const [ours, thorough] = [await files.embedded(photo), await files.embeddedThoroughly(photo)];
    expect(plainEmbedded((await headOfJpeg(photo)) ?? Buffer.of())).toBeTruthy();
    expect(ours?.text).toEqual(thorough?.text);
    const content = await contentOf(thorough);
    expect(await contentOf(ours)).toEqual(content);
    if (kind.packet !== undefined) expect(JSON.stringify(content)).toContain('42');
  });

  it.each<[string, Kind]>([
    ['a description in another language alone', { packet: packet(described(['de-DE', 'Boote'])) }],
    ['a property twice', { packet: packet(subjects('a') + subjects('b')) }],
    ['a camera’s words in XMP', { packet: packet(described(['x-default', 'SONY DSC'])) }],
    ['a comment', { packet: packet(`<!-- -->${subjects('a')}`) }],
    [
      'a namespace that may be one that ExifTool knows',
      { packet: packet("<o:subject xmlns:o='http://example.org/'>a</o:subject>") },
    ],
    ['numbers that have words in IPTC', { tags: ['-IPTC:Urgency=5'] }],
    ['IPTC in another encoding', { tags: ['-IPTC:Keywords=Bén'] }],
    ['many artists in one', { tags: ['-EXIF:Artist=Ann; Ben'] }],
    ['a comment in EXIF', { tags: ['-EXIF:UserComment=a boat', '-EXIF:Artist=Ann'] }],
  ])('is left to ExifTool where it is out of the ordinary: %s', async (_, kind) => {
    const head = await headOfJpeg(await photoOf(kind));
    expect(head).toBeDefined();
    expect(plainEmbedded(head ?? Buffer.of())).toBeUndefined();
  });

  it('is left to ExifTool where its XMP is in UTF-16 or in several parts, or the file is cut', () => {
    const xmp = packet(subjects('a'));
    const sound = withPacket(picture, xmp);
    const more = Buffer.concat([Buffer.from('http://ns.adobe.com/xmp/extension/\0'), Buffer.alloc(60)]);
    const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, more.byteLength + 2), more]);
    expect(plainEmbedded(sound)?.text.tags['XMP-dc:Subject']).toEqual(['a']);
    expect(plainEmbedded(withPacket(picture, Buffer.from(xmp, 'utf16le')))).toBeUndefined();
    expect(plainEmbedded(Buffer.concat([sound.subarray(0, 2), segment, sound.subarray(2)]))).toBeUndefined();
    for (let end = 0; end < sound.indexOf(Buffer.of(0xff, 0xda)); end += 97) {
      expect(plainEmbedded(sound.subarray(0, end))).toBeUndefined();
    }
  });
});

it('a caption of a person’s stays where a camera’s words stand before it and ExifTool has to read the photo', async () => {
  const photo = await photoOf({
    tags: ['-IPTC:Caption-Abstract=by Ann', '-IPTC:Urgency=5', '-EXIF:ImageDescription=OLYMPUS DIGITAL CAMERA'],
  });
  expect((await files.embedded(photo))?.text.texts.caption).toEqual(['by Ann']);
});

describe('what a plain sidecar says', () => {
  it.each([
    ['languages in any order', packet(described(['de-DE', 'Boote'], ['x-default', 'boats'], ['fr-FR', 'bateaux']))],
    [
      'a text in place of languages and lists',
      packet('', "dc:description='boats' dc:subject='sea' tiff:ImageDescription='pier'"),
    ],
    ['lists without entries', packet('<dc:subject><rdf:Bag/></dc:subject><lr:hierarchicalSubject/>')],
    ['spaces around texts', packet(`${described(['x-default', ' boats \n'])}${subjects(' a', 'b ', 'a')}`)],
    ['marks', packet('', "xmp:Rating='-1' xmp:Label='Zu tun' photoshop:CaptionWriter='Cid'")],
    ['nothing', packet('')],
  ])('is what ExifTool reads: %s', async (_, xmp) => {
    const bytes = Buffer.from(xmp);
    expect(plainXmpText(bytes)?.text).toEqual(await files.readThoroughly(bytes, 'a.xmp'));
  });

  it('is what ExifTool reads of all that it writes', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => value.trim());
    const changes = fc.record({
      texts: fc.record({ caption: text, altText: text, longDescription: text }, { requiredKeys: [] }),
      captionWriter: text,
      marks: fc.record({ rating: fc.constantFrom('-1', '0', '5'), label: fc.constantFrom('Red', '') }),
      edits: fc
        .uniqueArray(
          text.filter((value) => value !== ''),
          { maxLength: 4 },
        )
        .map((added) => [
          { field: 'XMP-dc:Subject' as const, removed: [], added },
          { field: 'XMP-lr:HierarchicalSubject' as const, removed: [], added: added.map((value) => `a|${value}`) },
        ]),
    });
    let plainly = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 20, maxLength: 20 }), async (all) => {
        await Promise.all(
          all.map(async (one) => {
            const xmp = await files.changed(undefined, one);
            const read = plainXmpText(xmp);
            if (read === undefined) return;
            plainly += 1;
            expect(read.text).toEqual(await files.readThoroughly(xmp, 'a.xmp'));
          }),
        );
      }),
      { numRuns: 2 },
    );
    expect(plainly).toBeGreaterThan(20);
  });

  it.each([
    ['another document', '<html/>'],
    ['half of one', packet(subjects('a')).slice(0, 600)],
    ['entities', `<!DOCTYPE x [<!ENTITY x "a">]>${packet(subjects('&x;'))}`],
    ['more than is read in the process that has the library', packet(subjects('a'.repeat(300_000)))],
  ])('is left to ExifTool: %s', (_, xmp) => {
    expect(plainXmpText(Buffer.from(xmp))).toBeUndefined();
    expect(plainXmpText(Buffer.from(packet('')))?.text).toEqual(noXmpText);
  });
});
