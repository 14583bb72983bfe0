/** @file The forms of OPT that the reference fixture does not have, against OPT written down plainly in float64. */
import { describe, expect, it } from 'vitest';
import type { QFormerGenerator } from '../../native-models/architectures/shared/qformerGenerator.ts';
import type { OptDims } from '../../native-models/layers/opt.ts';
import { floatsOf } from '../../native-models/runtime/graphSession.ts';
import { selfTestPixels } from '../../native-models/runtime/selfTest.ts';
import type { Tensors } from '../support/editedCheckpoint.ts';
import { naiveOptLogits } from '../support/naiveOpt.ts';
import { openEdited } from '../support/openEdited.ts';
import { relativeError } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixture = 'blip2-opt';
const decoderPath = 'language_model.model.decoder';
const published: OptDims = {
  hiddenSize: 32,
  embeddingSize: 32,
  layers: 3,
  heads: 4,
  mlpSize: 64,
  vocabSize: 421,
  maxPositions: 256,
  activation: 'relu',
  hasBiases: true,
  normalizesFirst: true,
  hasFinalNorm: true,
  tiesEmbeddings: true,
};

/** A matrix of waves: no two rows alike, about as large as the fixture's own weights. */
function waves(rows: number, columns: number, phase: number) {
  const values = Float32Array.from(
    { length: rows * columns },
    (_, i) => 0.4 * Math.sin(phase + 0.7 * i + 1e-3 * i * i),
  );
  return { dtype: 'F32', shape: [rows, columns], data: new Uint8Array(values.buffer) };
}

function narrowEmbeddings(tensors: Tensors): void {
  tensors.set(`${decoderPath}.embed_tokens.weight`, waves(published.vocabSize, 16, 1));
  tensors.set(`${decoderPath}.project_in.weight`, waves(32, 16, 2));
  tensors.set(`${decoderPath}.project_out.weight`, waves(16, 32, 3));
}

function removeFinalNorm(tensors: Tensors): void {
  for (const part of ['weight', 'bias']) tensors.delete(`${decoderPath}.final_layer_norm.${part}`);
}

function removeBiases(tensors: Tensors): void {
  for (const name of tensors.keys()) {
    if (name.startsWith(`${decoderPath}.layers.`) && /(_proj|fc[12])\.bias$/.test(name)) tensors.delete(name);
  }
}

interface Variant {
  readonly title: string;
  readonly dims: Partial<OptDims>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly edit: (tensors: Tensors) => void;
}

const variants: readonly Variant[] = [
  { title: 'as published', dims: {}, config: {}, edit: () => {} },
  {
    title: 'with norms after each part and a narrow embedding table, as the 350M model has',
    dims: { normalizesFirst: false, hasFinalNorm: false, embeddingSize: 16 },
    config: { do_layer_norm_before: false, word_embed_proj_dim: 16 },
    edit(tensors) {
      narrowEmbeddings(tensors);
      removeFinalNorm(tensors);
    },
  },
  {
    title: 'without biases, with an output layer of its own',
    dims: { hasBiases: false, tiesEmbeddings: false },
    config: { enable_bias: false, tie_word_embeddings: false },
    edit(tensors) {
      removeBiases(tensors);
      tensors.set('language_model.lm_head.weight', waves(published.vocabSize, 32, 4));
    },
  },
];

/** The logits after the prompt, and after each of `tokens`. */
async function logitsOf(model: QFormerGenerator, prompt: string, tokens: readonly number[]): Promise<Float32Array[]> {
  const features = await model.encodeImages(selfTestPixels(56));
  const { decoder } = await model.prepare(features, [prompt]);
  const logits = [await decoder.prefill()];
  for (const token of tokens) logits.push(await decoder.step(Int32Array.of(token), Int32Array.of(0)));
  return logits;
}

async function prefixOf(model: QFormerGenerator): Promise<number[][]> {
  const { languagePrefix } = await model.runQFormer(await model.visionOutput(selfTestPixels(56)), ['']);
  const values = Array.from(floatsOf(languagePrefix));
  return Array.from({ length: 8 }, (_, i) => values.slice(i * 32, (i + 1) * 32));
}

describe.each(variants)('OPT $title', ({ dims, config, edit }) => {
  it('computes the same logits for the prompt and for every token after it', async () => {
    await using folder = await temporaryFolder();
    const edited: Tensors = new Map();
    await using model = await openEdited(fixture, folder.path, {
      edit(tensors) {
        edit(tensors);
        for (const [name, tensor] of tensors) edited.set(name, tensor);
      },
      config(whole) {
        whole.text_config = Object.assign({}, whole.text_config, config);
      },
    });
    const [prompt, tokens] = ['how many cats are there?', [17, 300, 5]];
    const ids = model.tokenizer.encode(prompt);
    const prefix = await prefixOf(model);
    for (const [i, ours] of (await logitsOf(model, prompt, tokens)).entries()) {
      const theirs = naiveOptLogits(edited, { ...published, ...dims }, prefix, [...ids, ...tokens.slice(0, i)]);
      expect(relativeError(ours, Float32Array.from(theirs))).toBeLessThanOrEqual(5e-6);
    }
  });
});
