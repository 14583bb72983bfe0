/** @file Greedy search and sampling: one running sequence for each of the batch, one token at a time. */

import { GenerationError } from './generationError.ts';
import { type Random, sequenceRandom } from './random.ts';
import type { SearchTask } from './searchTask.ts';
import type { GeneratedSequence } from './stoppingCriteria.ts';

interface RunningSequence {
  readonly index: number;
  readonly ids: number[];
  readonly promptLength: number;
  readonly random: Random | undefined;
  /** Row of the last step's logits that continues this sequence. */
  row: number;
}

/** A sequence that ends leaves the batch: the others go on as if it had never been there. */
export async function greedyOrSample(task: SearchTask): Promise<GeneratedSequence[]> {
  const { settings, source } = task;
  const results: GeneratedSequence[] = [];
  let running: RunningSequence[] = task.promptIds.map((promptIds, index) => ({
    index,
    ids: [...promptIds],
    promptLength: promptIds.length,
    random: settings.sample ? sequenceRandom(settings.seed, index) : undefined,
    row: index,
  }));
  let rows = running.length > 0 ? await source.prefill() : [];
  while (running.length > 0) {
    const tokens: number[] = [];
    const continuing = running.filter((sequence) => {
      const token = extend(sequence, rows, task);
      const finish = task.finishReasonOf(sequence);
      if (finish !== undefined) results[sequence.index] = { ids: sequence.ids, finish };
      else tokens.push(token);
      return finish === undefined;
    });
    running = continuing;
    if (running.length === 0) break;
    rows = await source.step(
      tokens,
      running.map(({ row }) => row),
    );
    for (const [row, sequence] of running.entries()) sequence.row = row;
  }
  return results;
}

function extend(sequence: RunningSequence, rows: readonly Float32Array[], task: SearchTask): number {
  const scores = rows[sequence.row] ?? new Float32Array(0);
  for (const process of task.processors) process(scores, sequence);
  const likeliest = indexOfLargest(scores);
  if (scores[likeliest] === Number.NEGATIVE_INFINITY) {
    throw new GenerationError('GENERATION_NO_TOKEN_LEFT', 'The generation settings forbid every token.');
  }
  const token = sequence.random === undefined ? likeliest : draw(scores, scores[likeliest] as number, sequence.random);
  sequence.ids.push(token);
  task.onToken?.(sequence.index, token);
  return token;
}

/** Among equals the lowest index, as in the reference. */
function indexOfLargest(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i += 1) {
    if ((scores[i] as number) > (scores[best] as number)) best = i;
  }
  return best;
}

/** One number drawn, whatever the vocabulary: inversion of the cumulative distribution softmax(scores). */
function draw(scores: Float32Array, largest: number, random: Random): number {
  let total = 0;
  for (const score of scores) total += Math.exp(score - largest);
  let remaining = random() * total;
  let last = 0;
  for (let i = 0; i < scores.length; i += 1) {
    const weight = Math.exp((scores[i] as number) - largest);
    if (weight === 0) continue;
    last = i;
    remaining -= weight;
    if (remaining < 0) break;
  }
  return last;
}
