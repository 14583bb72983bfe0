/**
 * @file BLIP-2's first stage as two graphs: it scores pairs of picture and text (ITM), and embeds either for comparison
 * (ITC). Compiler only.
 * Paper: arXiv:2301.12597, section 3.2. Reference: Blip2ForImageTextRetrieval in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐            ┌ itm_head ─ itm_logits
 * text, who may look at whom ────────┴ qformer ───┼ vision_projection ─ image_vectors
 *                                                 └ text_projection ─ text_vectors
 * ```
 * One Q-Former serves all three: where queries and text may look at each other it scores the pair, and where the mask
 * keeps them apart it computes what the reference computes in two passes, one without text, one without queries.
 */
import { linear } from '../../layers/linear.ts';
import { pairMaskBias } from '../../layers/masks.ts';
import { qformerWithText } from '../../layers/qformer.ts';
import { reshape, slice } from '../../onnx/operators.ts';
import type { ArchitectureCompiler, GraphDefinition } from '../architecture.ts';
import { pictureLinks, visionEncoderGraph } from '../qformer/graphs.ts';
import { blip2QFormerNames, matchingNames } from '../weightNames.ts';
import { type Blip2ItmConfig, blip2ItmConfigSchema, isBlip2Itm, parseBlip2ItmConfig } from './config.ts';

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
