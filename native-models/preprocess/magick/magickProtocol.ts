/** @file What is asked of the thread that converts a picture, and what it answers. Pure; both sides. */
import * as z from 'zod';

/** ImageMagick's names of the kinds that are read: https://imagemagick.org/script/formats.php. */
export const magickCoders = ['JP2', 'J2K', 'JXL', 'PSD', 'PNM', 'QOI', 'TGA', 'ICO', 'PNG'] as const;
export type MagickCoder = (typeof magickCoders)[number];

/** What the decoder does not know of the fourth channel: that it is nothing, or that all four are CMYK. */
export const channelMeanings = ['opaque', 'cmyk'] as const;
export type ChannelMeaning = (typeof channelMeanings)[number];

export const magickRequestSchema = z.object({
  /** A `WebAssembly.Module`: ImageMagick, compiled. */
  module: z.custom<object>((value) => typeof value === 'object' && value !== null),
  file: z.instanceof(Uint8Array),
  coder: z.enum(magickCoders),
  meaning: z.enum(channelMeanings).optional(),
  /** A picture with more is not begun. */
  maxPixels: z.number(),
  /** Of WebAssembly's memory. */
  memoryBytes: z.number(),
});
export type MagickRequest = z.output<typeof magickRequestSchema>;

export const magickOutcomeSchema = z.union([
  z.object({ tiff: z.instanceof(Uint8Array<ArrayBuffer>) }),
  z.object({ tooLarge: z.object({ width: z.int(), height: z.int() }) }),
  z.object({ outOfMemory: z.literal(true) }),
  /** In the decoder's own words. */
  z.object({ failed: z.string() }),
]);
export type MagickOutcome = z.output<typeof magickOutcomeSchema>;
