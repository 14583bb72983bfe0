/** @file What a query means, once parsed. Plain data: it crosses threads and is compiled to SQL by the catalog. */
import type { GeoArea } from '../../../schemas/geoArea.ts';
import type {
  ChoiceField,
  DateField,
  FlagField,
  LabelField,
  NumberField,
  PathField,
  PresenceField,
  WordsField,
} from './fields.ts';

/** A stretch of what was typed, in UTF-16 units, as strings and text fields count. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** `*` stands for any characters or none, `?` for exactly one. */
export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'one' };

/** Never empty; neighbouring literals are joined. */
export type Pattern = readonly PatternPart[];

/** As written: what is left out is null. `2024-05` is a period, which begins and ends somewhere. */
export interface CalendarPeriod {
  readonly kind: 'calendar';
  readonly year: number;
  /** 1 to 12. */
  readonly month: number | null;
  readonly day: number | null;
  readonly hour: number | null;
  readonly minute: number | null;
}

/** Counted from the day of the search: 0 is today, 1 yesterday. The period is that one day. */
export interface RecentDay {
  readonly kind: 'recent';
  readonly daysAgo: number;
}

export type Period = CalendarPeriod | RecentDay;

export interface DateBound {
  readonly period: Period;
  readonly edge: 'start' | 'end';
}

/** From the first bound on, up to and without the second; null is without limit. */
export interface DateRange {
  readonly from: DateBound | null;
  readonly until: DateBound | null;
}

/** `about` is what a plain number means: all that is written so when rounded to as many digits, in [low, high). */
export interface WrittenNumber {
  readonly text: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface NumberBound {
  readonly number: WrittenNumber;
  readonly included: boolean;
}

export type NumberTest =
  | { readonly kind: 'about'; readonly number: WrittenNumber }
  | { readonly kind: 'range'; readonly minimum: NumberBound | null; readonly maximum: NumberBound | null };

/** What an answer is compared with: a text, or as a number with one bound. */
export type AnswerTest =
  | { readonly kind: 'text'; readonly pattern: Pattern }
  | { readonly kind: 'bound'; readonly side: '>' | '<'; readonly bound: NumberBound };

export interface LabelTest {
  readonly pattern: Pattern;
  /** The whole value must match, as with `=`; otherwise a pattern without wildcards may stand anywhere in it. */
  readonly whole: boolean;
}

/** By its number in the catalog, or by the name of its file, which folders may precede: `trip/IMG_1.jpg`. */
export type NamedPhoto = ({ readonly photoId: number } | { readonly name: string }) & { readonly span: Span };

export type Filter =
  | {
      readonly kind: 'words';
      /** Where the words must stand; null is anywhere. */
      readonly place: WordsField | null;
      readonly pattern: Pattern;
      /** In quotation marks: the words as they are, and none of their other forms. */
      readonly exact: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'presence'; readonly field: PresenceField; readonly present: boolean; readonly span: Span }
  | { readonly kind: 'flag'; readonly field: FlagField; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'choice'; readonly field: ChoiceField; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly field: NumberField; readonly test: NumberTest; readonly span: Span }
  | { readonly kind: 'date'; readonly field: DateField; readonly range: DateRange; readonly span: Span }
  /** `whole`: this tag or folder itself, by its full path; otherwise wherever the levels occur, and all below. */
  | ({ readonly kind: 'path'; readonly field: PathField; readonly span: Span } & LabelTest)
  | ({ readonly kind: 'label'; readonly field: LabelField; readonly span: Span } & LabelTest)
  | {
      readonly kind: 'answer';
      /** Of a field its name; otherwise the text of a question. */
      readonly question: Pattern;
      /** Null: answered, whatever the answer. */
      readonly test: AnswerTest | null;
      readonly span: Span;
    }
  | {
      readonly kind: 'near';
      readonly latitude: number;
      readonly longitude: number;
      readonly radiusMetres: number;
      readonly span: Span;
    }
  | (GeoArea & { readonly kind: 'within'; readonly span: Span })
  | {
      readonly kind: 'similar';
      /** Never empty. */
      readonly photos: readonly NamedPhoto[];
      /** What looks like these together, the nearest first; null before vectors were asked (search/similarPhotos.ts). */
      readonly found: readonly number[] | null;
      readonly span: Span;
    };

export type Query =
  | { readonly kind: 'everything' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Query[] }
  | { readonly kind: 'not'; readonly operand: Query }
  | Filter;
