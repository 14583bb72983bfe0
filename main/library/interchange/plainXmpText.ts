/**
 * @file What plain XMP says of what sidecars are written for, without ExifTool, as which it takes a twentieth of the time.
 * At the first oddity it gives up, and ExifTool is asked instead. Pure.
 */
import { NotPlain } from '../metadata/notPlain.ts';
import { beginsAsXmp, propertiesOf } from '../metadata/xmpProperties.ts';
import type { XmpElement, XmpName } from '../metadata/xmpTree.ts';
import { languageTexts, simpleText, textList } from '../metadata/xmpValues.ts';
import { tagFields } from './keywordLists.ts';
import { markFields } from './xmpMarks.ts';
import { ofEachKind, textFields, writerField, type XmpText, xmpText } from './xmpMerge.ts';

type Kind = 'text' | 'languages' | 'list' | 'number';

/** ExifTool's groups by the namespace, with what is read or may be copied from other places of a photo. */
const namespaces: Readonly<Record<string, readonly [group: string, kinds: Readonly<Record<string, Kind>>]>> = {
  'http://purl.org/dc/elements/1.1/': [
    'XMP-dc',
    { title: 'languages', description: 'languages', rights: 'languages', creator: 'list', subject: 'list' },
  ],
  'http://ns.adobe.com/photoshop/1.0/': [
    'XMP-photoshop',
    {
      ...{ AuthorsPosition: 'text', CaptionWriter: 'text', Category: 'text', City: 'text', Country: 'text' },
      ...{ Credit: 'text', Headline: 'text', Instructions: 'text', Source: 'text', State: 'text' },
      ...{ SupplementalCategories: 'list', TransmissionReference: 'text', Urgency: 'text' },
    },
  ],
  'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/': [
    'XMP-iptcCore',
    {
      ...{ AltTextAccessibility: 'languages', ExtDescrAccessibility: 'languages' },
      ...{ CountryCode: 'text', Location: 'text' },
    },
  ],
  'http://ns.adobe.com/xap/1.0/': ['XMP-xmp', { Rating: 'number', Label: 'text' }],
  'http://www.digikam.org/ns/1.0/': ['XMP-digiKam', { TagsList: 'list' }],
  'http://ns.adobe.com/lightroom/1.0/': ['XMP-lr', { hierarchicalSubject: 'list' }],
  'http://ns.adobe.com/tiff/1.0/': ['XMP-tiff', { ImageDescription: 'languages' }],
  'http://ns.adobe.com/exif/1.0/': ['XMP-exif', { UserComment: 'languages' }],
};
/** Of which ExifTool knows that they are others, although they have some of these names. */
const others: ReadonlySet<string> = new Set([
  ...['http://ns.microsoft.com/photo/1.0', 'http://ns.microsoft.com/photo/1.0/', 'http://ns.acdsee.com/iptc/1.0/'],
  ...['http://ns.iview-multimedia.com/mediapro/1.0/', 'http://ns.adobe.com/camera-raw-settings/1.0/'],
]);
const names: ReadonlySet<string> = new Set(
  Object.values(namespaces).flatMap(([, kinds]) => Object.keys(kinds).map((name) => name.toLowerCase())),
);

/** An export reads thousands in the process that has the library. */
const maxBytes = 256 * 1024;

export interface PlainXmp {
  readonly text: XmpText;
  /** Fields that have a value, under ExifTool's names. */
  readonly fields: ReadonlySet<string>;
}

/** Undefined where ExifTool has to read it. */
export function plainXmpText(xmp: Uint8Array): PlainXmp | undefined {
  if (xmp.byteLength > maxBytes || !beginsAsXmp(xmp)) return undefined;
  try {
    return textOf(valuesOf(propertiesOf(xmp)));
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** By the field: its texts, the one in the default language first. */
function valuesOf(properties: readonly XmpElement[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const element of properties) {
    const property = propertyOf(element);
    if (property === undefined) continue;
    if (values.has(property.field)) throw new NotPlain();
    const texts = readAs(element, property.kind);
    // Whether ExifTool takes it for one that is there is another question.
    if (property.kind !== 'list' && texts.some((text) => text.trim() === '')) throw new NotPlain();
    values.set(property.field, texts);
  }
  return values;
}

/** Undefined for one that is not asked for. @throws NotPlain where that is not sure */
function propertyOf({ uri, local }: XmpName): { readonly field: string; readonly kind: Kind } | undefined {
  const [group, kinds] = namespaces[uri] ?? [];
  const kind = kinds !== undefined && Object.hasOwn(kinds, local) ? kinds[local] : undefined;
  if (kind !== undefined) return { field: `${group}:${local.charAt(0).toUpperCase()}${local.slice(1)}`, kind };
  const lower = local.toLowerCase();
  const isDoubtful =
    kinds === undefined
      ? names.has(lower) && !others.has(uri)
      : Object.keys(kinds).some((name) => name.toLowerCase() === lower);
  if (isDoubtful) throw new NotPlain();
  return undefined;
}

function readAs(element: XmpElement, kind: Kind): readonly string[] {
  switch (kind) {
    case 'languages': {
      const texts = languageTexts(element);
      // In which place ExifTool would write another one, only it knows.
      if (!texts.has('')) throw new NotPlain();
      return [...texts.values()];
    }
    case 'list':
      return textList(element).filter((text) => text !== '');
    case 'text':
      return [simpleText(element)];
    case 'number': {
      const number = simpleText(element);
      if (!/^-?\d+(?:\.\d+)?$/.test(number)) throw new NotPlain();
      return [number];
    }
  }
}

function textOf(values: ReadonlyMap<string, readonly string[]>): PlainXmp {
  const of = (field: string) => values.get(field) ?? [];
  const first = (field: string) => xmpText(of(field)[0] ?? '') || null;
  const [tagsList, hierarchical, subject] = tagFields;
  const text: XmpText = {
    captionWriter: first(writerField),
    texts: ofEachKind((kind) => [...new Set(textFields[kind].flatMap((field) => of(field).map(xmpText)))]),
    marks: { rating: first(markFields.rating), label: first(markFields.label) },
    tags: { [tagsList]: of(tagsList), [hierarchical]: of(hierarchical), [subject]: of(subject) },
  };
  return { text, fields: new Set([...values].filter(([, texts]) => texts.length > 0).map(([field]) => field)) };
}
