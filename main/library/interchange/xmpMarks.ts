/**
 * @file A person's rating, flag and colour label as XMP has them: stars and "rejected" in `xmp:Rating`, the name of the
 * colour in `xmp:Label`. Pure.
 */
import type { ColourLabel } from '../../../schemas/choices.ts';
import type { OwnMarks } from '../../../schemas/marks.ts';
import type { WrittenXmp } from '../catalog/exports/writtenXmp.ts';

export const markFields = { rating: 'XMP-xmp:Rating', label: 'XMP-xmp:Label' } as const;
export type XmpMarkKind = keyof typeof markFields;
export const xmpMarkKinds = ['rating', 'label'] as const satisfies readonly XmpMarkKind[];

/** As they stand there; null: nothing does. */
export type XmpMarks = Readonly<Record<XmpMarkKind, string | null>>;

/** What the person gave; null: nothing, so that what stands there stays; empty: they want none there. */
export interface WantedMarks extends XmpMarks {
  /** The person says that the photo is not rejected, and nothing of stars. */
  readonly isUnrejected: boolean;
}

export const noXmpMarks: XmpMarks = { rating: null, label: null };
/** The person gave none, or theirs are to leave. */
export const noWantedMarks: WantedMarks = { ...noXmpMarks, isUnrejected: false };

/** Of XMP, in the place of stars. */
const rejected = '-1';

/** As Lightroom writes them in English, which other programs know best. */
const labelNames: Readonly<Record<ColourLabel, string>> = {
  red: 'Red',
  yellow: 'Yellow',
  green: 'Green',
  blue: 'Blue',
  purple: 'Purple',
};

/** That a photo is picked has no place that programs share. */
export function wantedMarks({ rating, flag, label }: OwnMarks): WantedMarks {
  const stars = rating === null ? null : String(rating);
  return {
    rating: flag === 'reject' ? rejected : stars,
    label: label === null ? null : label === 'none' ? '' : labelNames[label],
    isUnrejected: flag !== null && flag !== 'reject' && rating === null,
  };
}

/** What is Vignette's in a place, and what it took the place of, which comes back when the person's goes. */
export interface WrittenMark {
  /** Empty: the person wants none there. */
  readonly value: string;
  readonly replaced: string | null;
}

export interface MarkChange {
  /** Undefined: it stays as it is; null: it goes. */
  readonly set?: string | null;
  /** What is Vignette's then. */
  readonly own?: WrittenMark;
}

/**
 * @param present what stands there
 * @param wanted undefined: it stays as it is
 * @param written what Vignette put there earlier
 */
export function markChange(
  kind: XmpMarkKind,
  present: string | null,
  wanted: WantedMarks | undefined,
  written: WrittenMark | undefined,
): MarkChange {
  const ours = written?.value === (present ?? '') ? written : undefined;
  const theirs = ours === undefined ? present : ours.replaced;
  const value = wanted === undefined ? null : wantedValue(kind, wanted, theirs);
  if (wanted !== undefined && value === null && ours !== undefined) return { set: theirs };
  if (value !== null && value !== (present ?? '')) {
    return { set: value === '' ? null : value, own: { value, replaced: theirs } };
  }
  return ours === undefined ? {} : { own: ours };
}

export interface MarkChanges {
  /** Those that change. Null: it goes. */
  readonly set: Partial<XmpMarks>;
  /** By field, as `markChange` has it: what is Vignette's and, under a name of its own, what it took the place of. */
  readonly own: WrittenXmp['values'];
}

/** Of all kinds, as a sidecar is remembered. @param wanted undefined: all stays as it is */
export function markChanges(
  present: XmpMarks,
  wanted: WantedMarks | undefined,
  written: WrittenXmp['values'],
): MarkChanges {
  const set: { -readonly [Kind in XmpMarkKind]?: string | null } = {};
  const own: Record<string, readonly string[]> = {};
  for (const kind of xmpMarkKinds) {
    const field = markFields[kind];
    const [value] = written[field] ?? [];
    const [replaced = null] = written[replacedBy(field)] ?? [];
    const before = value === undefined ? undefined : { value, replaced };
    const change = markChange(kind, present[kind], wanted, before);
    if (change.set !== undefined) set[kind] = change.set;
    if (change.own === undefined) continue;
    own[field] = [change.own.value];
    if (change.own.replaced !== null) own[replacedBy(field)] = [change.own.replaced];
  }
  return { set, own };
}

/** Where it is kept what stood there before: no field, since what stands in those is Vignette's. */
function replacedBy(field: string): string {
  return `${field}, replaced`;
}

/** @param theirs what other programs have there, or had before */
function wantedValue(kind: XmpMarkKind, wanted: WantedMarks, theirs: string | null): string | null {
  return kind === 'rating' && wanted.isUnrejected && theirs === rejected ? '0' : wanted[kind];
}

/**
 * The kinds in which another program changed what the person had given: theirs gives way. Where both changed, the
 * person's stays.
 *
 * @param base what stood there when both were last in step
 */
export function overruledMarks(there: XmpMarks, here: XmpMarks, base: XmpMarks): XmpMarkKind[] {
  return xmpMarkKinds.filter((kind) => {
    const own = here[kind];
    return own !== null && (own || null) === base[kind] && there[kind] !== base[kind];
  });
}

/** What counts as in step where the process died as it wrote: as far as that stands there, nobody else put it there. */
export function marksAfterWriting(base: XmpMarks, there: XmpMarks, writing: XmpMarks | undefined): XmpMarks {
  const ofKind = (kind: XmpMarkKind): string | null => {
    const written = writing?.[kind] ?? null;
    return written !== null && (written || null) === there[kind] ? there[kind] : base[kind];
  };
  return { rating: ofKind('rating'), label: ofKind('label') };
}

/** Of a sidecar that was never in step: what Vignette put there, else what stands there. */
export function writtenMarks({
  text,
  written,
}: {
  readonly text: { readonly marks: XmpMarks };
  readonly written: WrittenXmp | undefined;
}): XmpMarks {
  const ofKind = (kind: XmpMarkKind): string | null => written?.values[markFields[kind]]?.[0] ?? text.marks[kind];
  return { rating: ofKind('rating') || null, label: ofKind('label') || null };
}

/** To be kept. */
export function marksIn(wanted: WantedMarks | undefined): XmpMarks | undefined {
  return wanted && { rating: wanted.rating, label: wanted.label };
}
