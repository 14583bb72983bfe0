/** @file What is made of the tags in which programs keep titles, keywords, people and places. */
import { describe, expect, it } from 'vitest';
import { fileInfoOf, mergedFileInfo } from '../../../main/library/images/fileInfo/fileInfo.ts';
import { type FileInfo, noFileInfo } from '../../../schemas/fileInfo.ts';

type Tags = Readonly<Record<string, unknown>>;

const of = (tags: Tags, sidecar: string | null = null) => fileInfoOf(new Map(Object.entries(tags)), sidecar);
const said = ({ texts }: FileInfo) => Object.fromEntries(texts.map(({ kind, text }) => [kind, text]));
const keywords = ({ keywords: found }: FileInfo) => found.map(({ path }) => path);
const names = ({ people }: FileInfo) => people.map(({ name }) => name);

describe('texts', () => {
  it.each<[what: string, Tags, Record<string, string>]>([
    ['nothing', {}, {}],
    [
      'XMP before IPTC before EXIF',
      {
        'IFD0:ImageDescription': 'exif',
        'IPTC:Caption-Abstract': 'iptc',
        'XMP-dc:Description': 'xmp',
        'IPTC:ObjectName': 'iptc title',
        'IFD0:XPTitle': 'exif title',
      },
      { title: 'iptc title', caption: 'xmp' },
    ],
    [
      'IPTC first that was changed behind the back of XMP',
      {
        'XMP-dc:Description': 'old',
        'IPTC:Caption-Abstract': 'new',
        'Photoshop:IPTCDigest': 'aa',
        'File:CurrentIPTCDigest': 'bb',
      },
      { caption: 'new' },
    ],
    [
      'XMP first where IPTC is as it was left',
      {
        'XMP-dc:Description': 'xmp',
        'IPTC:Caption-Abstract': 'iptc',
        'Photoshop:IPTCDigest': 'aa',
        'File:CurrentIPTCDigest': 'aa',
      },
      { caption: 'xmp' },
    ],
    ['another language where there is no default', { 'XMP-dc:Title-de': 'Titel' }, { title: 'Titel' }],
    ['the default before a language', { 'XMP-dc:Title-de': 'Titel', 'XMP-dc:Title': 'Title' }, { title: 'Title' }],
    ['no words of a camera', { 'IFD0:ImageDescription': 'OLYMPUS DIGITAL CAMERA' }, {}],
    ['no words of a camera’s maker', { 'IFD0:ImageDescription': 'GE DIGITAL CAMERA' }, {}],
    [
      'a person’s words about a camera',
      { 'XMP-dc:Description': 'My digital camera' },
      { caption: 'My digital camera' },
    ],
    ['no data of a program', { 'IFD0:ImageDescription': '<?xml version="1.0"?><OME/>' }, {}],
    ['no owner whom nobody named', { 'IFD0:Artist': 'unknown', 'IFD0:Copyright': '(C) by Caplio RR1 User' }, {}],
    [
      'what stands behind the words of a camera',
      { 'IFD0:ImageDescription': 'SONY DSC', 'IFD0:XPComment': 'A boat' },
      { caption: 'A boat' },
    ],
    ['no headline that is the title', { 'XMP-dc:Title': 'A', 'XMP-photoshop:Headline': 'A' }, { title: 'A' }],
    ['a headline of its own', { 'XMP-dc:Title': 'A', 'IPTC:Headline': 'B' }, { title: 'A', headline: 'B' }],
    [
      'both texts for those who do not see the photo',
      { 'XMP-iptcCore:AltTextAccessibility': 'short', 'XMP-iptcCore:ExtDescrAccessibility': 'long' },
      { altText: 'short', extendedDescription: 'long' },
    ],
    ['the label by its name', { 'XMP-xmp:Label': 'Rot' }, { label: 'Rot' }],
    ['digiKam’s label', { 'XMP-digiKam:ColorLabel': '4' }, { label: 'Green' }],
    ['no label of digiKam', { 'XMP-digiKam:ColorLabel': '0' }, {}],
    ['darktable’s label', { 'XMP-darktable:Colorlabels': ['4', '0'] }, { label: 'Purple' }],
    ['a name before a number', { 'XMP-xmp:Label': 'Red', 'XMP-digiKam:ColorLabel': '4' }, { label: 'Red' }],
    [
      'the creator and the copyright',
      { 'IFD0:Artist': 'exif', 'IPTC:By-line': 'iptc', 'IFD0:Copyright': '© exif' },
      { creator: 'iptc', copyright: '© exif' },
    ],
  ])('are %s', (_what, tags, expected) => {
    expect(said(of(tags))).toEqual(expected);
  });

  it('are of all creators', () => {
    expect(of({ 'XMP-dc:Creator': ['Ann', 'Bob'], 'IFD0:Artist': 'Ann; Bob' }).texts).toEqual(
      ['Ann', 'Bob'].map((text) => ({ kind: 'creator', text, property: 'XMP-dc:Creator', sidecar: null })),
    );
  });
});

describe('keywords', () => {
  it.each<[what: string, Tags, string[]]>([
    [
      'digiKam’s',
      { 'XMP-digiKam:TagsList': ['Places/France', 'sea'], 'XMP-dc:Subject': ['France', 'sea'] },
      ['Places/France', 'sea'],
    ],
    [
      'Lightroom’s, with parents in the flat list',
      {
        'XMP-lr:HierarchicalSubject': ['Places|France|Brest', 'sea'],
        'XMP-dc:Subject': ['Places', 'France', 'Brest', 'sea', 'boat'],
        'IPTC:Keywords': ['Brest', 'sea'],
      },
      ['Places/France/Brest', 'sea', 'boat'],
    ],
    [
      'of a slash in a name',
      {
        'XMP-lr:HierarchicalSubject': ['Bands|AC/DC'],
        'XMP-digiKam:TagsList': ['Bands/AC/DC'],
        'XMP-dc:Subject': ['AC/DC'],
      },
      ['Bands/AC/DC'],
    ],
    ['a slash in a flat name only', { 'XMP-dc:Subject': ['AC/DC'] }, ['AC/DC']],
    [
      'Windows’',
      { 'XMP-microsoft:LastKeywordXMP': ['Trip/Rome'], 'IFD0:XPKeywords': 'Rome;food' },
      ['Trip/Rome', 'food'],
    ],
    ['iView’s', { 'XMP-mediapro:CatalogSets': ['Trip|Rome'] }, ['Trip/Rome']],
    [
      'ACDSee’s',
      {
        'XMP-acdsee:Categories':
          '<Categories><Category Assigned="0">Places<Category Assigned="1">R &amp; B</Category></Category><Category Assigned="1">sea</Category></Categories>',
      },
      ['Places/R & B', 'sea'],
    ],
    [
      'the same in other letters once',
      { 'XMP-dc:Subject': ['Sea', 'sea', 'caf\u00e9', 'cafe\u0301'] },
      ['Sea', 'caf\u00e9'],
    ],
    [
      'that look like something else',
      { 'XMP-dc:Subject': ['007', '3.10', 'true', '1e5'] },
      ['007', '3.10', 'true', '1e5'],
    ],
    [
      'none of people',
      {
        'XMP-digiKam:TagsList': ['People/Ann', 'sea'],
        'XMP-lr:HierarchicalSubject': ['People|Ann', 'sea'],
        'XMP-dc:Subject': ['People', 'Ann', 'sea'],
      },
      ['sea'],
    ],
    [
      'none of darktable’s own notes',
      {
        'XMP-lr:HierarchicalSubject': ['darktable|exported', 'sea'],
        'XMP-dc:Subject': ['darktable', 'exported', 'sea'],
      },
      ['sea'],
    ],
    ['no empty levels', { 'XMP-lr:HierarchicalSubject': ['|a||b |', '|'] }, ['a/b']],
  ])('are %s', (_what, tags, expected) => {
    expect(keywords(of(tags))).toEqual(expected);
  });
});

describe('people', () => {
  const area = { X: '0.5', Y: '0.4', W: '0.2', H: '0.1', Unit: 'normalized' };
  const regionInfo = (...regions: readonly Tags[]) => ({
    'XMP-mwg-rs:RegionInfo': { AppliedToDimensions: { W: '4000', H: '3000', Unit: 'pixel' }, RegionList: regions },
  });

  it('have the region that is drawn around them', () => {
    expect(of(regionInfo({ Name: 'Ann', Type: 'Face', Area: area })).people).toEqual([
      {
        name: 'Ann',
        region: { left: 0.4, top: 0.35, width: 0.2, height: 0.1, drawnOn: { width: 4000, height: 3000 } },
        property: 'XMP-mwg-rs:RegionInfo',
        sidecar: null,
      },
    ]);
    const microsoft = { Regions: [{ PersonDisplayName: 'Bob', Rectangle: '0.1, 0.2, 0.3, 0.4' }] };
    expect(of({ 'XMP-MP:RegionInfoMP': microsoft }).people).toEqual([
      {
        name: 'Bob',
        region: { left: 0.1, top: 0.2, width: 0.3, height: 0.4, drawnOn: null },
        property: 'XMP-MP:RegionInfoMP',
        sidecar: null,
      },
    ]);
  });

  it.each<[what: string, Tags, object | null]>([
    [
      'in pixels',
      { X: '2000', Y: '1500', W: '400', H: '300', Unit: 'pixel' },
      {
        left: 0.45,
        top: 0.45,
        width: 0.1,
        height: 0.1,
      },
    ],
    ['across the border', { X: '0', Y: '0.5', W: '0.2', H: '0.2' }, { left: 0, top: 0.4, width: 0.1, height: 0.2 }],
    ['outside', { X: '2', Y: '0.5', W: '0.2', H: '0.2' }, null],
    ['a point', { X: '0.5', Y: '0.5' }, null],
    ['not a number', { X: 'NaN', Y: 'x', W: '0.2', H: '0.2' }, null],
  ])('have a region %s', (_what, box, expected) => {
    const region = of(regionInfo({ Name: 'Ann', Area: box })).people[0]?.region;
    if (expected === null) expect(region).toBeNull();
    else expect(region).toMatchObject(expected);
  });

  it.each<[what: string, Tags, string[]]>([
    [
      'no pets, no points of focus, and nobody without a name',
      regionInfo(
        { Name: 'Rex', Type: 'Pet', Area: area },
        { Name: 'AF', Type: 'Focus', Area: area },
        { Type: 'Face', Area: area },
        { Name: 'Ann', Type: 'Face', Area: area },
      ),
      ['Ann'],
    ],
    [
      'each once, with a region first',
      {
        'XMP-iptcExt:PersonInImage': ['Cy', 'ann'],
        'XMP-digiKam:TagsList': ['People/Family/Ann', 'People/Dora', 'People/Unknown', 'People'],
        ...regionInfo({ Name: 'Ann', Type: 'Face', Area: area }),
      },
      ['Ann', 'Cy', 'Dora'],
    ],
    [
      'a single region that is no list',
      { 'XMP-mwg-rs:RegionInfo': { RegionList: { Name: 'Ann', Area: area } } },
      ['Ann'],
    ],
    ['nothing of what is no structure', { 'XMP-mwg-rs:RegionInfo': 'Ann', 'XMP-MP:RegionInfoMP': ['x', 7] }, []],
  ])('are %s', (_what, tags, expected) => {
    expect(names(of(tags))).toEqual(expected);
  });
});

describe('places', () => {
  const none = { sublocation: null, city: null, state: null, country: null, countryCode: null };

  it('are those of XMP or of IPTC, and not of both', () => {
    const iptc = { 'IPTC:City': 'Lyon', 'IPTC:Country-PrimaryLocationName': 'France' };
    expect(of(iptc).places).toEqual([
      { kind: 'located', ...none, city: 'Lyon', country: 'France', property: 'IPTC:City', sidecar: null },
    ]);
    expect(of({ ...iptc, 'XMP-iptcCore:Location': 'Harbour', 'XMP-iptcCore:CountryCode': 'gbr' }).places).toEqual([
      {
        kind: 'located',
        ...none,
        sublocation: 'Harbour',
        countryCode: 'GBR',
        property: 'XMP-iptcCore:Location',
        sidecar: null,
      },
    ]);
  });

  it('are also what is shown and where the camera stood, each once', () => {
    const paris = { City: 'Paris', CountryName: 'France', CountryCode: 'France' };
    const tags = { 'XMP-iptcExt:LocationShown': [paris, paris], 'XMP-iptcExt:LocationCreated': { City: 'Meudon' } };
    expect(of(tags).places).toEqual([
      {
        kind: 'shown',
        ...none,
        city: 'Paris',
        country: 'France',
        property: 'XMP-iptcExt:LocationShown',
        sidecar: null,
      },
      { kind: 'taken', ...none, city: 'Meudon', property: 'XMP-iptcExt:LocationCreated', sidecar: null },
    ]);
  });
});

describe('a file and its sidecars together', () => {
  const sidecar = of({ 'XMP-dc:Title': 'sidecar', 'XMP-dc:Subject': ['b'], 'XMP-xmp:Rating': '2' }, 'a.jpg.xmp');
  const file = of({
    'XMP-dc:Title': 'file',
    'XMP-dc:Description': 'caption',
    'XMP-dc:Subject': ['a', 'b'],
    'IPTC:City': 'Lyon',
    'XMP-xmp:Rating': '5',
  });

  it('say of each kind what the sidecar says, and else what the file does', () => {
    const merged = mergedFileInfo([sidecar, file]);
    expect(merged.texts).toEqual([
      { kind: 'title', text: 'sidecar', property: 'XMP-dc:Title', sidecar: 'a.jpg.xmp' },
      { kind: 'caption', text: 'caption', property: 'XMP-dc:Description', sidecar: null },
    ]);
    expect(keywords(merged)).toEqual(['b']);
    expect(merged.places).toEqual(file.places);
    expect(merged.rating).toEqual({ stars: 2, property: 'XMP-xmp:Rating', sidecar: 'a.jpg.xmp' });
  });

  it('say nothing where neither does', () => {
    expect(mergedFileInfo([])).toEqual(noFileInfo);
    expect(mergedFileInfo([noFileInfo, noFileInfo])).toEqual(noFileInfo);
  });
});
