/**
 * @file Finds where in a picture a model takes the words of a text from: how likely each word is after those before it is
 * compared between an empty picture and each part of the picture in question. Needs no gradients and no graph of its own, so
 * that it works with every model that writes and on every device. Model host.
 */
import { LogitsSource } from '../generation/searchTask.ts';
import { possibleTokenizations, type TokenizerAdapter, unknownText } from '../generation/tokenizerAdapter.ts';
import type { Tensor } from '../runtime/graphSession.ts';
import type { PatchSource, VisionLanguageModel } from '../runtime/loadedModel.ts';
import type { ExplainedWord, Explanation } from './explanation.ts';
import { heatOf, regionsOf } from './heatMap.ts';
import { besideEmpty, layViews, patchesAcross, type View, viewsOf } from './views.ts';
import { wordSpans } from './wordSpans.ts';

export interface TextToExplain {
  /** The vision encoder's of one picture, [1, P, D]. */
  readonly vision: Tensor;
  /** Of a picture with nothing on it. */
  readonly empty: Tensor;
  /** As the model takes it. */
  readonly prompt: string;
  readonly text: string;
}

export interface ExplainOptions {
  readonly model: Pick<VisionLanguageModel, 'featuresOf' | 'openPatches' | 'prepare'>;
  readonly tokenizer: TokenizerAdapter;
  /** Whether the text begins with the prompt, which is given and not written. */
  readonly textWithPrompt: boolean;
  /** Views that are run together. */
  readonly rows: number;
  /** Cells in a row of the picture at most. */
  readonly maxGrid: number;
  readonly signal: AbortSignal;
}

/** A long description takes as many steps as it has tokens. */
const maxTokens = 100;

/** @throws GenerationError GENERATION_TEXT_UNKNOWN; the signal's reason */
export async function explainText(
  { vision, empty, prompt, text }: TextToExplain,
  options: ExplainOptions,
): Promise<Omit<Explanation, 'totalMs'>> {
  const { tokenizer, maxGrid, textWithPrompt } = options;
  const grid = Math.min(maxGrid, patchesAcross(vision));
  const given = textWithPrompt ? beginningIn(text, prompt) : 0;
  const patches = await openPatches(besideEmpty(vision, empty), options);
  const read = (views: readonly View[], ids: readonly number[]) =>
    readViews({ patches, prompt }, views, { ids, grid }, options);
  const ids = await likeliestTokens(text.slice(given), options, async (tokens) => {
    return sum((await read(['all'], tokens))[0] ?? []);
  });
  const views = viewsOf(grid);
  const rows: (readonly number[])[] = [];
  for (let start = 0; start < views.length; start += options.rows) {
    rows.push(...(await read(views.slice(start, start + options.rows), ids)));
  }
  const written = wordSpans(text.slice(given), ids.slice(0, rows[0]?.length), (tokens) => tokenizer.decode(tokens));
  const words = written.spans.map(({ start, end, tokens }) => {
    const likelihoods = rows.map((row) => sum(tokens.map((token) => row[token] ?? 0)));
    return { start: start + given, end: end + given, ...explained(likelihoods, grid) };
  });
  return { text: text.slice(0, given) + written.text, grid, words };
}

/** How much of the text is the prompt that it begins with. */
function beginningIn(text: string, prompt: string): number {
  return text.toLowerCase().startsWith(prompt.trim().toLowerCase()) ? prompt.trim().length : 0;
}

/** @param likelihoods of one word, a view each, in the order of `viewsOf` */
function explained(likelihoods: readonly number[], grid: number): Omit<ExplainedWord, 'start' | 'end'> {
  const [withAll = 0, withNothing = 0, ...withCell] = likelihoods;
  const heat = heatOf({ withAll, withNothing, withCell });
  return { gain: withAll - withNothing, heat: heat ?? [], regions: heat === undefined ? [] : regionsOf(heat, grid) };
}

/** Some tokenizers spell a text in two ways, by what stands before it; the model has learned one of them. */
async function likeliestTokens(
  text: string,
  { tokenizer }: ExplainOptions,
  likelihoodOf: (ids: readonly number[]) => Promise<number>,
): Promise<readonly number[]> {
  const tokenizations = possibleTokenizations(text.trim(), tokenizer).map((ids) => ids.slice(0, maxTokens));
  const [first, ...others] = tokenizations;
  if (first === undefined) throw unknownText('text', text);
  if (others.length === 0) return first;
  const scored: { readonly ids: readonly number[]; readonly likelihood: number }[] = [];
  for (const ids of tokenizations) scored.push({ ids, likelihood: await likelihoodOf(ids) });
  return scored.reduce((best, other) => (other.likelihood > best.likelihood ? other : best)).ids;
}

/** The vision encoder's output is the least that is computed of each patch by itself. */
async function openPatches(both: Tensor, { model }: ExplainOptions): Promise<PatchSource> {
  if (model.openPatches !== undefined) return await model.openPatches(both);
  return { prepare: async (lay, prompts) => await model.prepare(await model.featuresOf(lay(both, 1)), prompts) };
}

/** Of each view, the log-probability of each of the tokens after those before it. */
async function readViews(
  { patches, prompt }: { readonly patches: PatchSource; readonly prompt: string },
  views: readonly View[],
  { ids, grid }: { readonly ids: readonly number[]; readonly grid: number },
  { signal }: ExplainOptions,
): Promise<number[][]> {
  signal.throwIfAborted();
  const { decoder } = await patches.prepare(
    (computed, axis) => layViews(computed, views, grid, axis),
    views.map(() => prompt),
  );
  const source = new LogitsSource(decoder, signal);
  const parents = views.map((_, view) => view);
  const likelihoods: number[][] = views.map(() => []);
  const fed = ids.slice(0, decoder.maxNewTokens);
  let logits = await source.prefill();
  for (const [i, id] of fed.entries()) {
    for (const [view, row] of logits.entries()) likelihoods[view]?.push(logProbability(row, id));
    if (i < fed.length - 1)
      logits = await source.step(
        views.map(() => id),
        parents,
      );
  }
  return likelihoods;
}

function logProbability(logits: Float32Array, id: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > largest) largest = logit;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  return (logits[id] ?? Number.NaN) - largest - Math.log(total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
