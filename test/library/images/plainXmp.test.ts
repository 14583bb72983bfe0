/**
 * @file XMP and IPTC that are read without ExifTool: what comes out is what ExifTool says, in every form in which programs
 * write it; and what is of another kind is left to ExifTool.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpretTags, withSidecars } from '../../../main/library/images/interpretTags.ts';
import type { PhotoMetadata } from '../../../main/library/images/photoMetadata.ts';
import { quickJpegTags } from '../../../main/library/images/quickTags.ts';
import { plainSidecarTags } from '../../../main/library/images/xmp/plainSidecar.ts';
import { noFileInfo } from '../../../schemas/fileInfo.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { cornersPicture } from './pictures.ts';

let tools: ImageTools;
let picture: Buffer;
let files = 0;

beforeAll(async () => {
  tools = await openImageTools();
  picture = await cornersPicture(60, 40).jpeg().toBuffer();
});
afterAll(() => tools[Symbol.asyncDispose]());

async function stored(bytes: Uint8Array | string, extension: string): Promise<string> {
  files += 1;
  const file = path.join(tools.folder, `${files}.${extension}`);
  await writeFile(file, bytes);
  return file;
}

function withSegment(jpeg: Buffer, marker: number, mark: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(mark, 'latin1'), body]);
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(content.byteLength + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

const withXmp = (xmp: string | Buffer) =>
  withSegment(picture, 0xe1, 'http://ns.adobe.com/xap/1.0/\0', Buffer.from(xmp));

interface Read {
  /** Undefined where it was left to ExifTool. */
  readonly plain: PhotoMetadata | undefined;
  readonly thorough: PhotoMetadata;
}

async function readBoth(jpeg: Buffer): Promise<Read> {
  const tags = quickJpegTags(jpeg);
  const thorough = interpretTags(await tools.metadata.readThoroughly(await stored(jpeg, 'jpg'), 'JPEG'), 'JPEG');
  return { plain: tags instanceof Map ? interpretTags(tags, 'JPEG') : undefined, thorough };
}

const noPhoto = { ...interpretTags(new Map(), 'JPEG'), info: noFileInfo };

async function readBothSidecars(xmp: string | Buffer): Promise<Read> {
  const tags = plainSidecarTags(Buffer.from(xmp));
  const thorough = await tools.metadata.readThoroughly(await stored(xmp, 'xmp'), 'XMP');
  const of = (found: typeof thorough) => withSidecars(noPhoto, [{ name: 'a.xmp', tags: found }]);
  return { plain: tags === undefined ? undefined : of(tags), thorough: of(thorough) };
}

const namespaces = Object.entries({
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  aux: 'http://ns.adobe.com/exif/1.0/aux/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  Iptc4xmpCore: 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  lr: 'http://ns.adobe.com/lightroom/1.0/',
  digiKam: 'http://www.digikam.org/ns/1.0/',
  darktable: 'http://darktable.sf.net/',
  acdsee: 'http://ns.acdsee.com/iptc/1.0/',
  mediapro: 'http://ns.iview-multimedia.com/mediapro/1.0/',
  MicrosoftPhoto: 'http://ns.microsoft.com/photo/1.0/',
  MP: 'http://ns.microsoft.com/photo/1.2/',
  MPRI: 'http://ns.microsoft.com/photo/1.2/t/RegionInfo#',
  MPReg: 'http://ns.microsoft.com/photo/1.2/t/Region#',
  'mwg-rs': 'http://www.metadataworkinggroup.com/schemas/regions/',
  stArea: 'http://ns.adobe.com/xmp/sType/Area#',
  stDim: 'http://ns.adobe.com/xap/1.0/sType/Dimensions#',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  stEvt: 'http://ns.adobe.com/xap/1.0/sType/ResourceEvent#',
  crs: 'http://ns.adobe.com/camera-raw-settings/1.0/',
}).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);

/** @param attributes of the description, which may be properties */
const packet = (properties: string, attributes = '') =>
  `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 6.0.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" ${namespaces.join(' ')} ${attributes}>
${properties}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
${' '.repeat(200)}
<?xpacket end="w"?>`;

const list = (name: string, kind: string, ...items: readonly string[]) =>
  `<${name}><rdf:${kind}>${items.map((item) => `\n<rdf:li>${item}</rdf:li>`).join('')}\n</rdf:${kind}></${name}>`;
const languages = (name: string, ...texts: readonly (readonly [language: string, text: string])[]) =>
  `<${name}><rdf:Alt>${texts.map(([language, text]) => `<rdf:li xml:lang="${language}">${text}</rdf:li>`).join('')}</rdf:Alt></${name}>`;
const region = (name: string, x: number) => `<rdf:li><rdf:Description mwg-rs:Name="${name}" mwg-rs:Type="Face">
  <mwg-rs:Area stArea:x="${x}" stArea:y="0.3" stArea:w="0.1" stArea:h="0.2" stArea:unit="normalized"/>
  </rdf:Description></rdf:li>`;
const resource = (name: string, content: string) => `<${name} rdf:parseType="Resource">${content}</${name}>`;

const forms: readonly (readonly [what: string, xmp: string, expected: object])[] = [
  [
    'Lightroom: attributes, a history, settings',
    packet(
      [
        languages('dc:title', ['x-default', 'Harbour &amp; pier']),
        languages('dc:description', ['x-default', 'Boats\nat the &#x70;ier'], ['de-DE', 'Boote']),
        list('dc:subject', 'Bag', 'sea', 'boat'),
        list('dc:creator', 'Seq', 'Ann', 'Ben'),
        list('lr:hierarchicalSubject', 'Bag', 'things|sea', 'things|boat'),
        '<xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:when="2024-05-01T10:11:12"/></rdf:Seq></xmpMM:History>',
      ].join('\n'),
      'xmp:Rating="4" xmp:Label="Red" photoshop:City="Brest" photoshop:DateCreated="2024-05-01T10:11:12.345+02:00" crs:Version="15.0" tiff:Orientation="6"',
    ),
    { keywords: [{ path: 'things/sea' }, { path: 'things/boat' }], rating: { stars: 4 } },
  ],
  [
    'digiKam: regions of people, with descriptions in lists',
    packet(
      `<mwg-rs:Regions><rdf:Description>
        <mwg-rs:AppliedToDimensions stDim:w="600" stDim:h="400" stDim:unit="pixel"/>
        <mwg-rs:RegionList><rdf:Bag>${region('Anna', 0.2)}${region('Ben', 0.4)}</rdf:Bag></mwg-rs:RegionList>
        </rdf:Description></mwg-rs:Regions>
        ${list('digiKam:TagsList', 'Seq', 'People/Anna', 'Places/Brest')}<digiKam:ColorLabel>1</digiKam:ColorLabel>
        ${list('mediapro:CatalogSets', 'Bag', 'Places|Brest')}${list('MicrosoftPhoto:LastKeywordXMP', 'Bag', 'Places/Brest')}
        <acdsee:categories>&lt;Categories&gt;&lt;Category Assigned="1"&gt;Sea&lt;/Category&gt;&lt;/Categories&gt;</acdsee:categories>`,
      'acdsee:rating="3"',
    ),
    { people: [{ name: 'Anna', region: { left: 0.15 } }, { name: 'Ben' }], rating: { stars: 3 } },
  ],
  [
    'the same as resources',
    packet(
      resource(
        'mwg-rs:Regions',
        resource(
          'mwg-rs:AppliedToDimensions',
          '<stDim:w>600</stDim:w><stDim:h>400</stDim:h><stDim:unit>pixel</stDim:unit>',
        ) +
          `<mwg-rs:RegionList><rdf:Seq>${resource(
            'rdf:li',
            `${resource('mwg-rs:Area', '<stArea:x>300</stArea:x><stArea:y>200</stArea:y><stArea:w>60</stArea:w><stArea:h>60</stArea:h><stArea:unit>pixel</stArea:unit>')}
            <mwg-rs:Name>Carl</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>`,
          )}</rdf:Seq></mwg-rs:RegionList>`,
      ),
    ),
    { people: [{ name: 'Carl', region: { left: 0.45, drawnOn: { width: 600, height: 400 } } }] },
  ],
  [
    'Windows: regions, stars, keywords',
    packet(
      `<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag>
        <rdf:li><rdf:Description><MPReg:Rectangle>0.1, 0.2, 0.3, 0.4</MPReg:Rectangle>
        <MPReg:PersonDisplayName>Dora</MPReg:PersonDisplayName></rdf:Description></rdf:li>
        </rdf:Bag></MPRI:Regions></rdf:Description></MP:RegionInfo>
        <MicrosoftPhoto:Rating>50</MicrosoftPhoto:Rating>${list('dc:subject', 'Bag', 'one')}`,
    ),
    { people: [{ name: 'Dora', region: { left: 0.1, width: 0.3 } }], rating: { stars: 3 } },
  ],
  [
    'IPTC: places, alternative texts, people',
    packet(
      `${languages('Iptc4xmpCore:AltTextAccessibility', ['x-default', 'A boat'])}
       ${languages('Iptc4xmpCore:ExtDescrAccessibility', ['fr-FR', 'Un bateau'])}
       <Iptc4xmpCore:Location>Pier 3</Iptc4xmpCore:Location><Iptc4xmpCore:CountryCode>FR</Iptc4xmpCore:CountryCode>
       <photoshop:Headline>007</photoshop:Headline><photoshop:Country>France</photoshop:Country>
       ${list('Iptc4xmpExt:PersonInImage', 'Bag', 'Eve', '1.50')}
       <Iptc4xmpExt:LocationShown><rdf:Bag>
         ${resource('rdf:li', '<Iptc4xmpExt:City>Quimper</Iptc4xmpExt:City><Iptc4xmpExt:CountryName>France</Iptc4xmpExt:CountryName>')}
       </rdf:Bag></Iptc4xmpExt:LocationShown>
       <Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li Iptc4xmpExt:City="Brest" Iptc4xmpExt:CountryCode="fr"/></rdf:Bag></Iptc4xmpExt:LocationCreated>`,
    ),
    {
      people: [{ name: 'Eve' }, { name: '1.50' }],
      places: [{ kind: 'located', country: 'France' }, { city: 'Quimper' }, { city: 'Brest', countryCode: 'FR' }],
    },
  ],
  [
    'darktable: labels by numbers, a position',
    packet(
      `${list('darktable:colorlabels', 'Seq', '2', '3')}${list('dc:rights', 'Alt').replace('<rdf:Alt>\n</rdf:Alt>', '<rdf:Alt/>')}`,
      'xmp:Rating="-1" exif:GPSLatitude="48,23.4N" exif:GPSLongitude="4,29,24W" exif:GPSAltitude="251/10" exif:DateTimeOriginal="2024-05-01"',
    ),
    { rating: { stars: -1 }, texts: [{ kind: 'label', text: 'Green' }] },
  ],
  [
    'any prefixes, and single texts in place of lists',
    `<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<r:Description xmlns:d="http://purl.org/dc/elements/1.1/" d:title="Überschrift 🙂"><d:subject>one</d:subject></r:Description>
<r:Description xmlns:p='http://ns.adobe.com/photoshop/1.0/'><p:Headline>שלום</p:Headline></r:Description>
</r:RDF></x:xmpmeta>`,
    { keywords: [{ path: 'one' }] },
  ],
  [
    'nothing that is asked for',
    packet('<xmpMM:DocumentID>x</xmpMM:DocumentID>', 'xmp:CreatorTool="Editor"'),
    noFileInfo,
  ],
];

describe('plain XMP', () => {
  it.each(forms)('of %s says in a file what ExifTool says', async (_, xmp, expected) => {
    const { plain, thorough } = await readBoth(withXmp(xmp));
    expect(plain).toEqual(thorough);
    expect(thorough.info).toMatchObject(expected);
  });

  it.each(forms)('of %s says in a sidecar what ExifTool says', async (_, xmp, expected) => {
    const { plain, thorough } = await readBothSidecars(xmp);
    expect(plain).toEqual(thorough);
    expect(thorough.info).toMatchObject(expected);
  });

  it('with any text says what ExifTool says', async () => {
    const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
    const text = fc
      .string({
        unit: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...'ab &<>"\';|/\n\t1.%äß中🙂é') },
          { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
        ),
        maxLength: 30,
      })
      .map((chars) => chars.replaceAll(/[\p{Cs}\ufffe\uffff]/gu, ''))
      .filter((chars) => !/\p{Cc}/u.test(chars.replaceAll(/[\n\t]/g, '')));
    let plainOnes = 0;
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.array(text, { maxLength: 4 }),
        fc.array(text, { maxLength: 4 }),
        async (title, headline, words, paths) => {
          const xmp = packet(
            [
              languages('dc:title', ['x-default', escaped(title)]),
              list('dc:subject', 'Bag', ...words.map(escaped)),
              list('digiKam:TagsList', 'Seq', ...paths.map(escaped)),
            ].join('\n'),
            `photoshop:Headline="${escaped(headline)}"`,
          );
          const { plain, thorough } = await readBoth(withXmp(xmp));
          if (plain !== undefined) plainOnes += 1;
          if (plain !== undefined) expect(plain).toEqual(thorough);
        },
      ),
      { numRuns: 100 },
    );
    expect(plainOnes).toBeGreaterThan(20);
  }, 60_000);

  const x = packet(languages('dc:title', ['x-default', 'x']));
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
  it.each<[what: string, xmp: string | Buffer]>([
    ['a bomb of entities', x.replace('<x:xmpmeta', `${bomb}<x:xmpmeta`).replace('>x<', '>&b;<')],
    ['an entity that is not declared', x.replace('>x<', '>&nbsp;<')],
    ['a comment', x.replace('>x<', '><!-- no -->x<')],
    ['a section of text', x.replace('>x<', '><![CDATA[x]]><')],
    ['half of it', x.slice(0, 400)],
    ['something behind it', `${x}<a/>`],
    ['UTF-16', Buffer.from(`\ufeff${x}`, 'utf16le')],
    ['bytes that are no UTF-8', Buffer.from(x.replace('>x<', '>\xff<'), 'latin1')],
    ['elements nested without end', x.replace('>x<', `>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}<`)],
    [
      'a title twice',
      x.replace('</rdf:Description>', `${languages('dc:title', ['x-default', 'y'])}</rdf:Description>`),
    ],
    ['a language that is none', x.replace('x-default', 'x-repair')],
    ['languages without a default', packet(languages('dc:title', ['de', 'a'], ['fr', 'b']))],
    ['an empty keyword', packet(list('dc:subject', 'Bag', 'a', ''))],
    [
      'keywords with a qualifier',
      packet(
        '<dc:subject><rdf:Bag><rdf:li rdf:parseType="Resource"><rdf:value>a</rdf:value></rdf:li></rdf:Bag></dc:subject>',
      ),
    ],
    ['a node that is told elsewhere', packet('<dc:subject rdf:nodeID="a"/>')],
    ['a title in a namespace that is not known', packet('<o:title xmlns:o="http://other/">x</o:title>')],
    ['a date in words', packet('', 'photoshop:DateCreated="May 2024"')],
    ['stars in words', packet('', 'xmp:Rating="four"')],
    ['a camera that EXIF does not name', packet('', 'tiff:Make="Maker"')],
    ['a lens that EXIF does not name', packet('', 'aux:Lens="24-105"')],
  ])('is not what has %s: ExifTool reads it', (_, xmp) => {
    expect(quickJpegTags(withXmp(xmp))).toBeUndefined();
  });

  it('is not what goes on in another segment, nor what is there twice', () => {
    const jpeg = withXmp(x);
    const again = (mark: string) => withSegment(jpeg, 0xe1, mark, Buffer.from(x));
    expect(quickJpegTags(jpeg)).toBeInstanceOf(Map);
    expect(quickJpegTags(again('http://ns.adobe.com/xmp/extension/\0'))).toBeUndefined();
    expect(quickJpegTags(again('http://ns.adobe.com/xap/1.0/\0'))).toBeUndefined();
  });

  it('is not what is larger than any program writes', () => {
    const long = languages('dc:description', ['x-default', 'x'.repeat(2 * 1024 * 1024)]);
    expect(plainSidecarTags(Buffer.from(packet('')))).toBeInstanceOf(Map);
    expect(plainSidecarTags(Buffer.from(packet(long)))).toBeUndefined();
  });
});

describe('plain IPTC', () => {
  const iptc = [
    '-IPTC:ObjectName=Title',
    '-IPTC:Keywords=one',
    '-IPTC:Keywords=two',
    '-IPTC:City=Brest',
    '-IPTC:By-line=Ann',
  ];
  const dated = ['-IPTC:DateCreated=2024:05:01', '-IPTC:TimeCreated=10:11:12+02:00'];
  it.each<[what: string, args: readonly string[], isPlain?: boolean]>([
    ['ASCII', [...iptc, ...dated, '-IPTC:Caption-Abstract=Boats at the pier']],
    ['UTF-8', [...iptc, '-IPTC:CodedCharacterSet=UTF8', '-IPTC:Headline=Häfen 港']],
    ['Latin-1', [...iptc, '-IPTC:Headline=Häfen'], false],
    ['XMP and its digest', [...iptc, '-XMP-dc:Title=XMP title', '-Photoshop:IPTCDigest=new']],
    [
      'XMP and an older digest',
      [...iptc, '-XMP-dc:Title=XMP title', '-Photoshop:IPTCDigest=00112233445566778899aabbccddeeff'],
      false,
    ],
    [
      'EXIF of a camera, a position and all of XMP',
      [
        ...iptc,
        ...dated,
        '-IFD0:Make=Canon',
        '-IFD0:Model=R5',
        '-ExifIFD:LensModel=RF 24-105mm',
        '-ExifIFD:ISO=400',
        '-ExifIFD:FNumber=5.6',
        '-ExifIFD:DateTimeOriginal=2024:05:01 10:11:12',
        '-XMP-aux:Lens=RF24',
        '-XMP-tiff:Make=Canon',
        '-XMP-exif:FNumber=5.6',
        '-GPSLatitude=48.39',
        '-GPSLatitudeRef=N',
        '-GPSLongitude=4.48',
        '-GPSLongitudeRef=W',
        '-XMP-exif:GPSLatitude=1',
        '-XMP-exif:GPSLongitude=2',
        '-XMP-dc:Subject=three',
        '-XMP-xmp:Rating=5',
      ],
    ],
    [
      'a height in XMP alone',
      [
        '-GPSLatitude=48.39',
        '-GPSLatitudeRef=N',
        '-GPSLongitude=4.48',
        '-GPSLongitudeRef=W',
        '-XMP-exif:GPSAltitude=20',
      ],
      false,
    ],
    ['a time in IPTC and a day in XMP', [...dated, '-XMP-photoshop:DateCreated=2024:05:02'], false],
  ])('with %s is what ExifTool says (%#)', async (_, args, isPlain = true) => {
    const file = await stored(picture, 'jpg');
    const exifTool = await tools.exifTool.get();
    await exifTool.write(file, {}, { writeArgs: [...args, '-overwrite_original'] });
    const { plain, thorough } = await readBoth(await readFile(file));
    expect(thorough.info).not.toEqual(isPlain ? noFileInfo : undefined);
    expect(plain).toEqual(isPlain ? thorough : undefined);
  });

  const irb = (id: number, body: Buffer) => {
    const head = Buffer.from('8BIM\0\0\0\0\0\0\0\0', 'latin1');
    head.writeUInt16BE(id, 4);
    head.writeUInt32BE(body.byteLength, 8);
    return Buffer.concat([head, body, Buffer.alloc(body.byteLength % 2)]);
  };
  const dataSet = (record: number, number: number, text: string) =>
    Buffer.concat([Buffer.of(0x1c, record, number, text.length >> 8, text.length & 255), Buffer.from(text, 'latin1')]);
  const title = dataSet(2, 5, 'Title');

  it.each<[what: string, resources: Buffer]>([
    ['two blocks', Buffer.concat([irb(0x0404, title), irb(0x0404, title)])],
    ['a title twice', irb(0x0404, Buffer.concat([title, title]))],
    ['records out of order', irb(0x0404, Buffer.concat([title, dataSet(1, 90, '\x1b%G')]))],
    ['another character set', irb(0x0404, Buffer.concat([dataSet(1, 90, '\x1b.A'), title]))],
    ['a block that ends too early', irb(0x0404, title.subarray(0, -1))],
    ['resources that end too early', irb(0x0404, title).subarray(0, -4)],
    ['something that is no resource', Buffer.concat([irb(0x0404, title), Buffer.from('junk')])],
    ['EXIF among the resources', Buffer.concat([irb(0x0404, title), irb(0x0422, Buffer.from('MM'))])],
    ['a date of zeros', irb(0x0404, dataSet(2, 55, '20240000'))],
  ])('is not what has %s: ExifTool reads it', (_, resources) => {
    const withResources = (body: Buffer) => withSegment(picture, 0xed, 'Photoshop 3.0\0', body);
    expect(quickJpegTags(withResources(irb(0x0404, title)))).toBeInstanceOf(Map);
    expect(quickJpegTags(withResources(resources))).toBeUndefined();
  });
});
