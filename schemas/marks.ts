/** @file Marks that a person gives a photo while sorting: stars, a flag, a colour label. Any process; data only. */
import * as z from 'zod';
import { colourLabels, flags, markKinds, maxStars } from './choices.ts';

export const flagSchema = z.enum(flags);

/** One of them. `none` is a person's word, too: no flag, whatever the file says. */
export const markSchema = z.discriminatedUnion('kind', [
  /** Stars; 0 is unrated. */
  z.object({ kind: z.literal('rating'), value: z.int().min(0).max(maxStars) }),
  z.object({ kind: z.literal('flag'), value: z.enum([...flags, 'none']) }),
  z.object({ kind: z.literal('label'), value: z.enum([...colourLabels, 'none']) }),
]);
export type Mark = z.output<typeof markSchema>;

/** What is to be done: `fromFile` takes the person's own mark away, so that what the file says counts again. */
export const markChangeSchema = z.union([
  markSchema,
  z.object({ kind: z.enum(markKinds), value: z.literal('fromFile') }),
]);
export type MarkChange = z.output<typeof markChangeSchema>;

/** Those that a person gave; null: none of that kind, so that what the file says counts. */
export const ownMarksSchema = z.object({
  rating: z.int().min(0).max(maxStars).nullable(),
  flag: z.enum([...flags, 'none']).nullable(),
  label: z.enum([...colourLabels, 'none']).nullable(),
});
export type OwnMarks = z.output<typeof ownMarksSchema>;

/** What a photo shows: the person's, else the file's. */
export const shownMarksSchema = z.object({
  /** 0 to 5 stars; −1 where the file says no more than that the photo is rejected; null: nobody rated it. */
  rating: z.int().min(-1).max(maxStars).nullable(),
  flag: flagSchema.nullable(),
  /** One of the colours, or whatever else the file names: `Rot`, `To do`. */
  label: z.string().nullable(),
});
export type ShownMarks = z.output<typeof shownMarksSchema>;
