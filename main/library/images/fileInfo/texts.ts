/** @file Titles, captions and other single texts among the tags of a file. Pure; picture process. */
import { type FileText, type FileTextKind, fileTextKinds } from '../../../../schemas/fileInfo.ts';
import { isCameraOwner, isCameraText, isProgramText } from '../../text/cameraText.ts';
import { numberOf, type TagValues, textOf, textsOf as textsOfValue } from '../tagValues.ts';

/** The tags of one file, and which one that is. */
export interface FoundTags {
  readonly tags: TagValues;
  /** As of a source; null for the photo's own file. */
  readonly sidecar: string | null;
}

/** `-*`: in every language that there is. */
export const textTags: readonly string[] = [
  ...['Title', 'Title-*', 'ObjectName', 'XPTitle', 'Headline'],
  ...['Description', 'Description-*', 'Caption-Abstract', 'ImageDescription', 'ImageDescription-*', 'XPComment'],
  ...['AltTextAccessibility', 'AltTextAccessibility-*', 'ExtDescrAccessibility', 'ExtDescrAccessibility-*'],
  ...['Label', 'ColorLabel#', 'Colorlabels#'],
  ...['Creator', 'By-line', 'Artist', 'XPAuthor', 'Author'],
  ...['Rights', 'Rights-*', 'CopyrightNotice', 'Copyright'],
];

/** XMP's note of which IPTC it was made equal to, and what that would be now. */
export const iptcDigestTags: readonly string[] = ['IPTCDigest', 'CurrentIPTCDigest'];

/**
 * In which order a text is looked for: XMP, IPTC, then EXIF, in whose fields cameras write, too. IPTC goes first where a
 * program that knows no XMP changed it, as the Metadata Working Group has it.
 */
const places: Readonly<Record<Exclude<FileTextKind, 'label'>, readonly string[]>> = {
  title: ['XMP-dc:Title', 'IPTC:ObjectName', 'IFD0:XPTitle', 'PNG:Title'],
  headline: ['XMP-photoshop:Headline', 'IPTC:Headline'],
  caption: [
    ...['XMP-dc:Description', 'IPTC:Caption-Abstract', 'IFD0:ImageDescription', 'IFD0:XPComment'],
    ...['PNG:Description', 'XMP-tiff:ImageDescription'],
  ],
  altText: ['XMP-iptcCore:AltTextAccessibility'],
  extendedDescription: ['XMP-iptcCore:ExtDescrAccessibility'],
  creator: ['XMP-dc:Creator', 'IPTC:By-line', 'IFD0:Artist', 'IFD0:XPAuthor', 'PNG:Author'],
  copyright: ['XMP-dc:Rights', 'IPTC:CopyrightNotice', 'IFD0:Copyright', 'PNG:Copyright'],
};

export function textsOf(found: FoundTags): FileText[] {
  const texts = fileTextKinds.flatMap((kind) => (kind === 'label' ? labelOf(found) : textsOfKind(found, kind)));
  const title = texts.find(({ kind }) => kind === 'title')?.text;
  // Many programs write the title into both.
  return texts.filter(({ kind, text }) => kind !== 'headline' || text !== title);
}

function textsOfKind({ tags, sidecar }: FoundTags, kind: Exclude<FileTextKind, 'label'>): FileText[] {
  for (const property of inOrder(tags, places[kind])) {
    const all = textsOfValue(inSomeLanguage(tags, property));
    const texts = all.filter((text) => !isWrittenByItself(kind, text));
    // Only creators are a list; two values of another field come from a damaged file.
    const counted = kind === 'creator' ? texts : texts.slice(0, 1);
    if (counted.length > 0) return counted.map((text) => ({ kind, text, property, sidecar }));
  }
  return [];
}

/** By a camera or a program, and not by a person. */
function isWrittenByItself(kind: FileTextKind, text: string): boolean {
  if (kind === 'caption') return isCameraText(text) || isProgramText(text);
  return (kind === 'creator' || kind === 'copyright') && isCameraOwner(text);
}

/** IPTC first where it was changed since XMP was made equal to it. */
export function inOrder(tags: TagValues, properties: readonly string[]): readonly string[] {
  const [noted, current] = [textOf(tags.get('Photoshop:IPTCDigest')), textOf(tags.get('File:CurrentIPTCDigest'))];
  if (noted === null || current === null || noted === current) return properties;
  return properties.toSorted((a, b) => Number(b.startsWith('IPTC:')) - Number(a.startsWith('IPTC:')));
}

/** In the default language, else in the first one that has it. */
function inSomeLanguage(tags: TagValues, property: string): unknown {
  const value = tags.get(property);
  if (textsOfValue(value).length > 0) return value;
  for (const [key, text] of tags) {
    if (key.startsWith(`${property}-`) && textOf(text) !== null) return text;
  }
  return undefined;
}

/** digiKam's and darktable's numbers by the names that Lightroom, Bridge and digiKam give the colours. */
const digiKamColours = [null, 'Red', 'Orange', 'Yellow', 'Green', 'Blue', 'Magenta', 'Gray', 'Black', 'White'];
const darktableColours = ['Red', 'Yellow', 'Green', 'Blue', 'Purple'];

function labelOf({ tags, sidecar }: FoundTags): FileText[] {
  const named = textOf(tags.get('XMP-xmp:Label'));
  const [digiKam, darktable] = ['XMP-digiKam:ColorLabel', 'XMP-darktable:Colorlabels'];
  const found: readonly (readonly [property: string, text: string | null | undefined])[] = [
    ['XMP-xmp:Label', named],
    [digiKam, digiKamColours[numberOf(tags.get(digiKam)) ?? 0]],
    [darktable, darktableColours[numberOf(textsOfValue(tags.get(darktable))[0]) ?? -1]],
  ];
  for (const [property, text] of found) {
    if (text != null && text !== '') return [{ kind: 'label', text, property, sidecar }];
  }
  return [];
}
