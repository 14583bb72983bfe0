/**
 * @file What scan workers are asked to do: pieces of some milliseconds, so that what is urgent gets its turn. Files are
 * named by their descriptors, which all threads of a process share. Main process, scan workers.
 */
import * as z from 'zod';

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const floatsSchema = z.custom<Float32Array>((value) => value instanceof Float32Array);
const wordsSchema = z.custom<Uint32Array>((value) => value instanceof Uint32Array);
const descriptorSchema = z.int().min(0);
const shapeSchema = z.object({ vectors: z.int().positive(), size: z.int().positive() });

/** Bounds of the scores of a range of slots: see quantize.ts. */
export const boundsTaskSchema = z.object({
  type: z.literal('bounds'),
  /** Of a file of codes. */
  codes: descriptorSchema,
  shape: shapeSchema,
  /** The first slot, at the beginning of a block. */
  from: z.int().min(0),
  /** For each slot from there on: 1, or 0 where nobody wants to know. */
  wanted: bytesSchema,
  /** One or more vectors, one after the other. */
  queries: floatsSchema,
});
export type BoundsTask = z.output<typeof boundsTaskSchema>;
/** Of the slots that are not wanted: −∞. */
export const boundsSchema = floatsSchema;

/** Scores of single slots from the exact vectors. */
export const scoresTaskSchema = z.object({
  type: z.literal('scores'),
  exact: descriptorSchema,
  shape: shapeSchema,
  slots: wordsSchema,
  queries: floatsSchema,
  /** Whether the queries are compared with the mean of a photo's vectors, or with each of them. */
  pooled: z.boolean(),
});
export type ScoresTask = z.output<typeof scoresTaskSchema>;
export const scoresSchema = z.object({
  scores: z.custom<Float64Array>((value) => value instanceof Float64Array),
  /** Of what lies in the slots. */
  checksums: wordsSchema,
});

/** Whether what lies in slots is whole, and the codes are those of the exact vectors. */
export const checkTaskSchema = z.object({
  type: z.literal('check'),
  exact: descriptorSchema,
  scan: descriptorSchema,
  /** Absent where photos have one vector. */
  pooled: descriptorSchema.optional(),
  shape: shapeSchema,
  slots: wordsSchema,
  checksums: wordsSchema,
});
export type CheckTask = z.output<typeof checkTaskSchema>;
/** The slots that are damaged. */
export const damagedSchema = wordsSchema;

/** Which slots of one block and of a row of blocks are near each other. */
export const pairsTaskSchema = z.object({
  type: z.literal('pairs'),
  exact: descriptorSchema,
  /** Of the file of codes with one row a photo. */
  codes: descriptorSchema,
  shape: shapeSchema,
  block: z.int().min(0),
  /** The first of the others; not below `block`. */
  from: z.int().min(0),
  /** For each slot of `block`, then for each of the others. */
  wanted: bytesSchema,
  threshold: z.number(),
});
export type PairsTask = z.output<typeof pairsTaskSchema>;

/** Which perceptual hashes that agree in one band differ in few bits altogether. */
export const hashesTaskSchema = z.object({
  type: z.literal('hashes'),
  high: wordsSchema,
  low: wordsSchema,
  /** The bits that must agree. */
  bandStart: z.int().min(0),
  bandEnd: z.int().max(64),
  maxDistance: z.int().min(0),
});
export type HashesTask = z.output<typeof hashesTaskSchema>;

/** Two numbers an edge. Edges connect what is near, directly or through others, and no two that are connected already. */
export const edgesSchema = wordsSchema;

export const scanTaskSchema = z.discriminatedUnion('type', [
  boundsTaskSchema,
  scoresTaskSchema,
  checkTaskSchema,
  pairsTaskSchema,
  hashesTaskSchema,
]);
export type ScanTask = z.output<typeof scanTaskSchema>;

export const scanRequestSchema = z.object({ id: z.int(), task: scanTaskSchema });
export const scanReplySchema = z.union([
  z.object({
    id: z.int(),
    error: z.object({
      message: z.string(),
      /** The file system's code. */
      code: z.string().optional(),
    }),
  }),
  z.object({ id: z.int(), result: z.unknown() }),
]);
