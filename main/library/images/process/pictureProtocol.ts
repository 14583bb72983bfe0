/**
 * @file The messages between the library and its picture processes, the only ones that read what photos hold. Pure; both
 * sides. Answers are checked as well: a process that a photo took over has no more to say than this.
 */
import * as z from 'zod';
import { serializedErrorSchema } from '../../../../native-models/errors.ts';
import { fileInfoSchema, filePlaceSchema, sidecarProblemSchema } from '../../../../schemas/fileInfo.ts';
import type { PhotoMetadata } from '../photoMetadata.ts';
import { photoPartSchema } from '../photoPart.ts';
import type { OwnFileText, SidecarToRead } from '../sidecarReader.ts';
import { thumbnailSizes } from '../thumbnailSizes.ts';

const bytesSchema = z.instanceof(Uint8Array<ArrayBuffer>);
const thumbnailPxSchema = z.literal(thumbnailSizes);

const sidecarToReadSchema: z.ZodType<SidecarToRead> = z.object({
  file: z.string(),
  own: z.object({ description: z.string().nullable(), values: z.record(z.string(), z.array(z.string())) }).nullable(),
});

const ownFileTextSchema: z.ZodType<OwnFileText> = z.object({
  texts: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.array(z.string())),
});

/** What can be asked about one file. */
export const pictureWorkSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('exifTool') }),
  z.object({
    type: z.literal('metadata'),
    file: z.string(),
    sidecars: z.array(sidecarToReadSchema).optional(),
    own: ownFileTextSchema.optional(),
  }),
  z.object({
    type: z.literal('thumbnails'),
    file: z.string(),
    /** A full-size copy of the photo that was made before, easier to open. */
    copy: z.string().optional(),
    sizesPx: z.array(thumbnailPxSchema),
  }),
  z.object({
    type: z.literal('part'),
    file: z.string(),
    /** As for thumbnails. */
    copy: z.string().optional(),
    part: photoPartSchema,
  }),
  z.object({ type: z.literal('fullSize'), file: z.string() }),
  z.object({
    type: z.literal('xmp'),
    file: z.string(),
    sidecars: z.array(sidecarToReadSchema),
    own: ownFileTextSchema.optional(),
    /** ExifTool's names of fields: `XMP-photoshop:Headline`. */
    fields: z.array(z.string().regex(/^XMP-[a-z][\w-]*:[a-z][\w-]*$/i)),
  }),
  z.object({
    type: z.literal('places'),
    positions: z.array(z.object({ latitude: z.number(), longitude: z.number() })),
  }),
  z.object({ type: z.literal('looks'), thumbnail: z.custom<Uint8Array>((value) => value instanceof Uint8Array) }),
]);
export type PictureWork = z.output<typeof pictureWorkSchema>;

export const pictureRequestSchema = z.object({
  id: z.int(),
  work: pictureWorkSchema,
  /** A picture that would take more memory to decode is not begun, but answered with `needsRoom`. */
  decodeBytes: z.number(),
  /** The process ends itself above this. */
  residentBytes: z.number(),
});
export type PictureRequest = z.output<typeof pictureRequestSchema>;

export const pictureMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('needsRoom'), id: z.int() }),
  z.object({ type: z.literal('error'), id: z.int(), error: serializedErrorSchema }),
]);
export type PictureMessage = z.output<typeof pictureMessageSchema>;

/** How a process ends that has outgrown its limit. */
export const outOfMemoryExitCode = 86;

export const thumbnailsSchema = z.array(z.object({ sizePx: thumbnailPxSchema, bytes: bytesSchema }));
export const partSchema = z.object({ jpeg: bytesSchema });
/** Null where the photo itself can be opened by everybody. */
export const fullSizeSchema = z.object({ jpeg: bytesSchema }).nullable();
/** The hash is empty for a picture of one tone, which is like every other of its kind and counts as like none. */
export const looksSchema = z.object({ hash: bytesSchema, averageColour: z.int().min(0).max(0xffffff) });

/** What each field says. */
export const xmpSchema = z.array(z.string().nullable());

/** A place, or null, for each position. */
export const placesSchema = z.array(filePlaceSchema.nullable());

const text = z.string().nullable();
const number = z.number().nullable();
const sizeSchema = z.object({ width: z.number(), height: z.number() }).nullable();

export const photoMetadataSchema: z.ZodType<PhotoMetadata> = z.object({
  format: z.string(),
  storedSize: sizeSchema,
  shownSize: sizeSchema,
  orientation: z.int().min(1).max(8),
  takenAt: z.object({ local: z.string(), offsetMinutes: number, sortMs: z.number() }).nullable(),
  position: z.object({ latitude: z.number(), longitude: z.number(), altitudeM: number }).nullable(),
  camera: z.object({
    make: text,
    model: text,
    lens: text,
    iso: number,
    exposureSeconds: number,
    aperture: number,
    focalLengthMm: number,
  }),
  info: fileInfoSchema,
  sidecarProblems: z.array(sidecarProblemSchema),
  colourProfile: text,
  warnings: z.array(z.string()),
});
