/**
 * @file The fixed pictures and texts that models are compared on, what a model predicts on them, and how far two models agree. Compiler only.
 *
 * B pictures of a run · V vocabulary
 */
import type { LoadedAny } from '../architectures/models.ts';
import { logSoftmaxInPlace } from '../generation/logitsProcessors.ts';
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import { normalise } from '../preprocess/preprocessImage.ts';
import { composePrompt } from '../prompting/composePrompt.ts';
import type { PromptStyle } from '../prompting/promptRequest.ts';
import type { Tensor } from '../runtime/graphSession.ts';
import type { ImageTextMatcher, VisionLanguageModel } from '../runtime/loadedModel.ts';
import { promptStyleOf } from './manifest.ts';
import { ModelError } from './modelError.ts';
import type { Agreement } from './quality.ts';

/** B */
const picturesAtOnce = 4;

/** Of each text, at most. */
const maxTokens = 24;

/** What a model predicted, in an order that is the same for all models. */
export interface Predictions {
  /** Of every prediction: of the next token, [V], or of "no match" and "match". */
  readonly logits: readonly Float32Array[];
  /** For every run of the language model, the tokens of each step, [B]. */
  readonly texts: readonly (readonly Int32Array[])[];
}

/**
 * @param along the float32 model's predictions: its texts are fed, so that one token that differs does not make all that
 * follow differ; without it, every token is the model's own
 * @throws ModelError MODEL_SELF_TEST_FAILED when logits are not finite; the signal's reason
 */
export async function predict(loaded: LoadedAny, along?: Predictions, signal?: AbortSignal): Promise<Predictions> {
  const { manifest } = loaded;
  const logits: Float32Array[] = [];
  const texts: (readonly Int32Array[])[] = [];
  for (let first = 0; first < qualityPictures; first += picturesAtOnce) {
    signal?.throwIfAborted();
    const features = await loaded.model.encodeImages(pixelsOf(first, manifest.image));
    if (loaded.kind === 'matcher') {
      logits.push(...(await matchTexts(loaded.model, features)));
      continue;
    }
    const { model } = loaded;
    for (const prompt of qualityPrompts(promptStyleOf(manifest), (text) => model.fits(text))) {
      signal?.throwIfAborted();
      const generated = await generate(model, features, prompt, { along: along?.texts[texts.length], signal });
      logits.push(...generated.logits);
      texts.push(generated.steps);
    }
  }
  assertFinite(logits);
  return { logits, texts };
}

/** [B, 3, height, width] */
function pixelsOf(first: number, image: Parameters<typeof qualityPicture>[1]): Float32Array {
  const size = 3 * image.width * image.height;
  const pixels = new Float32Array(picturesAtOnce * size);
  for (let i = 0; i < picturesAtOnce; i++) pixels.set(qualityPicture(first + i, image), i * size);
  return pixels;
}

async function matchTexts(model: ImageTextMatcher, features: Tensor): Promise<Float32Array[]> {
  const logits: Float32Array[] = [];
  for (const text of qualityTexts) {
    const matches = await model.match(features, new Array<string>(picturesAtOnce).fill(text));
    logits.push(...matches.map((match) => Float32Array.from(match.logits)));
  }
  return logits;
}

/** Greedy search, or along given tokens (teacher forcing); a row that has ended predicts nothing more. */
async function generate(
  model: VisionLanguageModel,
  features: Tensor,
  prompt: string,
  { along, signal }: { along: readonly Int32Array[] | undefined; signal: AbortSignal | undefined },
) {
  const { decoder } = await model.prepare(features, new Array<string>(picturesAtOnce).fill(prompt));
  const rows = Int32Array.from({ length: picturesAtOnce }, (_, row) => row);
  const ended = new Set<number>();
  const logits: Float32Array[] = [];
  const steps: Int32Array[] = [];
  const limit = Math.min(maxTokens, decoder.maxNewTokens ?? maxTokens);
  let output = await decoder.prefill();
  for (;;) {
    const ofRows = Array.from(rows, (row) => output.slice(row * decoder.vocabSize, (row + 1) * decoder.vocabSize));
    logits.push(...ofRows.filter((_, row) => !ended.has(row)));
    const tokens = along?.[steps.length] ?? Int32Array.from(ofRows, argmax);
    steps.push(tokens);
    for (const [row, token] of tokens.entries()) if (model.eosTokenIds.includes(token)) ended.add(row);
    if (steps.length >= limit || ended.size === rows.length) return { logits, steps };
    signal?.throwIfAborted();
    output = await decoder.step(tokens, rows);
  }
}

function assertFinite(logits: readonly Float32Array[]): void {
  if (logits.every((row) => row.every(Number.isFinite))) return;
  const message =
    'The model computes logits that are not finite: its weights are damaged, or the precision does not suit it.';
  throw new ModelError('MODEL_SELF_TEST_FAILED', message, {});
}

/** How far `found` agrees with float32's `exact`, along whose texts it was predicted. */
export function agreementOf(exact: Predictions, found: Predictions): Agreement {
  const agreement = { equal: 0, confident: 0, confidentEqual: 0, maxLogitDifference: 0 };
  let divergence = 0;
  exact.logits.forEach((wanted, i) => {
    const given = found.logits[i] as Float32Array;
    const token = argmax(wanted);
    const isEqual = argmax(given) === token;
    const [p, q] = [wanted.slice(), given.slice()];
    logSoftmaxInPlace(p);
    logSoftmaxInPlace(q);
    const isConfident = Math.exp(p[token] as number) > 0.5;
    if (isEqual) agreement.equal++;
    if (isConfident) agreement.confident++;
    if (isConfident && isEqual) agreement.confidentEqual++;
    for (let v = 0; v < wanted.length; v++) {
      const difference = Math.abs((given[v] as number) - (wanted[v] as number));
      agreement.maxLogitDifference = Math.max(agreement.maxLogitDifference, difference);
      divergence += Math.exp(p[v] as number) * ((p[v] as number) - (q[v] as number));
    }
  });
  const predictions = exact.logits.length;
  return { pictures: qualityPictures, predictions, ...agreement, meanKlDivergence: divergence / predictions };
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

// Pictures are drawn, so that nothing has to be shipped: soft areas, edges, small objects and noise, as photos have them.

const qualityPictures = 8;

/** Picture i as a model is given it, [3, height, width]: a sky over a ground, with discs and boxes in front. */
function qualityPicture(i: number, config: ImageProcessorConfig): Float32Array {
  const { width, height } = config;
  const random = randomNumbers(i + 1);
  const color = () => [random() * 255, random() * 255, random() * 255] as const;
  const [zenith, haze, ground] = [color(), color(), color()];
  const horizon = 0.4 + 0.4 * random();
  const objects = Array.from({ length: 2 + (i % 4) }, () => {
    return { x: random(), y: random(), size: 0.04 + 0.14 * random(), isRound: random() < 0.5, color: color() };
  });
  const levels = new Uint8Array(width * height * 3);
  for (let at = 0; at < levels.length; at += 3) {
    const [x, y] = [((at / 3) % width) / width, Math.floor(at / 3 / width) / height];
    const object = objects.findLast((candidate) => {
      const [dx, dy] = [Math.abs(x - candidate.x), Math.abs(y - candidate.y)];
      return (candidate.isRound ? Math.hypot(dx, dy) : Math.max(dx, dy)) < candidate.size;
    });
    const noise = 12 * (random() - 0.5);
    for (const c of [0, 1, 2] as const) {
      const sky = zenith[c] + (haze[c] - zenith[c]) * (y / horizon);
      const level = object?.color[c] ?? (y < horizon ? sky : ground[c]);
      levels[at + c] = Math.min(255, Math.max(0, Math.round(level + noise)));
    }
  }
  return normalise(levels, config);
}

/** 0 … 1, the same every time: a linear congruential generator (Numerical Recipes, 7.1). */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a model that writes is given: the beginning of a caption where its family knows them, and a question. */
function qualityPrompts(style: PromptStyle, fits: (prompt: string) => boolean): string[] {
  if (style === 'blip-caption') return ['a photo of', ''];
  const ask = (text: string) => composePrompt(style, { text, kind: 'question', history: [] }, fits).prompt;
  const first = style === 'blip-vqa' ? ask('what is shown in the picture?') : 'a photo of';
  return [first, ask('how many are there?')];
}

/** What a model that matches texts with pictures scores. */
const qualityTexts = ['a boat on the sea', 'two houses in the snow', 'the sky above a green meadow'] as const;
