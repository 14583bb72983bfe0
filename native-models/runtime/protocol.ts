/** @file The messages between a model host process and its client, and the plain data they carry. */
import * as z from 'zod';
import { deviceChoiceSchema, deviceSchema, passedOverSchema } from '../devices/device.ts';
import { deviceNoticeSchema } from '../devices/deviceNotice.ts';
import { serializedErrorSchema } from '../errors.ts';
import { generationSettingsSchema } from '../generation/generationSettings.ts';
import { promptKindSchema, promptWarningSchema, turnSchema } from '../prompting/promptRequest.ts';

/** Time spent in each stage of one answer, in milliseconds. */
export const stageTimesSchema = z.object({
  /** Reading, decoding and resizing the picture, or reading its stored features; 0 when they were still in memory. */
  imageMs: z.number(),
  /** The vision encoder, and a Q-Former that reads no prompt; 0 when the features were at hand. */
  visionMs: z.number(),
  /** A Q-Former that reads the prompt. */
  qformerMs: z.number(),
  /** Text encoder and the first decoder position. */
  prefillMs: z.number(),
  /** All further tokens together. */
  decodeMs: z.number(),
  totalMs: z.number(),
});

/** What a library knows the content of a photo by: its stored features go when no photo has it any more. */
const contentSchema = z.string().max(128);

export const answerRequestSchema = z.object({
  /** Absolute path of the picture. */
  image: z.string(),
  content: contentSchema.optional(),
  prompt: z.string(),
  /** How the prompt is meant; without it, it goes to the model as it stands. */
  kind: promptKindSchema.optional(),
  /** Of a question: what was asked and answered before, oldest first. */
  history: z.array(turnSchema).optional(),
  settings: generationSettingsSchema,
});
export type AnswerRequest = z.output<typeof answerRequestSchema>;

/** How the request was put to the model. */
const askedShape = {
  /** The text for the model, in the words of its family. Where a warning says so, the model read only a part of it. */
  prompt: z.string(),
  warnings: z.array(promptWarningSchema),
};

export const answerSchema = z.object({
  ...askedShape,
  text: z.string(),
  /**
   * The ids the decoder produced, its start token and the end token included, as the reference returns them: also those
   * of a stop string or of a repetition, which the text leaves out.
   */
  tokenIds: z.array(z.int()),
  /** Beam search only: the sum of the log-probabilities divided by length^lengthPenalty. */
  score: z.number().optional(),
  /** Why generation ended: the model ended it, a stop string, a repetition without end, or the length limit. */
  finish: z.enum(['eos', 'stop', 'loop', 'length']),
  /** With `choices` in the settings: each of them with its probability among them, in their order. */
  choices: z.array(z.object({ text: z.string(), probability: z.number() })).optional(),
  /** Size of the picture as a person sees it (orientation applied), in pixels. */
  width: z.int(),
  height: z.int(),
  ms: stageTimesSchema,
});
export type Answer = z.output<typeof answerSchema>;

/** Asks for several sampled answers to one question. */
export const candidatesRequestSchema = answerRequestSchema.extend({ count: z.int().min(1).max(64) });
export type CandidatesRequest = z.output<typeof candidatesRequestSchema>;

export const candidatesSchema = z.object({
  ...askedShape,
  candidates: z.array(answerSchema.pick({ text: true, tokenIds: true, finish: true })),
  width: z.int(),
  height: z.int(),
  /** Of all candidates together. */
  ms: stageTimesSchema,
});
export type Candidates = z.output<typeof candidatesSchema>;

/** Asks where in a picture the words of a text come from: one that the model wrote when it was asked so, or any other. */
export const explainRequestSchema = answerRequestSchema.omit({ settings: true }).extend({ text: z.string() });
export type ExplainRequest = z.output<typeof explainRequestSchema>;

/** Asks how well texts match a picture. */
export const matchRequestSchema = z.object({
  /** Absolute path of the picture. */
  image: z.string(),
  content: contentSchema.optional(),
  texts: z.array(z.string()).min(1),
  /** ITM alone: a text is then read once, not twice. */
  itmOnly: z.boolean().optional(),
});
export type MatchRequest = z.output<typeof matchRequestSchema>;

export const textMatchSchema = z.object({
  text: z.string(),
  /** Image-text matching: the probability that the text is about the picture, 0 … 1. */
  itm: z.number(),
  /** Image-text contrast: cosine similarity of their embeddings, −1 … 1. Absent where ITM alone was asked for. */
  itc: z.number().optional(),
  /** What of the text the model could not read, where there is such. */
  unknown: z.array(z.string()).optional(),
});
export type TextMatch = z.output<typeof textMatchSchema>;

/** Unit vectors of one picture or one text, one after the other: floats cross the border between processes as they lie. */
export const embeddingSchema = z.object({
  data: z.custom<Float32Array>((value) => value instanceof Float32Array, 'expected float32 values'),
  /** How many: one a query token of the model, or one in all. */
  vectors: z.int().positive(),
  /** Values of one vector. */
  size: z.int().positive(),
  /** Of a text: what the model could not read of it, where there is such. */
  unknown: z.array(z.string()).optional(),
});
export type Embedding = z.output<typeof embeddingSchema>;

/** Asks for the vectors of pictures, to find them by text or by similarity. */
export const embedImagesRequestSchema = z.object({
  /** Absolute paths. */
  images: z.array(z.string()).min(1).max(64),
});
export type EmbedImagesRequest = z.output<typeof embedImagesRequestSchema>;

/** A picture that cannot be read does not spoil those beside it. */
export const embeddedImageSchema = z.union([
  z.object({ image: z.string(), embedding: embeddingSchema }),
  z.object({ image: z.string(), error: serializedErrorSchema }),
]);
export type EmbeddedImage = z.output<typeof embeddedImageSchema>;

/** Asks for the vector of each text. */
export const embedTextsRequestSchema = z.object({ texts: z.array(z.string()).min(1).max(64) });
export type EmbedTextsRequest = z.output<typeof embedTextsRequestSchema>;

/** What happened to the features that a host keeps on disk, since its last report. */
export const featureUseSchema = z.object({
  /** Pictures whose features were stored, and pictures that had to be encoded. */
  hits: z.int(),
  misses: z.int(),
  writtenBytes: z.int(),
  /** Why they cannot be stored now. The answers are as they would be. */
  problem: serializedErrorSchema.optional(),
});
export type FeatureUse = z.output<typeof featureUseSchema>;

/** What a host reports about the model it holds. */
export const loadedModelSchema = z.object({
  id: z.string(),
  architecture: z.string(),
  precision: z.string(),
  device: deviceSchema,
  /** Where it is not the device that was asked for, or memory is short: why. */
  notices: z.array(deviceNoticeSchema),
  /** Questions that it works on together. */
  batch: z.int().positive(),
  loadMs: z.number(),
});
export type LoadedModel = z.output<typeof loadedModelSchema>;

/** What a host found when it checked an installed model. */
export const verifiedModelSchema = z.object({
  files: z.int(),
  /** That computed what it should. */
  device: deviceSchema,
});
export type VerifiedModel = z.output<typeof verifiedModelSchema>;

/** What a client asks of a host. Every request but the last two is answered by one `result` or `error` with its id. */
export const hostRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('load'),
    id: z.int(),
    folder: z.string(),
    threads: z.int().min(0),
    /** Where the features of pictures are kept; without it, in memory alone. */
    featuresFolder: z.string().optional(),
    /** Questions that are worked on together; without it, as many as pay off and the memory allows. */
    batch: z.int().positive().optional(),
    device: deviceChoiceSchema,
    /** Devices that failed: the next is taken, and the notices say why. */
    passedOver: z.array(passedOverSchema),
  }),
  z.object({
    type: z.literal('verify'),
    id: z.int(),
    folder: z.string(),
    /** Every byte was checked a moment ago: only what the device computes is to be. */
    onlyDevice: z.boolean(),
    device: deviceChoiceSchema,
    passedOver: z.array(passedOverSchema),
  }),
  z.object({ type: z.literal('devices'), id: z.int(), passedOver: z.array(passedOverSchema) }),
  // streams: a reader follows along, so that the text is sent as it comes and other requests wait
  z.object({ type: z.literal('answer'), id: z.int(), streams: z.boolean(), request: answerRequestSchema }),
  z.object({ type: z.literal('candidates'), id: z.int(), request: candidatesRequestSchema }),
  z.object({ type: z.literal('explain'), id: z.int(), request: explainRequestSchema }),
  z.object({ type: z.literal('match'), id: z.int(), request: matchRequestSchema }),
  z.object({ type: z.literal('embedImages'), id: z.int(), request: embedImagesRequestSchema }),
  z.object({ type: z.literal('embedTexts'), id: z.int(), request: embedTextsRequestSchema }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
  /** Whether features are to be kept from now on; at first they are. */
  z.object({ type: z.literal('keepFeatures'), keeps: z.boolean() }),
]);
export type HostRequest = z.output<typeof hostRequestSchema>;

/** What a host says: about a request, or about the features that it keeps. */
export const hostMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), id: z.int(), delta: z.string() }),
  /** What it does next on this device may end the process. */
  z.object({ type: z.literal('trying'), id: z.int(), device: deviceSchema }),
  z.object({ type: z.literal('result'), id: z.int(), value: z.unknown() }),
  z.object({ type: z.literal('error'), id: z.int(), error: serializedErrorSchema }),
  z.object({ type: z.literal('features'), use: featureUseSchema }),
]);
export type HostMessage = z.output<typeof hostMessageSchema>;
