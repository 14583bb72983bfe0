/** @file The contract: photos, found and looked at. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { facetNameSchema, facetSchema, facetValueSchema } from '../../schemas/facet.ts';
import { fileInfoSchema, sidecarProblemSchema } from '../../schemas/fileInfo.ts';
import { wordPlaces } from '../../schemas/foundBy.ts';
import { geoAreaSchema } from '../../schemas/geoArea.ts';
import { markChangeSchema, ownMarksSchema, shownMarksSchema } from '../../schemas/marks.ts';
import { textKindSchema } from '../../schemas/text.ts';
import {
  idSchema,
  modelVersionSchema,
  problemSchema,
  promptWarningSchema,
  querySchema,
  selectionSchema,
  sourceSchema,
  textSchema,
} from './common.ts';
import { fieldSchema } from './fields.ts';

export const photoOrderSchema = z.enum(['taken', 'added', 'name', 'folder', 'size', 'itm', 'relevance']);
export type PhotoOrder = z.output<typeof photoOrderSchema>;

/** Long sides, in pixels, that a photo may be asked for. A fixed list keeps what is rendered bounded. */
export const photoSizesPx = [256, 512, 1600] as const;
export type PhotoSizePx = (typeof photoSizesPx)[number];

/** Why a photo is in a list that was found by words and by looks. */
export const foundBySchema = z.object({
  photoId: idSchema,
  /** Where words of the query stand; empty where it was found by its looks alone. */
  places: z.array(z.enum(wordPlaces)),
  looks: z.boolean(),
});
export type FoundBy = z.output<typeof foundBySchema>;

/** What a query found: all of it, so that a grid knows its length, in a form that is small for 100,000 photos. */
export const photoListSchema = z.object({
  /** Ids in order, as little-endian 32-bit integers in base64. */
  ids: z.string(),
  /** Width divided by height, times 1000, as little-endian 16-bit integers in base64; 0 where it is not known. */
  aspects: z.string(),
  /**
   * Where stacks are folded: pairs of an index in the list and of how many photos stand behind that one, then those
   * photos, stack by stack; each packed as above. Else null.
   */
  stacks: z.object({ heads: z.string(), ids: z.string(), aspects: z.string() }).nullable(),
  /**
   * Where the order is by a date, the days and months that the photos are of: pairs of a code and of how many photos in
   * a row have it, as little-endian 32-bit integers in base64. A code is YYYYMMDD as digits; DD is 00 for a month that
   * has few photos a day, MM too for a year that has few a month; 0 is no date. Else null.
   */
  sections: z.string().nullable(),
  /** True when the photos were looked for by the meaning of the words, by a matching model too. */
  semantic: z.boolean(),
  /** What of the text the matching model could not read. */
  unreadable: z.array(z.string()),
  /** What was searched for in fact, where nothing met the query and its last word may be half typed: `boa*` for `boa`. */
  completed: z.string().nullable(),
  /** Where `semantic` and the query has words: of each photo. Else null. */
  foundBy: z.array(foundBySchema).nullable(),
  /** The photos that those of the query are to be similar to. */
  similarTo: z.array(idSchema),
  /** Photos that were left out for looking hardly like what was asked for: `beyondCut` shows them. */
  beyond: z.int(),
  /** In which they are in fact: where a query has no words, none of its photos is more to the point than another. */
  order: photoOrderSchema,
});
export type PhotoList = z.output<typeof photoListSchema>;

export const shownCaptionSchema = z.object({
  id: idSchema,
  text: z.string(),
  source: sourceSchema,
  modelId: z.string().nullable(),
  /** A person said of somebody else's text that it is right; null of their own, and of what nobody approved. */
  approvedAtMs: z.number().nullable(),
  /** Describes the photo as it was before it was changed. */
  stale: z.boolean(),
  doubtful: z.boolean().nullable(),
  /** Probability that it matches the photo, 0 to 1. */
  itm: z.number().nullable(),
});

/** What a cell of the grid shows. */
export const photoCardSchema = z.object({
  id: idSchema,
  /** Grows when the file changes: part of the address of its pictures. */
  revision: z.int(),
  fileName: z.string(),
  /** Its folder as a person would name it. */
  folder: z.string(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** What the camera's clock showed: YYYY-MM-DDTHH:MM:SS[.sss], or as much of its beginning as is known, YYYY at least. */
  takenLocal: z.string().nullable(),
  /** 0xRRGGBB, to be shown until its picture is there; null where it is not known yet. */
  averageColour: z.int().nullable(),
  caption: shownCaptionSchema.nullable(),
  tags: z.array(z.string()),
  marks: shownMarksSchema,
  /** Why it could not be read, or why its last job failed. */
  problem: problemSchema.nullable(),
  /** In the queue. */
  waiting: z.boolean(),
  /** Its file is gone, or its drive is away. */
  unreachable: z.enum(['missing', 'offline']).nullable(),
});
export type PhotoCard = z.output<typeof photoCardSchema>;

/** The photo that it was written for, where that is another one; of one that is not in the library, nothing is known. */
const copiedFrom = z.object({ photoId: idSchema.nullable(), name: z.string().nullable() }).nullable();

export const storedCaptionSchema = shownCaptionSchema.extend({
  shown: z.boolean(),
  runId: idSchema,
  /** Of the run, as in `runs.get`. */
  modelVersions: z.array(modelVersionSchema),
  /** Of the run; null where the words were a person's own, or the default ones. */
  preset: z.string().nullable(),
  /** What the model was asked. */
  prompt: z.string().nullable(),
  /** Whose text it was made from, where that is not the same person's. */
  basedOn: z.object({ source: sourceSchema, modelId: z.string().nullable() }).nullable(),
  copiedFrom,
  warnings: z.array(promptWarningSchema),
  candidates: z.array(z.object({ text: z.string(), itm: z.number() })),
  createdAtMs: z.number(),
});
export type StoredCaption = z.output<typeof storedCaptionSchema>;

export const photoTagSchema = z.object({
  id: idSchema,
  path: z.string(),
  source: sourceSchema,
  modelId: z.string().nullable(),
  confidence: z.number().nullable(),
  approvedAtMs: z.number().nullable(),
});

export const photoAnswerSchema = z.object({
  id: idSchema,
  question: z.string(),
  text: z.string(),
  source: sourceSchema,
  modelId: z.string().nullable(),
  /** Of the run, as in `runs.get`. */
  modelVersions: z.array(modelVersionSchema),
  stale: z.boolean(),
  copiedFrom,
  warnings: z.array(promptWarningSchema),
  createdAtMs: z.number(),
});

/** What a photo says of a field. */
export const photoFieldSchema = z.object({
  field: fieldSchema,
  /** The answer that counts, a person's before a model's; null where there is none. */
  answer: photoAnswerSchema.nullable(),
  /** What that is to the field's type, as filters compare it; null where it does not fit. */
  value: z.string().nullable(),
});
export type PhotoField = z.output<typeof photoFieldSchema>;

/** Everything about one photo. */
export const photoDetailsSchema = photoCardSchema.extend({
  /** For showing, and for commands; the page cannot open it. */
  path: z.string(),
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  format: z.string().nullable(),
  takenOffsetMinutes: z.int().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  altitudeM: z.number().nullable(),
  camera: z.string().nullable(),
  lens: z.string().nullable(),
  iso: z.number().nullable(),
  exposureS: z.number().nullable(),
  aperture: z.number().nullable(),
  focalLengthMm: z.number().nullable(),
  colourProfile: z.string().nullable(),
  fileInfo: fileInfoSchema,
  ownMarks: ownMarksSchema,
  sidecarProblems: z.array(sidecarProblemSchema),
  captions: z.array(storedCaptionSchema),
  /** As captions, the shown one first. */
  altTexts: z.array(storedCaptionSchema),
  longDescriptions: z.array(storedCaptionSchema),
  photoTags: z.array(photoTagSchema),
  answers: z.array(photoAnswerSchema),
  /** All there are, by name. */
  fields: z.array(photoFieldSchema),
});
export type PhotoDetails = z.output<typeof photoDetailsSchema>;

/** What a query can ask about. */
export const queryFieldSchema = z.enum([
  'tag',
  'folder',
  'name',
  'caption',
  'alt',
  'description',
  'title',
  'keyword',
  'person',
  'place',
  'label',
  'taken',
  'added',
  'modified',
  'answer',
  'asked',
  'itm',
  'captioned',
  'source',
  'approved',
  'model',
  'tagged',
  'doubtful',
  'stale',
  'failed',
  'missing',
  'offline',
  'width',
  'height',
  'megapixels',
  'orientation',
  'size',
  'format',
  'camera',
  'lens',
  'iso',
  'aperture',
  'focal',
  'exposure',
  'rating',
  'flag',
  'gps',
  'near',
  'within',
  'similar',
  'run',
  'stack',
]);
export type QueryField = z.output<typeof queryFieldSchema>;

/** Something that the filter bar can put where the cursor is. */
export const suggestionSchema = z.object({
  /** The text that takes the place of `from` up to `to`, in UTF-16 units. */
  text: z.string(),
  from: z.int(),
  to: z.int(),
  /** The field that it begins, where the text says no more than its name. */
  field: queryFieldSchema.nullable(),
});

export const photoSummarySchema = z.object({
  photos: z.int(),
  captioned: z.int(),
  human: z.int(),
  doubtful: z.int(),
  stale: z.int(),
  failed: z.int(),
  /** The most frequent first, 500 at most. */
  tags: z.array(z.object({ path: z.string(), photos: z.int() })),
});
export type PhotoSummary = z.output<typeof photoSummarySchema>;

export const locatedPhotosSchema = z.object({ count: z.int(), area: geoAreaSchema.nullable() });
export type LocatedPhotos = z.output<typeof locatedPhotosSchema>;

export const photoClustersRequestSchema = z.object({
  query: querySchema,
  area: geoAreaSchema,
  /** Of the map: the world is 256 · 2^zoom pixels wide. */
  zoom: z.int().min(0).max(22),
});
export type PhotoClustersRequest = z.output<typeof photoClustersRequestSchema>;

/** Photos that are near each other at this scale of the map. */
export const photoClusterSchema = z.object({
  count: z.int(),
  /** In degrees, the mean of them. */
  latitude: z.number(),
  longitude: z.number(),
  area: geoAreaSchema,
  /** One of them. */
  photoId: idSchema,
  revision: z.int(),
});
export type PhotoCluster = z.output<typeof photoClusterSchema>;

export const facetsRequestSchema = z.object({
  query: querySchema,
  /** Of these photos only: what was found by looks. */
  among: z.array(idSchema).max(2000).optional(),
});
export type FacetsRequest = z.output<typeof facetsRequestSchema>;

export const photosContract = {
  /** Everything that the query finds. @throws QUERY_INVALID with `offset` and `length` in its data, in UTF-16 units */
  list: oc
    .input(
      z.object({
        query: querySchema,
        order: photoOrderSchema,
        descending: z.boolean(),
        /** Words are also looked for by their meaning, where photos were embedded and the query has plain words. */
        semantic: z.boolean().default(false),
        /** Of what was found by looks, also what looks hardly like it. */
        beyondCut: z.boolean().default(false),
        /** Of the photos of a stack that are found, the list has one. */
        stacked: z.boolean().default(false),
      }),
    )
    .output(photoListSchema),
  /** In the order asked for; ids that are no more are left out. */
  cards: oc.input(z.object({ ids: z.array(idSchema).max(500) })).output(z.array(photoCardSchema)),
  /** Of all of them together, however many. */
  summary: oc.input(z.object({ selection: selectionSchema })).output(photoSummarySchema),
  details: oc.input(z.object({ id: idSchema })).output(photoDetailsSchema),
  suggest: oc.input(z.object({ query: querySchema, cursor: z.int().min(0) })).output(z.array(suggestionSchema)),
  /** How many photos each query finds; null of one with an error. */
  counts: oc.input(z.object({ queries: z.array(querySchema).max(1000) })).output(z.array(z.int().nullable())),
  /** How many of those that the query finds have a position, and where they lie. @throws QUERY_INVALID as `list` */
  located: oc.input(z.object({ query: querySchema })).output(locatedPhotosSchema),
  /** Those in an area of the map, near ones as one, the largest cluster first. @throws QUERY_INVALID as `list` */
  clusters: oc.input(photoClustersRequestSchema).output(z.array(photoClusterSchema)),
  /**
   * How many of those that the query finds have which value of each facet; of a facet that the query narrows down by,
   * how many would be found with another value. @throws QUERY_INVALID as `list`
   */
  facets: oc.input(facetsRequestSchema).output(z.array(facetSchema)),
  /**
   * The query with a value of a facet more, or without it where it asks for it: values of one facet are alternatives.
   * @throws QUERY_INVALID as `list`, and for what is no value of the facet
   */
  toggleFacet: oc
    .input(z.object({ query: querySchema, facet: facetNameSchema, value: facetValueSchema }))
    .output(z.object({ query: z.string() })),
  /** Groups of photos that are nearly the same. */
  nearDuplicates: oc.output(z.array(z.array(idSchema))),
  /**
   * The person's own text; or, where it is word for word the one that it is based on or a candidate of that, their
   * approval of it.
   */
  writeCaption: oc
    .input(
      z.object({
        photoId: idSchema,
        kind: textKindSchema.default('caption'),
        text: textSchema,
        basedOnId: idSchema.optional(),
        /** Typed on in one sitting: the edit that was saved before, of which this becomes a part. */
        continuesRunId: idSchema.optional(),
      }),
    )
    .output(z.object({ captionId: idSchema, runId: idSchema })),
  removeCaption: oc.input(z.object({ captionId: idSchema })).output(z.object({ runId: idSchema })),
  /** A person's; an empty one takes their own away. */
  writeAnswer: oc
    .input(z.object({ photoId: idSchema, question: textSchema, text: textSchema }))
    .output(z.object({ runId: idSchema })),
  /** Stars, a flag or a colour label, as one run; null where all of them had it. */
  mark: oc
    .input(z.object({ selection: selectionSchema, change: markChangeSchema }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
  /** These are on the screen: their jobs go first. */
  lookingAt: oc.input(z.object({ ids: z.array(idSchema).max(500) })),
};
