/**
 * @file What of Vignette's text goes into an XMP sidecar that may hold other people's: theirs stays as it is, Vignette's own
 * is replaced, and leaves when it is gone from the library. Pure.
 */
import type { TextKind } from '../../../schemas/text.ts';
import type { WrittenXmp } from '../catalog/exports/writtenXmp.ts';
import { caselessKey } from '../text/textKeys.ts';
import { type KeywordChanges, keywordChanges, type TagField, tagFields } from './keywordLists.ts';
import type { SidecarText } from './sidecars.ts';
import { type MarkChanges, markChanges, noXmpMarks, type XmpMarks } from './xmpMarks.ts';

export type OfEachKind<Value> = Readonly<Record<TextKind, Value>>;

export function ofEachKind<Value>(of: (kind: TextKind) => Value): OfEachKind<Value> {
  return { caption: of('caption'), altText: of('altText'), longDescription: of('longDescription') };
}

/** Where each kind of text is written; the first is looked at first. */
export const textFields = {
  caption: ['XMP-dc:Description', 'XMP-tiff:ImageDescription'],
  altText: ['XMP-iptcCore:AltTextAccessibility'],
  longDescription: ['XMP-iptcCore:ExtDescrAccessibility'],
} as const satisfies OfEachKind<readonly string[]>;

/** Who wrote the description. */
export const writerField = 'XMP-photoshop:CaptionWriter';

export type TagLists = Readonly<Record<TagField, readonly string[]>>;

/** What a sidecar holds. */
export interface XmpText {
  /** In every language and place; the caption in `dc:description` first. */
  readonly texts: OfEachKind<readonly string[]>;
  readonly tags: TagLists;
  /** Null where it does not say. */
  readonly captionWriter: string | null;
  readonly marks: XmpMarks;
}

export const noXmpText: XmpText = {
  captionWriter: null,
  marks: noXmpMarks,
  texts: ofEachKind(() => []),
  tags: { 'XMP-digiKam:TagsList': [], 'XMP-lr:HierarchicalSubject': [], 'XMP-dc:Subject': [] },
};

export interface XmpChanges {
  /** Those that change. Null: it goes. */
  readonly texts: Partial<OfEachKind<string | null>>;
  /** Null: it goes. */
  readonly captionWriter?: string | null;
  readonly marks: MarkChanges['set'];
  readonly edits: KeywordChanges<TagField>['edits'];
  /** Of what the sidecar holds then, all that is Vignette's. */
  readonly written: WrittenXmp;
  /** A text was to be written, but one that is somebody else's stays in its place. */
  readonly isKept: boolean;
}

/** Not allowed in XML 1.0, however it is escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** A text as it comes back from XML: line ends are line feeds there. */
export function xmpText(text: string): string {
  return text.toWellFormed().replaceAll(notInXml, '').replaceAll(/\r\n?/g, '\n').trim();
}

/** Whether a text may be replaced that is not the one to be written; `isWritten` is one that Vignette put there. */
export type IsReplaceable = (text: string, isWritten: boolean, kind: TextKind) => boolean;

/** Of what Vignette put into a sidecar. Null: nothing of the kind. */
export function writtenText(written: WrittenXmp | undefined, kind: TextKind): string | null {
  if (kind === 'caption') return written?.description ?? null;
  return written?.values[textFields[kind][0]]?.[0] ?? null;
}

/** @param before what Vignette put there earlier */
export function xmpChanges(
  present: XmpText,
  wanted: SidecarText,
  before: WrittenXmp | undefined,
  isReplaceable: IsReplaceable,
): XmpChanges {
  const written = before ?? { description: null, values: {} };
  const marks = markChanges(present.marks, wanted.marks, written.values);
  const lists = tagFields.map((field) => ({
    field,
    values: present.tags[field],
    wanted: wanted.tags && [...tagValuesFor(field, wanted.tags)],
  }));
  const keywords = keywordChanges(lists, written.values, { isWhole: wanted.areTagsAll === true, canHold: () => true });
  const changes = ofEachKind((kind) =>
    textChange(present.texts[kind], wanted[kind], writtenText(before, kind), (text, isWritten) =>
      isReplaceable(text, isWritten, kind),
    ),
  );
  const { caption, altText, longDescription } = changes;
  const writer = writerChange(present.captionWriter, wanted, written.values[writerField]?.[0], caption.own !== null);
  return {
    texts: Object.fromEntries(
      Object.entries(changes).flatMap(([kind, { text }]) => (text === undefined ? [] : [[kind, text]])),
    ),
    ...(writer.value === present.captionWriter ? {} : { captionWriter: writer.value }),
    marks: marks.set,
    edits: keywords.edits,
    written: {
      description: caption.own,
      values: {
        ...keywords.written,
        ...marks.own,
        ...(writer.own === null ? {} : { [writerField]: [writer.own] }),
        ...(altText.own === null ? {} : { [textFields.altText[0]]: [altText.own] }),
        ...(longDescription.own === null ? {} : { [textFields.longDescription[0]]: [longDescription.own] }),
      },
    },
    isKept: Object.values(changes).some(({ isKept }) => isKept),
  };
}

/** Names of what is not in a sidecar as it is meant to be after the changes; everything that they do not name stays. */
export function unmetChanges(
  before: XmpText,
  changes: Omit<XmpChanges, 'written' | 'isKept'>,
  after: XmpText,
): string[] {
  const { texts, captionWriter = before.captionWriter, marks, edits } = changes;
  const kinds = Object.entries(before.texts).filter(([kind, there]) => {
    const [wanted, found] = [texts[kind as TextKind], after.texts[kind as TextKind]];
    const expected = wanted === undefined ? there : wanted === null ? [] : [xmpText(wanted)];
    return !isSame(found, expected);
  });
  const lists = tagFields.filter((field) => {
    const edit = edits.find((one) => one.field === field);
    const removed = new Set(edit?.removed);
    const expected = [...before.tags[field].filter((value) => !removed.has(value)), ...(edit?.added ?? [])];
    // ExifTool puts new ones in the place of those that leave.
    return !isSame(after.tags[field].toSorted(), expected.toSorted());
  });
  const isWriterSame = (after.captionWriter ?? '') === xmpText(captionWriter ?? '');
  const wrongMarks = Object.entries({ ...before.marks, ...marks }).filter(
    ([kind, wanted]) => (after.marks[kind as keyof XmpMarks] ?? '') !== (wanted ?? ''),
  );
  return [
    ...kinds.map(([kind]) => kind),
    ...lists,
    ...(isWriterSame ? [] : [writerField]),
    ...wrongMarks.map(([kind]) => kind),
  ];
}

function isSame(found: readonly string[], expected: readonly string[]): boolean {
  return found.length === expected.length && found.every((value, index) => value === expected[index]);
}

interface TextChange {
  /** Undefined: it stays as it is; null: it goes. */
  readonly text?: string | null;
  /** What is Vignette's afterwards. */
  readonly own: string | null;
  readonly isKept: boolean;
}

function textChange(
  present: readonly string[],
  wanted: string | null | undefined,
  written: string | null,
  isReplaceable: (text: string, isWritten: boolean) => boolean,
): TextChange {
  const stays = { own: written !== null && present.includes(written) ? written : null, isKept: false };
  if (wanted === undefined) return stays;
  const text = xmpText(wanted ?? '');
  if (text === '') {
    const isOwn = present.length > 0 && present.every((there) => there === written);
    return isOwn ? { text: null, own: null, isKept: false } : stays;
  }
  const others = present.filter((there) => there !== text);
  if (!others.every((there) => isReplaceable(there, there === written))) return { ...stays, isKept: true };
  // The same text that somebody else wrote stays somebody else's.
  if (present.length > 0 && others.length === 0) return stays;
  return { text, own: text, isKept: false };
}

/**
 * Who wrote the description, beside whoever is named already.
 *
 * @param others null: nobody
 * @param writer null: a person, of whom nothing is known
 */
export function captionWriter(others: string | null, writer: string | null): string | null {
  return others === null || writer === null ? (writer ?? others) : `${others}; ${writer}`;
}

/** @param written what Vignette put there @param isOwn whether the description is Vignette's */
function writerChange(
  present: string | null,
  wanted: SidecarText,
  written: string | undefined,
  isOwn: boolean,
): { readonly value: string | null; readonly own: string | null } {
  const isOurs = present !== null && present === written;
  if (wanted.caption === undefined) return { value: present, own: isOurs ? present : null };
  const others = isOurs ? present.replace(/(?:^|; )Vignette(?: \([^()]*\))?$/, '') || null : present;
  const value = isOwn ? captionWriter(others, wanted.captionWriter ?? null) : others;
  return { value, own: value === others ? null : value };
}

/** A tag of the library as the field spells it, each once: `places/France`, `places|France`, `France`. */
export function tagValuesFor(field: TagField, tags: readonly string[]): Set<string> {
  const spelled = tags.map((tag) => {
    const clean = xmpText(tag);
    if (field === 'XMP-lr:HierarchicalSubject') return clean.replaceAll('/', '|');
    return field === 'XMP-dc:Subject' ? clean.slice(clean.lastIndexOf('/') + 1) : clean;
  });
  const byKey = new Map(spelled.toReversed().map((tag) => [caselessKey(tag), tag]));
  return new Set(spelled.filter((tag) => tag !== '' && byKey.get(caselessKey(tag)) === tag));
}
