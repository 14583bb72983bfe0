/**
 * @file What of Vignette's text goes into a photo's own file, which may hold other people's: theirs stays as it is, unless
 * the person says otherwise; Vignette's is replaced, and when it leaves, what the file said before comes back. A person's
 * rating and label take the place of others' at once. Pure.
 */
import type { TextKind } from '../../../schemas/text.ts';
import type { EmbeddedText } from '../catalog/exports/embeddedText.ts';
import { keywordChanges, tagFields } from '../interchange/keywordLists.ts';
import type { SidecarText } from '../interchange/sidecars.ts';
import { markChange, markFields, xmpMarkKinds } from '../interchange/xmpMarks.ts';
import { captionWriter, tagValuesFor, writerField, xmpText } from '../interchange/xmpMerge.ts';
import { isCameraText } from '../text/cameraText.ts';

/** Values by ExifTool's names of the fields, `IFD0:ImageDescription`. */
export type FileTags = ReadonlyMap<string, unknown>;

interface TextSlot {
  readonly text: TextKind;
  /** Where it is always written. */
  readonly fields: readonly string[];
  /** Where it is written only over what is there: an old text would win over the new one in some programs. */
  readonly fieldsThere: readonly string[];
}

const slots: readonly TextSlot[] = [
  {
    text: 'caption',
    fields: ['XMP-dc:Description', 'IFD0:ImageDescription'],
    fieldsThere: ['IPTC:Caption-Abstract', 'XMP-tiff:ImageDescription'],
  },
  { text: 'altText', fields: ['XMP-iptcCore:AltTextAccessibility'], fieldsThere: [] },
  { text: 'longDescription', fields: ['XMP-iptcCore:ExtDescrAccessibility'], fieldsThere: [] },
];

const iptcKeywords = 'IPTC:Keywords';

/** Limits of IPTC, in bytes. */
const maxCaptionAbstractBytes = 2000;
const maxKeywordBytes = 64;

/** ExifTool's word for bytes that are no text in UTF-8: they could not be brought back. */
const notText = 'base64:';

/** Whether ExifTool writes what is there; damaged files say anything. */
const canComeBack = {
  rating: (text: string) => /^[+-]?\d+(?:\.\d+)?$/.test(text),
  label: (text: string) => !text.startsWith(notText),
} as const;

/** Formats that have no EXIF. */
const withoutExif: ReadonlySet<string> = new Set(['GIF']);

export interface EmbeddedChanges {
  /** By field: what it is to say; a whole list; null: it goes. */
  readonly set: ReadonlyMap<string, string | readonly string[] | null>;
  /** Of what the file holds then, all that is Vignette's, and what stood in its place. */
  readonly written: EmbeddedText;
  /** A text was to be written, but one that is somebody else's stays in its place. */
  readonly isKept: boolean;
}

/**
 * @param isOwn whether it was written about the photo in this library, now or ever
 * @param isReplacing the person wants other people's texts replaced
 */
export function embeddedChanges(
  present: FileTags,
  wanted: SidecarText,
  before: EmbeddedText,
  { isOwn, isReplacing }: { readonly isOwn: (text: string, kind: TextKind) => boolean; readonly isReplacing: boolean },
): EmbeddedChanges {
  const merge = new Merge(present, before, (text, kind) => {
    if (text.startsWith(notText)) return false;
    return isReplacing || isCameraText(text) || isOwn(text, kind);
  });
  for (const slot of slots) merge.addText(slot, wanted[slot.text]);
  merge.addWriter(wanted.caption, wanted.captionWriter ?? null);
  merge.addTags(wanted.tags);
  merge.addMarks(wanted.marks);
  return merge.changes;
}

class Merge {
  readonly #present: FileTags;
  readonly #before: EmbeddedText;
  readonly #isReplaceable: (text: string, kind: TextKind) => boolean;
  readonly #set = new Map<string, string | readonly string[] | null>();
  readonly #texts: Record<string, string> = {};
  readonly #previous: Record<string, string> = {};
  readonly #hasIptc: boolean;
  #tags: EmbeddedText['tags'] = {};
  #isKept = false;

  constructor(present: FileTags, before: EmbeddedText, isReplaceable: (text: string, kind: TextKind) => boolean) {
    this.#present = present;
    this.#before = before;
    this.#isReplaceable = isReplaceable;
    this.#hasIptc = [...present.keys()].some((key) => key.startsWith('IPTC:'));
  }

  get changes(): EmbeddedChanges {
    const written = { texts: this.#texts, tags: this.#tags, previous: this.#previous };
    return { set: this.#set, written, isKept: this.#isKept };
  }

  addText({ text: kind, fields, fieldsThere }: TextSlot, wanted: string | null | undefined): void {
    const all = [...fields, ...fieldsThere];
    const there = this.#fieldsWith(all);
    const isOurs = ([field, value]: readonly [string, string]) => value === this.#before.texts[field];
    if (wanted === undefined) {
      this.#keepOurs(there, all);
      return;
    }
    const text = xmpText(wanted ?? '');
    if (text === '') {
      if (there.some(isOurs)) this.#leave(there, all);
      return;
    }
    const others = there.filter(([field, value]) => value !== spelled(field, text));
    const isFree = others.every((other) => isOurs(other) || this.#isReplaceable(other[1], kind));
    // The same text that somebody else wrote stays somebody else's.
    const isTheirs = there.length > 0 && others.length === 0 && !there.some(isOurs);
    if (!isFree || isTheirs) {
      this.#isKept ||= !isFree;
      this.#keepOurs(there, all);
      return;
    }
    this.#carryPrevious(all);
    const hasExif = !withoutExif.has(String(this.#present.get('File:FileType')));
    const iptc = fieldsThere.filter((field) => this.#hasIptc && field.startsWith('IPTC:'));
    const always = fields.filter((field) => hasExif || !field.startsWith('IFD0:'));
    // Those in other languages go: they say something else now.
    for (const field of new Set([...always, ...iptc, ...there.map(([existing]) => existing)])) {
      this.#write(field, isOfALanguage(field) ? null : spelled(field, text));
    }
  }

  /** Who wrote the caption; another program's word on that stays. */
  addWriter(caption: string | null | undefined, writer: string | null): void {
    const present = textIn(this.#present.get(writerField));
    const isOurs = present !== undefined && present === this.#before.texts[writerField];
    if (caption === undefined) {
      if (isOurs) this.#keep(writerField, present);
      return;
    }
    const previous = isOurs ? this.#before.previous[writerField] : present;
    const isCaptionOurs = slots[0]?.fields.some((field) => field in this.#texts) === true;
    const value = isCaptionOurs ? captionWriter(previous ?? null, writer) : null;
    if (value !== null && value !== previous) this.#write(writerField, value);
    else if (isOurs) this.#set.set(writerField, previous ?? null);
  }

  addTags(tags: readonly string[] | undefined): void {
    const fields = this.#hasIptc ? ([...tagFields, iptcKeywords] as const) : tagFields;
    const lists = fields.map((field) => ({
      field,
      values: listIn(this.#present.get(field)),
      wanted: tags && wantedIn(field, tags),
    }));
    const { edits, written } = keywordChanges(lists, this.#before.tags, { isWhole: false, canHold });
    for (const { field, removed, added } of edits) {
      const kept = listIn(this.#present.get(field)).filter((value) => !removed.includes(value));
      const after = [...kept, ...added];
      this.#set.set(field, after.length === 0 ? null : after);
    }
    this.#tags = written;
  }

  /** A person's own: they take the place of another program's. */
  addMarks(marks: SidecarText['marks']): void {
    for (const kind of xmpMarkKinds) {
      const field = markFields[kind];
      const [raw] = [this.#present.get(field)].flat();
      const present = textIn(raw) === undefined ? null : String(raw);
      const value = this.#before.texts[field];
      const before = value === undefined ? undefined : { value, replaced: this.#before.previous[field] ?? null };
      if (present !== null && !canComeBack[kind](present)) {
        this.#isKept ||= marks != null && marks[kind] !== null;
        continue;
      }
      const { set, own } = markChange(kind, present, marks, before);
      if (set !== undefined) this.#set.set(field, set);
      if (own === undefined) continue;
      this.#texts[field] = own.value;
      if (own.replaced !== null) this.#previous[field] = own.replaced;
    }
  }

  /** Those of the fields, and of their other languages, that say something. */
  #fieldsWith(fields: readonly string[]): (readonly [field: string, text: string])[] {
    return [...this.#present].flatMap(([key, value]) => {
      const text = textIn(value);
      const isOne = fields.some((field) => isOfField(key, field));
      return isOne && text !== undefined ? [[key, text] as const] : [];
    });
  }

  /** What is Vignette's stays as it is. */
  #keepOurs(there: readonly (readonly [field: string, text: string])[], fields: readonly string[]): void {
    const ours = there.filter(([field, value]) => value === this.#before.texts[field]);
    for (const [field, value] of ours) this.#texts[field] = value;
    if (ours.length > 0) this.#carryPrevious(fields);
  }

  #keep(field: string, value: string): void {
    this.#texts[field] = value;
    this.#carryPrevious([field]);
  }

  /** What is Vignette's goes, and what the file said before comes back. */
  #leave(there: readonly (readonly [field: string, text: string])[], fields: readonly string[]): void {
    for (const [field, value] of there) {
      if (value === this.#before.texts[field]) this.#set.set(field, this.#before.previous[field] ?? null);
    }
    const existing = new Set(there.map(([field]) => field));
    for (const [field, value] of this.#previousOf(fields)) {
      if (!existing.has(field)) this.#set.set(field, value);
    }
  }

  #carryPrevious(fields: readonly string[]): void {
    for (const [field, value] of this.#previousOf(fields)) this.#previous[field] = value;
  }

  #previousOf(fields: readonly string[]): (readonly [field: string, text: string])[] {
    return Object.entries(this.#before.previous).filter(([key]) => fields.some((field) => isOfField(key, field)));
  }

  #write(field: string, value: string | null): void {
    const raw = this.#present.get(field);
    const there = textIn(raw);
    const isOurs = there !== undefined && there === this.#before.texts[field];
    // To the letter: cameras fill the field up with blanks.
    const previous = isOurs ? this.#before.previous[field] : raw === undefined ? undefined : String(raw);
    if (there !== (value ?? undefined)) this.#set.set(field, value);
    if (previous !== undefined && previous !== value) this.#previous[field] = previous;
    if (value !== null && previous !== value) this.#texts[field] = value;
  }
}

/** As the field can hold it. */
function spelled(field: string, text: string): string {
  return field === 'IPTC:Caption-Abstract' ? withinBytes(text, maxCaptionAbstractBytes) : text;
}

function wantedIn(field: (typeof tagFields)[number] | typeof iptcKeywords, tags: readonly string[]): readonly string[] {
  const values = [...tagValuesFor(field === iptcKeywords ? 'XMP-dc:Subject' : field, tags)];
  return values.filter((tag) => hasRoom(field, tag));
}

/** A keyword that was cut off would be another one. */
function hasRoom(field: string, keyword: string): boolean {
  return field !== iptcKeywords || Buffer.byteLength(keyword) <= maxKeywordBytes;
}

/** Of somebody else: what is no text in UTF-8 or XML is none elsewhere. */
function canHold(field: string, keyword: string): boolean {
  return !keyword.startsWith(notText) && xmpText(keyword) === keyword && hasRoom(field, keyword);
}

/** The beginning of a text, in whole characters. */
function withinBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let end = 0;
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return text.slice(0, end).trimEnd();
}

/** Whether it is the field, or the field in a language: `XMP-dc:Description-de`. */
function isOfField(key: string, field: string): boolean {
  return key === field || key.startsWith(`${field}-`);
}

function isOfALanguage(field: string): boolean {
  return /^XMP-[^:]+:[^-]+-/.test(field);
}

/** As texts are compared: undefined for none. */
function textIn(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = xmpText(String(Array.isArray(value) ? (value[0] ?? '') : value));
  return text === '' ? undefined : text;
}

/** ExifTool gives a list of one as that one. */
function listIn(value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '') return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
