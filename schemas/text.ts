/** @file The kinds of texts about a photo, and how long texts may be that cross a border: longer ones than a person types are refused, not cut. Any process; data only. */
import * as z from 'zod';

export const textSchema = z.string().max(100_000);
export const querySchema = z.string().max(10_000);
export const nameSchema = z.string().min(1).max(1000);

/**
 * What a text is for: a caption says what a person wants to say of the photo, an alt text stands in its place for somebody
 * who does not see it, and a long description tells them what an alt text has no room for. Each is shown, searched,
 * approved and exported by itself.
 */
export const textKindSchema = z.enum(['caption', 'altText', 'longDescription']);
export type TextKind = z.output<typeof textKindSchema>;

/** What a preset is for: a kind of text, or the answer to a question. */
export const presetUseSchema = z.enum([...textKindSchema.options, 'answer']);
export type PresetUse = z.output<typeof presetUseSchema>;
