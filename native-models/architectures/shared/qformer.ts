/**
 * @file The Q-Former between the vision tower and what comes after it: the part of config.json that all models with one share,
 * the names of its weights, its graph with or without an instruction, and how it is run. Compiler and model host.
 */
import * as z from 'zod';
import {
  generationConfigSchema,
  parseConfig,
  partOrDefaults,
  qformerConfigSchema,
  visionConfigSchema,
} from '../../checkpoint/configSchemas.ts';
import { type LayerContext, linear } from '../../layers/linear.ts';
import { maskBias } from '../../layers/masks.ts';
import { type QFormerDims, type QFormerNames, type QFormerText, qformer, qformerLinks } from '../../layers/qformer.ts';
import { visionLinks } from '../../layers/visionTransformer.ts';
import { concat, expand, int64s, shapeOf } from '../../onnx/operators.ts';
import type { Value } from '../../onnx/value.ts';
import type { ChannelLink } from '../../quantization/equalization.ts';
import { type GraphSession, outputOf, type Tensor } from '../../runtime/graphSession.ts';
import { encodeWithin, type TextLimit } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { CheckpointFacts, GraphDefinition, RawConfig } from '../architecture.ts';
import { storedQFormerSchema, storedVisionSchema } from './storedConfig.ts';
import { padRight, positionsOf } from './textBatch.ts';
import { featuresInput, type VisionConfig, visionNames } from './visionTower.ts';

export const instructedQFormerNames: QFormerNames = {
  queryTokens: 'query_tokens',
  wordEmbeddings: 'qformer.embeddings.word_embeddings.weight',
  positionEmbeddings: 'qformer.embeddings.position_embeddings.weight',
  embeddingsNorm: 'qformer.embeddings.layernorm',
  layer: (i) => ({
    selfAttention: {
      query: `qformer.encoder.layer.${i}.attention.attention.query`,
      key: `qformer.encoder.layer.${i}.attention.attention.key`,
      value: `qformer.encoder.layer.${i}.attention.attention.value`,
      output: `qformer.encoder.layer.${i}.attention.output.dense`,
      norm: `qformer.encoder.layer.${i}.attention.output.LayerNorm`,
    },
    crossAttention: {
      query: `qformer.encoder.layer.${i}.crossattention.attention.query`,
      key: `qformer.encoder.layer.${i}.crossattention.attention.key`,
      value: `qformer.encoder.layer.${i}.crossattention.attention.value`,
      output: `qformer.encoder.layer.${i}.crossattention.output.dense`,
      norm: `qformer.encoder.layer.${i}.crossattention.output.LayerNorm`,
    },
    queryFeedForward: {
      up: `qformer.encoder.layer.${i}.intermediate_query.dense`,
      down: `qformer.encoder.layer.${i}.output_query.dense`,
      norm: `qformer.encoder.layer.${i}.output_query.LayerNorm`,
    },
    textFeedForward: {
      up: `qformer.encoder.layer.${i}.intermediate.dense`,
      down: `qformer.encoder.layer.${i}.output.dense`,
      norm: `qformer.encoder.layer.${i}.output.LayerNorm`,
    },
  }),
};

/** BLIP-2 keeps its text embeddings outside of the Q-Former, and has them only where it reads text. */
export const blip2QFormerNames: QFormerNames = {
  ...instructedQFormerNames,
  wordEmbeddings: 'embeddings.word_embeddings.weight',
  positionEmbeddings: 'embeddings.position_embeddings.weight',
  embeddingsNorm: 'qformer.layernorm',
};

const languageProjectionName = 'language_projection';

const architectureOf = {
  'blip-2': 'Blip2ForConditionalGeneration',
  instructblip: 'InstructBlipForConditionalGeneration',
} as const;

/** Of the reference, where config.json names none. */
const defaultLanguage = 'opt';

/** Whether config.json is of a model of `family` that writes text with the language model `language`. */
export function isQFormerGenerator(config: unknown, family: keyof typeof architectureOf, language: string): boolean {
  const shape = z.object({
    model_type: z.literal(family),
    architectures: z
      .array(z.string())
      .nullish()
      .refine((names) => names == null || names.length === 0 || names.includes(architectureOf[family])),
    text_config: partOrDefaults(z.object({ model_type: z.string().nullish() })),
  });
  const { data } = shape.safeParse(config);
  return data !== undefined && (data.text_config.model_type ?? defaultLanguage) === language;
}

/** InstructBLIP's Q-Former reads the instruction through a tokenizer of its own. */
export function withQFormerTokenizer(
  facts: CheckpointFacts,
  { qformer }: { readonly qformer: { readonly vocabSize: number } },
): CheckpointFacts {
  const vocabulary = { folder: 'qformer_tokenizer', vocabSize: qformer.vocabSize };
  return { ...facts, vocabularies: [...facts.vocabularies, vocabulary] };
}

/** What config.json says outside of the language model. */
export const publishedQFormerSchema = z
  .object({
    num_query_tokens: z.int().positive().default(32),
    image_token_index: z.int().min(0).nullish(),
    vision_config: partOrDefaults(visionConfigSchema),
    qformer_config: partOrDefaults(qformerConfigSchema),
  })
  .transform((v) => ({
    vision: v.vision_config,
    qformer: { ...v.qformer_config, queryTokens: v.num_query_tokens },
    imageTokenId: v.image_token_index ?? undefined,
  }));

/** As kept in model.json of a model whose Q-Former is followed by a language model. */
export function qformerLanguageSchema<Text>(text: z.ZodType<Text>) {
  return z.object({
    vision: storedVisionSchema,
    qformer: storedQFormerSchema,
    text,
    /** What the picture's places are called in the prompt's ids; older checkpoints have no such token, and T5 is not fed it. */
    imageTokenId: z.int().optional(),
    padTokenId: z.int(),
    eosTokenIds: z.array(z.int()),
  });
}

export type QFormerLanguageConfig<Text> = z.output<ReturnType<typeof qformerLanguageSchema<Text>>>;

/** What a language model's part of config.json says. */
interface PublishedLanguage {
  readonly dims: unknown;
  readonly padTokenId: number;
  readonly eosTokenIds: number[];
}

/** Beside the config, what was published of the language model and of generating. */
export function parseQFormerLanguage<Language extends PublishedLanguage>(
  { config, generationConfig }: RawConfig,
  languageSchema: z.ZodType<Language>,
) {
  const { vision, qformer, imageTokenId } = parseConfig(publishedQFormerSchema, config, 'config.json');
  const { text_config: language } = parseConfig(z.object({ text_config: languageSchema }), config, 'config.json');
  const generation = parseConfig(generationConfigSchema, generationConfig ?? {}, 'generation_config.json');
  const parsed: QFormerLanguageConfig<Language['dims']> = {
    vision,
    qformer,
    text: language.dims,
    ...(imageTokenId === undefined ? {} : { imageTokenId }),
    // padding is masked, so any id will do; some files say −1
    padTokenId: Math.max(0, generation.padTokenId ?? language.padTokenId),
    eosTokenIds: generation.eosTokenIds ?? language.eosTokenIds,
  };
  return { parsed, language, generation };
}

/** @param tokenIds the language model's own */
export function qformerLanguageFacts(
  { vision, qformer, text, imageTokenId }: QFormerLanguageConfig<{ readonly vocabSize: number }>,
  tokenIds: CheckpointFacts['tokenIds'],
): CheckpointFacts {
  return {
    imageSize: vision.imageSize,
    queryTokens: qformer.queryTokens,
    vocabularies: [{ folder: '.', vocabSize: text.vocabSize }],
    tokenIds: [
      ...(imageTokenId === undefined ? [] : [{ name: 'image_token_index', id: imageTokenId, token: '<image>' }]),
      ...tokenIds,
    ],
  };
}

interface QFormerConfig extends VisionConfig {
  readonly qformer: QFormerDims;
  readonly text: { readonly hiddenSize: number };
}

/** InstructBLIP's: the query tokens read the instruction too. */
export const instructedQFormerGraph: GraphDefinition<QFormerConfig> = {
  name: 'qformer',
  part: 'qformer',
  build(context, config) {
    const { graph } = context;
    const features = featuresInput(context, config);
    const ids = graph.input('input_ids', 'int64', ['batch', 'text']);
    const positions = graph.input('position_ids', 'int64', ['text']);
    const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens']); // queries, then text
    const text: QFormerText = { ids, positions, selfBias: squareBias(context, mask) };
    outputPrefix(context, qformer(context, features, text, instructedQFormerNames, config.qformer), config);
  },
};

/** BLIP-2's: the query tokens see the picture only. */
export const plainQFormerGraph: GraphDefinition<QFormerConfig> = {
  name: 'qformer',
  part: 'qformer',
  build(context, config) {
    const features = featuresInput(context, config);
    outputPrefix(context, qformer(context, features, undefined, blip2QFormerNames, config.qformer), config);
  },
};

/** Tensors of an instructed Q-Former that no graph needs: the last text feed-forward, which nothing reads. */
export function isUnreadQFormerTensor(tensor: string, { layers }: QFormerDims): boolean {
  return (
    tensor.startsWith(`qformer.encoder.layer.${layers - 1}.intermediate.`) ||
    tensor.startsWith(`qformer.encoder.layer.${layers - 1}.output.`)
  );
}

function outputPrefix(context: LayerContext, queries: Value<'float'>, { text }: QFormerConfig): void {
  const { graph } = context;
  graph.output('query_output', queries); // [batch, Q, Dq]
  graph.output('language_prefix', linear(context, queries, languageProjectionName, text.hiddenSize)); // [batch, Q, D]
}

/** mask [B, T] → bias [B, 1, T, T], as attention operators want it: only an axis of batch or heads may be broadcast */
function squareBias(context: LayerContext, mask: Value<'int64'>): Value<'float'> {
  const { graph } = context;
  const target = concat(graph, [int64s(graph, [1, 1]), shapeOf(graph, mask, 1), int64s(graph, [1])], 0, 4);
  const row = maskBias(context, mask); // [B, 1, 1, T]
  return expand(graph, row, target, row.shape.toSpliced(2, 1, 'tokens'));
}

/** Of the vision tower and the Q-Former, whatever comes after them. */
export function pictureLinks(
  names: QFormerNames,
  { vision, qformer }: VisionConfig & { readonly qformer: QFormerDims },
): ChannelLink[] {
  return [...visionLinks(visionNames, vision), ...qformerLinks(names, qformer)];
}

export interface QFormerOutput {
  /** The query tokens after the last layer, [B, Q, Dq]. */
  readonly queryOutput: Tensor;
  /** Their projection into the language model, [B, Q, D]. */
  readonly languagePrefix: Tensor;
}

export interface QFormerRunner {
  /** None where the Q-Former does not read the prompt. */
  readonly limits: readonly TextLimit[];
  /** Where it does not, one output serves every prompt about a picture. */
  readonly readsPrompt: boolean;
  /** Prompt i is about picture i of the vision encoder's output, [B, P, Dv]. */
  encode(vision: Tensor, prompts: readonly string[]): Promise<QFormerOutput>;
}

/** BLIP-2's: the same for every prompt. */
export function plainQFormer(session: GraphSession): QFormerRunner {
  return {
    limits: [],
    readsPrompt: false,
    encode: async (vision) => outputsOf(await session.run({ features: vision })),
  };
}

/** InstructBLIP's: the query tokens read the prompt. */
export function instructedQFormer(
  session: GraphSession,
  tokenizer: TextTokenizer,
  { queryTokens, maxPositions }: { readonly queryTokens: number; readonly maxPositions: number },
): QFormerRunner {
  const limit = { tokenizer, maxLength: maxPositions };
  return {
    limits: [limit],
    readsPrompt: true,
    async encode(vision, prompts) {
      const rows = prompts.map((prompt) => encodeWithin(limit, prompt));
      const text = padRight(rows, tokenizer.padTokenId ?? 0, queryTokens);
      const outputs = await session.run({
        features: vision,
        input_ids: text.ids,
        attention_mask: text.mask,
        position_ids: positionsOf(text.length),
      });
      return outputsOf(outputs);
    },
  };
}

function outputsOf(outputs: Readonly<Record<string, Tensor>>): QFormerOutput {
  return { queryOutput: outputOf(outputs, 'query_output'), languagePrefix: outputOf(outputs, 'language_prefix') };
}
