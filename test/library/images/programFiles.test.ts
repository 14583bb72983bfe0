/** @file What other programs write into photos, written as they do and read back. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FileInfo } from '../../../schemas/fileInfo.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { cornersPicture } from './pictures.ts';

let tools: ImageTools;

beforeAll(async () => {
  tools = await openImageTools();
});
afterAll(() => tools[Symbol.asyncDispose]());

interface Expected {
  readonly texts?: Readonly<Record<string, string>>;
  readonly keywords?: readonly string[];
  readonly people?: Readonly<Record<string, readonly number[] | null>>;
  readonly places?: readonly string[];
  readonly stars?: number;
}

/** Left, top, width, height. */
const annsFace = [0.25, 0.2, 0.1, 0.2];
const mwg = (name: string) =>
  `-XMP-mwg-rs:RegionInfo={AppliedToDimensions={W=60,H=40,Unit=pixel},RegionList=[{Area={X=0.3,Y=0.3,W=0.1,H=0.2,Unit=normalized},Name=${name},Type=Face}]}`;

const programs: readonly (readonly [program: string, args: readonly string[], expected: Expected])[] = [
  [
    'digiKam',
    [
      ...['-XMP-dc:Title=Harbour', '-XMP-dc:Description=Two boats', '-IFD0:ImageDescription=Two boats'],
      ...['-XMP-digiKam:TagsList=People/Ann', '-XMP-digiKam:TagsList=Places/France/Brest', '-XMP-digiKam:TagsList=sea'],
      ...['-XMP-lr:HierarchicalSubject=People|Ann', '-XMP-lr:HierarchicalSubject=Places|France|Brest'],
      ...['-XMP-lr:HierarchicalSubject=sea', '-XMP-microsoft:LastKeywordXMP=Places/France/Brest'],
      ...['-XMP-mediapro:CatalogSets=Places|France|Brest', '-XMP-dc:Subject=Ann', '-XMP-dc:Subject=Brest'],
      ...['-XMP-dc:Subject=sea', '-IPTC:Keywords=Brest', '-XMP-xmp:Rating=4', '-XMP-digiKam:ColorLabel=2', mwg('Ann')],
    ],
    {
      texts: { title: 'Harbour', caption: 'Two boats', label: 'Orange' },
      keywords: ['Places/France/Brest', 'sea'],
      people: { Ann: annsFace },
      stars: 4,
    },
  ],
  [
    'Lightroom',
    [
      ...['-XMP-dc:Title=Harbour', '-IPTC:ObjectName=Harbour', '-XMP-dc:Description=Two boats'],
      ...['-IPTC:Caption-Abstract=Two boats', '-IFD0:ImageDescription=Two boats', '-XMP-photoshop:Headline=Breaking'],
      ...['-XMP-lr:HierarchicalSubject=Places|Brest', '-XMP-dc:Subject=Places', '-XMP-dc:Subject=Brest'],
      ...['-IPTC:Keywords=Places', '-IPTC:Keywords=Brest', '-XMP-xmp:Label=Red', '-XMP-xmp:Rating=5'],
      ...['-XMP-photoshop:City=Brest', '-XMP-photoshop:State=Brittany', '-XMP-photoshop:Country=France'],
      ...['-XMP-iptcCore:CountryCode=FRA', '-XMP-iptcCore:Location=Old port', '-IPTC:City=Brest'],
      ...['-XMP-dc:Creator=Ann Example', '-XMP-dc:Rights=© Ann', '-XMP-iptcExt:PersonInImage=Bob', mwg('Bob')],
      ...['-XMP-iptcCore:AltTextAccessibility=Boats', '-XMP-iptcCore:ExtDescrAccessibility=Two boats at a pier'],
    ],
    {
      texts: {
        title: 'Harbour',
        headline: 'Breaking',
        caption: 'Two boats',
        altText: 'Boats',
        extendedDescription: 'Two boats at a pier',
        label: 'Red',
        creator: 'Ann Example',
        copyright: '© Ann',
      },
      keywords: ['Places/Brest'],
      people: { Bob: annsFace },
      places: ['located: Old port, Brest, Brittany, France, FRA'],
      stars: 5,
    },
  ],
  [
    'Windows',
    [
      ...['-IFD0:XPTitle=Hafen', '-IFD0:XPComment=Zwei Boote', '-IFD0:XPKeywords=Brest;Meer', '-IFD0:XPAuthor=Ann'],
      ...['-XMP-microsoft:LastKeywordXMP=Brest', '-XMP-microsoft:LastKeywordXMP=Meer', '-IFD0:RatingPercent=75'],
      '-XMP-MP:RegionInfoMP={Regions=[{PersonDisplayName=Ann,Rectangle=0.25|, 0.2|, 0.1|, 0.2}]}',
    ],
    {
      texts: { title: 'Hafen', caption: 'Zwei Boote', creator: 'Ann' },
      keywords: ['Brest', 'Meer'],
      people: { Ann: annsFace },
      stars: 4,
    },
  ],
  [
    'Immich',
    [
      ...['-IFD0:ImageDescription=Zwei Boote', '-XMP-dc:Description=Zwei Boote', '-XMP-digiKam:TagsList=Orte/Brest'],
      ...['-XMP-xmp:Rating=3'],
    ],
    { texts: { caption: 'Zwei Boote' }, keywords: ['Orte/Brest'], stars: 3 },
  ],
  [
    'Apple’s Photos',
    [
      ...['-IPTC:ObjectName=Port', '-XMP-dc:Title=Port', '-IPTC:Caption-Abstract=Deux bateaux'],
      ...['-XMP-dc:Description=Deux bateaux', '-IPTC:Keywords=mer', '-XMP-dc:Subject=mer'],
      ...['-XMP-iptcExt:PersonInImage=Ann', '-XMP-iptcExt:PersonInImage=Bob'],
    ],
    { texts: { title: 'Port', caption: 'Deux bateaux' }, keywords: ['mer'], people: { Ann: null, Bob: null } },
  ],
  [
    'an agency',
    [
      ...['-IPTC:City=Lyon', '-IPTC:Province-State=Rhône', '-IPTC:Country-PrimaryLocationName=France'],
      ...['-IPTC:Country-PrimaryLocationCode=FRA', '-IPTC:Sub-location=Croix-Rousse', '-IPTC:By-line=Ann'],
      ...['-IPTC:CopyrightNotice=© agency', '-IPTC:Headline=Strike', '-codedcharacterset=utf8'],
      ...['-XMP-iptcExt:LocationShown={City=Paris,CountryName=France}', '-XMP-iptcExt:LocationCreated={City=Meudon}'],
    ],
    {
      texts: { headline: 'Strike', creator: 'Ann', copyright: '© agency' },
      places: ['located: Croix-Rousse, Lyon, Rhône, France, FRA', 'shown: Paris, France', 'taken: Meudon'],
    },
  ],
  [
    'values that look like something else',
    ['-XMP-dc:Title=3.10', '-XMP-dc:Subject=007', '-XMP-dc:Subject=true', '-IPTC:Keywords=1e5', '-XMP-dc:Creator=-0'],
    { texts: { title: '3.10', creator: '-0' }, keywords: ['007', 'true', '1e5'] },
  ],
];

function expectInfo(info: FileInfo, { texts = {}, keywords = [], people = {}, places = [], stars }: Expected): void {
  expect(Object.fromEntries(info.texts.map(({ kind, text }) => [kind, text]))).toEqual(texts);
  expect(info.keywords.map(({ path: keyword }) => keyword)).toEqual(keywords);
  const named = info.people.map(({ name, region }) => [
    name,
    region === null ? null : [region.left, region.top, region.width, region.height],
  ]);
  expect(Object.fromEntries(named)).toEqual(people);
  const placeNames = info.places.map(({ kind, sublocation, city, state, country, countryCode }) => {
    const parts = [sublocation, city, state, country, countryCode].filter((part) => part !== null);
    return `${kind}: ${parts.join(', ')}`;
  });
  expect(placeNames).toEqual(places);
  expect(info.rating?.stars).toBe(stars);
}

it.each(programs)('what %s writes is read', async (program, args, expected) => {
  const file = path.join(tools.folder, `${program}.jpg`);
  await writeFile(file, await cornersPicture(60, 40).jpeg().toBuffer());
  const exifTool = await tools.exifTool.get();
  // As an argument of its own, ExifTool would take it for the value of the tag before it.
  await exifTool.write(file, { 'XMP-x:XMPToolkit': 'test' } as object, {
    writeArgs: ['-overwrite_original', ...args],
  });
  expectInfo((await tools.metadata.read(file)).info, expected);
  // And as the picture process answers it.
  expectInfo((await tools.pictures.read(file)).info, expected);
});
