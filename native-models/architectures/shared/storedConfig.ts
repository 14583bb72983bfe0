/** @file The parts of an architecture's config that several share, as kept in model.json. Compiler and model host. */
import * as z from 'zod';

export const storedActivationSchema = z.enum(['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu', 'silu']);

/** Sizes of a vision tower (`VisionTransformerDims`). */
export const storedVisionSchema = z.object({
  hiddenSize: z.int(),
  layers: z.int(),
  heads: z.int(),
  mlpSize: z.int(),
  imageSize: z.int(),
  patchSize: z.int(),
  epsilon: z.number(),
  activation: storedActivationSchema,
  qkvBias: z.boolean(),
});

/** Sizes of a Q-Former (`QFormerDims`). */
export const storedQFormerSchema = z.object({
  hiddenSize: z.int(),
  layers: z.int(),
  heads: z.int(),
  mlpSize: z.int(),
  crossAttentionFrequency: z.int(),
  vocabSize: z.int(),
  maxPositions: z.int(),
  queryTokens: z.int(),
  epsilon: z.number(),
  activation: storedActivationSchema,
});

/** Sizes of T5 (`T5Dims`). */
export const storedT5Schema = z.object({
  hiddenSize: z.int(),
  headSize: z.int(),
  heads: z.int(),
  mlpSize: z.int(),
  encoderLayers: z.int(),
  decoderLayers: z.int(),
  vocabSize: z.int(),
  relativeBuckets: z.int(),
  relativeMaxDistance: z.int(),
  epsilon: z.number(),
  activation: storedActivationSchema,
  scaleDecoderOutputs: z.boolean(),
});

/** Sizes of OPT (`OptDims`). */
export const storedOptSchema = z.object({
  hiddenSize: z.int(),
  embeddingSize: z.int(),
  layers: z.int(),
  heads: z.int(),
  mlpSize: z.int(),
  vocabSize: z.int(),
  maxPositions: z.int(),
  activation: storedActivationSchema,
  hasBiases: z.boolean(),
  normalizesFirst: z.boolean(),
  hasFinalNorm: z.boolean(),
  tiesEmbeddings: z.boolean(),
});

/** Sizes of Llama (`LlamaDims`). */
export const storedLlamaSchema = z.object({
  hiddenSize: z.int(),
  headSize: z.int(),
  layers: z.int(),
  heads: z.int(),
  keyValueHeads: z.int(),
  mlpSize: z.int(),
  vocabSize: z.int(),
  maxPositions: z.int(),
  rotaryBase: z.number(),
  epsilon: z.number(),
  activation: storedActivationSchema,
  attentionHasBiases: z.boolean(),
  mlpHasBiases: z.boolean(),
  tiesEmbeddings: z.boolean(),
});
