/**
 * @file What people and other programs wrote about a photo into its file or its sidecars: as it is read, kept, and sent.
 * Texts come from strangers: control characters are gone, nothing else is. Any process; data only.
 */
import * as z from 'zod';

/** Where a value was found. */
const source = {
  /** ExifTool's name of it: `XMP-dc:Title`. */
  property: z.string(),
  /** The name of the sidecar that it stands in; null where that is the photo's file itself. */
  sidecar: z.string().nullable(),
};

/** In the order in which they are shown. */
export const fileTextKinds = [
  'title',
  'headline',
  'caption',
  'altText',
  'extendedDescription',
  'label',
  'creator',
  'copyright',
] as const;
export type FileTextKind = (typeof fileTextKinds)[number];

/** One of each kind, but of creators as many as there are. `label` is the colour label by its name. */
export const fileTextSchema = z.object({ kind: z.enum(fileTextKinds), text: z.string(), ...source });
export type FileText = z.output<typeof fileTextSchema>;

/** Levels joined by '/', as in the tags of the library. */
export const fileKeywordSchema = z.object({ path: z.string(), ...source });
export type FileKeyword = z.output<typeof fileKeywordSchema>;

/** Of the stored picture, before it is turned: 0 to 1 of its width and height. */
export const fileRegionSchema = z.object({
  left: z.number().min(0).max(1),
  top: z.number().min(0).max(1),
  width: z.number().min(0).max(1),
  height: z.number().min(0).max(1),
  /** The picture's size in pixels when the region was drawn; null where that is not said. */
  drawnOn: z.object({ width: z.number(), height: z.number() }).nullable(),
});
export type FileRegion = z.output<typeof fileRegionSchema>;

export const filePersonSchema = z.object({ name: z.string(), region: fileRegionSchema.nullable(), ...source });
export type FilePerson = z.output<typeof filePersonSchema>;

/**
 * `located`: where the photo belongs, as most programs have it; `shown`: what is seen on it; `taken`: where the camera
 * stood; `gps`: looked up by the coordinates, since nothing else names a place.
 */
export const filePlaceKinds = ['located', 'shown', 'taken', 'gps'] as const;

const part = z.string().nullable();

/** At least one of its parts is there. */
export const filePlaceSchema = z.object({
  kind: z.enum(filePlaceKinds),
  sublocation: part,
  city: part,
  state: part,
  country: part,
  /** ISO 3166, two or three capital letters. */
  countryCode: part,
  ...source,
});
export type FilePlace = z.output<typeof filePlaceSchema>;

/** 0 to 5 stars, or −1 for “rejected”. */
export const fileRatingSchema = z.object({ stars: z.int().min(-1).max(5), ...source });
export type FileRating = z.output<typeof fileRatingSchema>;

export const fileInfoSchema = z.object({
  texts: z.array(fileTextSchema),
  /** Each once. */
  keywords: z.array(fileKeywordSchema),
  /** Each once; those with a region first. */
  people: z.array(filePersonSchema),
  /** The one that names the photo's place first. */
  places: z.array(filePlaceSchema),
  rating: fileRatingSchema.nullable(),
});
export type FileInfo = z.output<typeof fileInfoSchema>;

export const noFileInfo: FileInfo = { texts: [], keywords: [], people: [], places: [], rating: null };

/** Why nothing was taken from a sidecar. */
export const sidecarProblemSchema = z.object({
  /** Its name. */
  sidecar: z.string(),
  reason: z.enum(['tooLarge', 'notAFile', 'notXmp', 'declaresEntities', 'tooDeep', 'unreadable']),
});
export type SidecarProblem = z.output<typeof sidecarProblemSchema>;
