/**
 * @file BLIP-2's first stage, as two graphs: it scores pairs of picture and text (ITM), and embeds either for comparison
 * (ITC). Compiler and model host.
 * Paper: arXiv:2301.12597, section 3.2. Reference: Blip2ForImageTextRetrieval in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐            ┌ itm_head ─ itm_logits
 * text, who may look at whom ────────┴ qformer ───┼ vision_projection ─ image_vectors
 *                                                 └ text_projection ─ text_vectors
 * ```
 * One Q-Former serves all three: where queries and text may look at each other it scores the pair, and where the mask
 * keeps them apart it computes what the reference computes in two passes, one without text, one without queries.
 *
 * B batch · Q query tokens · S text tokens · T = Q + S · P picture tokens · E embedding size
 */
import * as z from 'zod';
import { parseConfig } from '../checkpoint/configSchemas.ts';
import type { ModelManifest, SelfTestStage } from '../compiler/manifest.ts';
import { linear } from '../layers/linear.ts';
import { pairMaskBias } from '../layers/masks.ts';
import { qformerWithText } from '../layers/qformer.ts';
import { reshape, slice } from '../onnx/operators.ts';
import {
  closeSessions,
  floatsOf,
  floatTensor,
  type GraphSession,
  int64Tensor,
  openSessions,
  outputOf,
  type SessionSettings,
  type Tensor,
} from '../runtime/graphSession.ts';
import { type ImageFeatures, type ImageTextMatcher, type MatchResult, storedConfig } from '../runtime/loadedModel.ts';
import { selfTestPixels, summarizeStage } from '../runtime/selfTest.ts';
import { loadTokenizer, type TextTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler, GraphDefinition, RawConfig } from './architecture.ts';
import { matchResults, unitVectors } from './shared/matchingValues.ts';
import { blip2QFormerNames, pictureLinks, publishedQFormerSchema } from './shared/qformer.ts';
import { storedQFormerSchema, storedVisionSchema } from './shared/storedConfig.ts';
import { padRight, positionsOf } from './shared/textBatch.ts';
import { runVisionEncoder, visionEncoderGraph } from './shared/visionTower.ts';

/** The heads of BLIP-2's matching model. */
const matchingNames = {
  itmHead: 'itm_head',
  visionProjection: 'vision_projection',
  textProjection: 'text_projection',
} as const;

/** As kept in model.json. */
const blip2ItmConfigSchema = z.object({
  vision: storedVisionSchema,
  qformer: storedQFormerSchema,
  /** Size of the vectors that image-text contrast compares. */
  embeddingSize: z.int(),
});
type Blip2ItmConfig = z.output<typeof blip2ItmConfigSchema>;

/** The first uploads call the key `qformer_text_input`. */
const readsTextSchema = z
  .object({ use_qformer_text_input: z.boolean().nullish(), qformer_text_input: z.boolean().nullish() })
  .transform((v) => v.use_qformer_text_input ?? v.qformer_text_input ?? false);

const publishedSchema = z.object({
  image_text_hidden_size: z.int().positive().default(256),
  qformer_config: readsTextSchema.refine(Boolean, 'a matching model needs a Q-Former that reads text'),
});

/** Without a class name, it is the Q-Former that reads text which tells the matching model from those that write. */
function isBlip2Itm(config: unknown): boolean {
  const shape = z.object({
    model_type: z.literal('blip-2'),
    architectures: z.array(z.string()).nullish(),
    qformer_config: readsTextSchema.nullish(),
  });
  const { data } = shape.safeParse(config);
  if (data === undefined) return false;
  const { architectures, qformer_config } = data;
  return architectures == null || architectures.length === 0
    ? qformer_config === true
    : architectures.includes('Blip2ForImageTextRetrieval');
}

function parseBlip2ItmConfig({ config }: RawConfig): Blip2ItmConfig {
  const { vision, qformer } = parseConfig(publishedQFormerSchema, config, 'config.json');
  const published = parseConfig(publishedSchema, config, 'config.json');
  return { vision, qformer, embeddingSize: published.image_text_hidden_size };
}

const qformerGraph: GraphDefinition<Blip2ItmConfig> = {
  name: 'qformer',
  part: 'qformer',
  build(context, { vision, qformer, embeddingSize }) {
    const { graph } = context;
    // the picture's tokens are counted when the graph runs: a text alone comes with a single empty one
    const features = graph.input('features', 'float', ['batch', 'patches', vision.hiddenSize]);
    const ids = graph.input('input_ids', 'int64', ['batch', 'text']);
    const positions = graph.input('position_ids', 'int64', ['text']);
    const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens', 'tokens']);
    const read = { ids, positions, selfBias: pairMaskBias(context, mask) };
    const { queries, text } = qformerWithText(context, features, read, blip2QFormerNames, qformer);
    graph.output('itm_logits', linear(context, queries, matchingNames.itmHead, 2)); // [batch, Q, 2]
    graph.output('image_vectors', linear(context, queries, matchingNames.visionProjection, embeddingSize)); // [batch, Q, E]
    const D = qformer.hiddenSize;
    const first = reshape(graph, slice(graph, text, 1, 0, 1), [-1, D], ['batch', D]); // [CLS]
    graph.output('text_vectors', linear(context, first, matchingNames.textProjection, embeddingSize)); // [batch, E]
  },
};

export const blip2ItmCompiler: ArchitectureCompiler<Blip2ItmConfig> = {
  name: 'blip2-itm',
  kind: 'matcher',
  title: 'BLIP-2 matching (ITM and ITC)',
  recognizes: isBlip2Itm,
  parse: parseBlip2ItmConfig,
  configSchema: blip2ItmConfigSchema,
  graphs: [visionEncoderGraph, qformerGraph],
  links: (config) => pictureLinks(blip2QFormerNames, config),
  mayIgnore: () => false,
  facts: ({ vision, qformer }) => ({
    imageSize: vision.imageSize,
    queryTokens: qformer.queryTokens,
    vocabularies: [{ folder: '.', vocabSize: qformer.vocabSize }],
    tokenIds: [],
  }),
};

interface Blip2ItmParts {
  readonly visionEncoder: GraphSession;
  readonly qformer: GraphSession;
  readonly tokenizer: TextTokenizer;
}

export class Blip2ItmModel implements ImageTextMatcher {
  readonly #parts: Blip2ItmParts;
  readonly #config: Blip2ItmConfig;

  private constructor(parts: Blip2ItmParts, config: Blip2ItmConfig) {
    this.#parts = parts;
    this.#config = config;
  }

  static async open(folder: string, manifest: ModelManifest, settings: SessionSettings): Promise<Blip2ItmModel> {
    const config = storedConfig(blip2ItmConfigSchema, manifest, folder);
    const tokenizer = await loadTokenizer(folder);
    const [visionEncoder, qformer] = await openSessions(folder, ['vision_encoder', 'qformer'], settings);
    return new Blip2ItmModel({ visionEncoder, qformer, tokenizer }, config);
  }

  visionOutput(pixelValues: Float32Array): Promise<ImageFeatures> {
    return runVisionEncoder(this.#parts.visionEncoder, pixelValues, this.#config.vision.imageSize);
  }

  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    return this.visionOutput(pixelValues);
  }

  async match(features: ImageFeatures, texts: readonly string[]): Promise<MatchResult[]> {
    if (texts.length === 0) return [];
    const logits = floatsOf(outputOf(await this.#read(features, texts, 'together'), 'itm_logits'));
    const size = 2 * this.#config.qformer.queryTokens;
    return texts.flatMap((_, b) => matchResults(meanLogits(logits.subarray(b * size, (b + 1) * size))));
  }

  async embedImages(features: ImageFeatures): Promise<{ data: Float32Array; vectors: number; size: number }> {
    const { embeddingSize: size, qformer } = this.#config;
    const [batch = 0] = features.dims;
    // the text is out of the queries' sight, so that any will do
    const outputs = await this.#read(features, new Array<string>(batch).fill(''), 'apart');
    const data = unitVectors(floatsOf(outputOf(outputs, 'image_vectors')), size);
    return { data, vectors: qformer.queryTokens, size };
  }

  async embedTexts(texts: readonly string[]): Promise<{ data: Float32Array; size: number }> {
    const { embeddingSize: size, vision } = this.#config;
    if (texts.length === 0) return { data: new Float32Array(0), size };
    const nothing = floatTensor(new Float32Array(texts.length * vision.hiddenSize), [
      texts.length,
      1,
      vision.hiddenSize,
    ]);
    const outputs = await this.#read(nothing, texts, 'apart');
    return { data: unitVectors(floatsOf(outputOf(outputs, 'text_vectors')), size), size };
  }

  unknownParts(text: string): string[] {
    return this.#parts.tokenizer.unknownParts(text);
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const text = 'a photo of a street.';
    const features = await this.encodeImages(selfTestPixels(this.#config.vision.imageSize));
    const [match] = await this.match(features, [text]);
    return [
      summarizeStage('vision', floatsOf(features)),
      summarizeStage('itm', Float32Array.from(match?.logits ?? [])),
      summarizeStage('image vectors', (await this.embedImages(features)).data),
      summarizeStage('text vectors', (await this.embedTexts([text])).data),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeSessions([this.#parts.visionEncoder, this.#parts.qformer]);
  }

  #read(
    features: Tensor,
    texts: readonly string[],
    sight: 'together' | 'apart',
  ): Promise<Readonly<Record<string, Tensor>>> {
    const { tokenizer } = this.#parts;
    const { queryTokens: Q, maxPositions } = this.#config.qformer;
    const rows = texts.map((text) => tokenizer.encode(text, { maxLength: maxPositions }));
    const { ids, length: S } = padRight(rows, tokenizer.padTokenId ?? 0, Q);
    const lengths = rows.map((row) => row.length);
    const mask = pairMask(lengths, { queries: Q, text: S }, sight);
    return this.#parts.qformer.run({
      features,
      input_ids: ids,
      position_ids: positionsOf(S),
      attention_mask: int64Tensor(mask, [texts.length, Q + S, Q + S]),
    });
  }
}

/**
 * Who may look at whom in rows of `queries` query tokens and then `text` places, of which row b fills `textLengths[b]`:
 * [B, T, T]. `together`: every token at every token. `apart`: queries at queries, text at text.
 */
function pairMask(
  textLengths: readonly number[],
  { queries, text }: { readonly queries: number; readonly text: number },
  sight: 'together' | 'apart',
): BigInt64Array {
  const tokens = queries + text;
  const mask = new BigInt64Array(textLengths.length * tokens * tokens);
  for (const [b, length] of textLengths.entries()) {
    for (let from = 0; from < tokens; from++) {
      const start = (b * tokens + from) * tokens;
      const isQuery = from < queries;
      if (isQuery || sight === 'together') mask.fill(1n, start, start + queries);
      if (!isQuery || sight === 'together') mask.fill(1n, start + queries, start + queries + length);
    }
  }
  return mask;
}

/** The head scores every query token; its logits for the pair, [2], are the mean of [Q, 2]. */
function meanLogits(logitsPerQuery: Float32Array): Float32Array {
  const queries = logitsPerQuery.length / 2;
  let [no, yes] = [0, 0];
  for (let q = 0; q < queries; q++) {
    no += (logitsPerQuery[2 * q] ?? Number.NaN) / queries;
    yes += (logitsPerQuery[2 * q + 1] ?? Number.NaN) / queries;
  }
  return Float32Array.of(no, yes);
}
