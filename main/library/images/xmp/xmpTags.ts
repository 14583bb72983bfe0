/**
 * @file Reads the plain kind of XMP without ExifTool, under its names: what Lightroom, digiKam, darktable, Windows and
 * ExifTool itself write. At the first oddity it gives up, and ExifTool is asked instead. Pure; picture process.
 */
import { NotPlain } from '../../metadata/notPlain.ts';
import { propertiesOf } from '../../metadata/xmpProperties.ts';
import type { XmpElement, XmpName } from '../../metadata/xmpTree.ts';
import { languageTexts, simpleText, soundText, struct, structList, textList } from '../../metadata/xmpValues.ts';
import { wantedTags } from '../interpretTags.ts';
import type { TagValues } from '../tagValues.ts';

/** `camera`: what EXIF says better. `ignored`: of a name that is read elsewhere. */
type Kind =
  | 'text'
  | 'languages'
  | 'list'
  | 'number'
  | 'numbers'
  | 'date'
  | 'struct'
  | 'structs'
  | 'angle'
  | 'altitude'
  | 'camera'
  | 'ignored';

interface Namespace {
  /** ExifTool's. */
  readonly group: string;
  /** By the name in XMP; ExifTool's where that is another than the same with a capital letter. */
  readonly properties: Readonly<Record<string, Kind | readonly [kind: Kind, tag: string]>>;
}

const microsoft: Namespace = {
  group: 'XMP-microsoft',
  properties: { LastKeywordXMP: 'list', Rating: ['number', 'RatingPercent'], LensModel: 'camera' },
};

const namespaces: Readonly<Record<string, Namespace>> = {
  'http://purl.org/dc/elements/1.1/': {
    group: 'XMP-dc',
    properties: {
      ...{ title: 'languages', description: 'languages', rights: 'languages' },
      ...{ creator: 'list', subject: 'list' },
    },
  },
  'http://ns.adobe.com/photoshop/1.0/': {
    group: 'XMP-photoshop',
    properties: { Headline: 'text', City: 'text', State: 'text', Country: 'text', DateCreated: 'date' },
  },
  'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/': {
    group: 'XMP-iptcCore',
    properties: {
      ...{ Location: 'text', CountryCode: 'text' },
      ...{ AltTextAccessibility: 'languages', ExtDescrAccessibility: 'languages' },
    },
  },
  'http://iptc.org/std/Iptc4xmpExt/2008-02-29/': {
    group: 'XMP-iptcExt',
    properties: { PersonInImage: 'list', LocationShown: 'structs', LocationCreated: 'structs' },
  },
  'http://ns.adobe.com/xap/1.0/': {
    group: 'XMP-xmp',
    properties: { Rating: 'number', Label: 'text', CreateDate: 'date' },
  },
  'http://www.digikam.org/ns/1.0/': {
    group: 'XMP-digiKam',
    properties: { TagsList: 'list', ColorLabel: 'number' },
  },
  'http://ns.adobe.com/lightroom/1.0/': { group: 'XMP-lr', properties: { hierarchicalSubject: 'list' } },
  'http://ns.microsoft.com/photo/1.0': microsoft,
  'http://ns.microsoft.com/photo/1.0/': microsoft,
  'http://ns.microsoft.com/photo/1.2/': { group: 'XMP-MP', properties: { RegionInfo: ['struct', 'RegionInfoMP'] } },
  'http://www.metadataworkinggroup.com/schemas/regions/': {
    group: 'XMP-mwg-rs',
    properties: { Regions: ['struct', 'RegionInfo'] },
  },
  'http://ns.iview-multimedia.com/mediapro/1.0/': {
    group: 'XMP-mediapro',
    properties: { CatalogSets: 'list', Location: 'ignored' },
  },
  'http://ns.acdsee.com/iptc/1.0/': {
    group: 'XMP-acdsee',
    properties: { rating: 'number', categories: 'text', ...ignored('caption', 'author', 'keywords', 'notes') },
  },
  'http://darktable.sf.net/': { group: 'XMP-darktable', properties: { colorlabels: 'numbers' } },
  'http://ns.adobe.com/tiff/1.0/': {
    group: 'XMP-tiff',
    properties: {
      ...{ Orientation: 'number', Make: 'camera', Model: 'camera', ImageDescription: 'languages' },
      ...ignored('Artist', 'Copyright'),
    },
  },
  'http://ns.adobe.com/exif/1.0/': {
    group: 'XMP-exif',
    properties: {
      ...{ DateTimeOriginal: 'date', DateTimeDigitized: 'date' },
      ...{ GPSLatitude: 'angle', GPSLongitude: 'angle', GPSAltitude: 'altitude' },
      ...{ ISOSpeedRatings: ['camera', 'ISO'], ExposureTime: 'camera', FNumber: 'camera', FocalLength: 'camera' },
    },
  },
  'http://cipa.jp/exif/1.0/': { group: 'XMP-exifEX', properties: { LensModel: 'camera' } },
  'http://ns.adobe.com/exif/1.0/aux/': {
    group: 'XMP-aux',
    properties: { Lens: 'camera', LensID: 'camera', LensInfo: ['camera', 'LensID'] },
  },
};

function ignored(...names: string[]): Readonly<Record<string, Kind>> {
  return Object.fromEntries(names.map((name) => [name, 'ignored']));
}

/** A name of these in a namespace that is not known may be one that ExifTool knows by another address. */
const wantedNames: ReadonlySet<string> = new Set(
  [
    ...wantedTags.map((tag) => tag.replace(/(?:-\*|#)$/, '')),
    ...Object.values(namespaces).flatMap(({ properties }) => Object.keys(properties)),
  ].map((name) => name.toLowerCase()),
);

/**
 * @param isKnown whether what XMP says of the camera does not count, by ExifTool's name of it without the group
 * @returns undefined for XMP that is not plain
 */
export function plainXmpTags(bytes: Uint8Array, isKnown: (tag: string) => boolean): TagValues | undefined {
  try {
    return tagsOf(propertiesOf(bytes), isKnown);
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

function tagsOf(properties: readonly XmpElement[], isKnown: (tag: string) => boolean): TagValues {
  const tags = new Map<string, unknown>();
  for (const element of properties) {
    const property = propertyOf(element);
    if (property === undefined || property.kind === 'ignored') continue;
    if (property.kind === 'camera') {
      if (!isKnown(property.tag)) throw new NotPlain();
      continue;
    }
    for (const [language, value] of readAs(element, property.kind)) {
      const key = `${property.group}:${property.tag}${language === '' ? '' : `-${language}`}`;
      if (tags.has(key)) throw new NotPlain();
      tags.set(key, value);
    }
  }
  return tags;
}

interface Property {
  readonly group: string;
  readonly tag: string;
  readonly kind: Kind;
}

/** Undefined for one that nobody asks for. @throws NotPlain where that is not sure */
function propertyOf({ uri, prefix, local }: XmpName): Property | undefined {
  const namespace = namespaces[uri];
  const found =
    namespace === undefined || !Object.hasOwn(namespace.properties, local) ? undefined : namespace.properties[local];
  if (namespace === undefined || found === undefined) {
    if (wantedNames.has(local.toLowerCase())) throw new NotPlain();
    return undefined;
  }
  // ExifTool knows it by no more than its prefix.
  if (namespace.group === 'XMP-darktable' && prefix !== 'darktable') throw new NotPlain();
  const [kind, tag] = typeof found === 'string' ? [found, local.charAt(0).toUpperCase() + local.slice(1)] : found;
  return { group: namespace.group, tag, kind };
}

/** By the language, which only texts have. */
function readAs(element: XmpElement, kind: Kind): ReadonlyMap<string, unknown> {
  const one = (value: unknown) => new Map([['', value]]);
  switch (kind) {
    case 'languages':
      return languageTexts(element);
    case 'text':
      return one(simpleText(element));
    case 'list':
      return one(textList(element));
    case 'number':
      return one(numeral(simpleText(element)));
    case 'numbers':
      return one(textList(element).map(numeral));
    case 'date':
      return one(matching(simpleText(element), date));
    case 'struct':
      return one(struct(element));
    case 'structs':
      return one(structList(element));
    case 'angle':
      return one(degreesOf(simpleText(element)));
    case 'altitude':
      return one(quotientOf(simpleText(element)));
    case 'camera':
    case 'ignored':
      return new Map();
  }
}

const date = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

function matching(text: string, pattern: RegExp): string {
  if (!pattern.test(text)) throw new NotPlain();
  return soundText(text);
}

function numeral(text: string): string {
  return matching(text, /^-?\d+(?:\.\d+)?$/);
}

/** Degrees, minutes and seconds, or minutes with a fraction: `48,23.4N`. */
function degreesOf(text: string): number {
  const [, degrees, minutes, seconds, side] =
    /^(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$/.exec(text) ?? [];
  if (degrees === undefined) throw new NotPlain();
  const angle = Number(degrees) + Number(minutes) / 60 + Number(seconds ?? 0) / 3600;
  return side === 'S' || side === 'W' ? -angle : angle;
}

function quotientOf(text: string): number {
  const [, above, below] = /^(-?\d+)\/(\d+)$/.exec(text) ?? [];
  if (above === undefined || Number(below) === 0) throw new NotPlain();
  return Number(above) / Number(below);
}
