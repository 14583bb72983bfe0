/**
 * @file Answers with one of the given choices, the one that the model is likeliest to give: by the exact probability of every
 * choice's tokens and of the end after them. Choices with the same beginning are run once as far as it goes. Model host.
 *
 * Sums, not means per token: with the end token counted, the sum is the probability of saying just this, and it is what
 * BLIP ranks the answers of its question answering by (`rank_answer`).
 */
import type { Decoder } from './decoder.ts';
import { GenerationError } from './generationError.ts';
import { LogitsSource } from './searchTask.ts';
import type { ChoiceProbability, GeneratedSequence } from './stoppingCriteria.ts';
import { answerTokenizations, type TokenizerAdapter } from './tokenizerAdapter.ts';
import { type TokenizedText, TokenTrie, type TrieNode } from './tokenTrie.ts';

export interface ChoiceScoring {
  /** A decoder at its start; called again for each further group of answers. */
  readonly open: () => Promise<Decoder>;
  readonly eosTokenIds: readonly number[];
  readonly signal: AbortSignal | undefined;
  /** How many answers may be run side by side. */
  readonly maxRows: number;
}

/** One tokenization of an answer and what the model thinks of it. */
interface TokenizationScore extends TokenizedText {
  readonly logProbability: number;
  /** The likeliest end token after it. */
  readonly endId: number | undefined;
}

/**
 * One sequence for each of the decoder's. A choice's probability is that of all its tokenizations together, among the
 * choices alone; the ids are those of the likeliest tokenization, and the text is the choice as it was written.
 */
export async function choose(
  choices: readonly string[],
  promptIds: readonly (readonly number[])[],
  text: TokenizerAdapter,
  scoring: ChoiceScoring,
): Promise<GeneratedSequence[]> {
  const nameOf = (entry: number) => choices[entry] ?? '';
  const tokenizations = choices.flatMap((choice, entry) =>
    answerTokenizations('choice', choice, text).map((ids) => ({ entry, ids })),
  );
  // Choices with the same tokens are found before the model runs, in whichever groups they would have come.
  const trie = new TokenTrie(nameOf);
  for (const tokenization of tokenizations) trie.add(tokenization);
  const scores = await scoreTokenizations(tokenizations, nameOf, scoring);
  return promptIds.map((prompt, sequence) => chosen(choices, prompt, scores[sequence] ?? []));
}

function chosen(
  choices: readonly string[],
  promptIds: readonly number[],
  scores: readonly TokenizationScore[],
): GeneratedSequence {
  const byChoice = Map.groupBy(scores, ({ entry }) => entry);
  const logProbabilities = choices.map((_, entry) =>
    logSumExp((byChoice.get(entry) ?? []).map(({ logProbability }) => logProbability)),
  );
  const total = logSumExp(logProbabilities);
  const best = logProbabilities.indexOf(Math.max(...logProbabilities));
  const [tokenization] = (byChoice.get(best) ?? []).toSorted((a, b) => b.logProbability - a.logProbability);
  if (tokenization === undefined || total === Number.NEGATIVE_INFINITY) {
    throw new GenerationError('GENERATION_NO_TOKEN_LEFT', 'The model rules out every one of the choices.');
  }
  const probabilities = choices.map((text, entry): ChoiceProbability => {
    return { text, probability: Math.exp((logProbabilities[entry] ?? Number.NEGATIVE_INFINITY) - total) };
  });
  const end = tokenization.endId === undefined ? [] : [tokenization.endId];
  return {
    ids: [...promptIds, ...tokenization.ids, ...end],
    finish: 'eos',
    text: choices[best] ?? '',
    choices: probabilities,
  };
}

/** A node of the tree in one sequence of the batch, and where its logits will be. */
interface Place {
  readonly node: TrieNode;
  readonly sequence: number;
  readonly ids: readonly number[];
  readonly logProbability: number;
  readonly row: number;
}

/** For each sequence of the decoder's batch, every tokenization with its score. */
async function scoreTokenizations(
  tokenizations: readonly TokenizedText[],
  nameOf: (entry: number) => string,
  scoring: ChoiceScoring,
): Promise<TokenizationScore[][]> {
  const sorted = [...tokenizations].sort((a, b) => compareIds(a.ids, b.ids));
  const scores: TokenizationScore[][] = [];
  for (let start = 0; start < sorted.length; ) {
    const decoder = await scoring.open();
    const size = Math.max(1, Math.floor(scoring.maxRows / Math.max(1, decoder.batchSize)));
    const trie = new TokenTrie(nameOf);
    for (const tokenization of sorted.slice(start, start + size)) trie.add(tokenization);
    await scoreTree(trie, decoder, scoring, (sequence, score) => {
      scores[sequence] ??= [];
      scores[sequence].push(score);
    });
    start += size;
  }
  return scores;
}

/** One run of the model for each depth of the tree, all its nodes side by side. */
async function scoreTree(
  trie: TokenTrie,
  decoder: Decoder,
  { eosTokenIds, signal }: ChoiceScoring,
  onScore: (sequence: number, score: TokenizationScore) => void,
): Promise<void> {
  const source = new LogitsSource(decoder, signal);
  let places: Place[] = decoder.promptIds.map((_, sequence) => {
    return { node: trie.root, sequence, ids: [], logProbability: 0, row: sequence };
  });
  let rows = places.length > 0 ? await source.prefill() : [];
  while (places.length > 0) {
    const next: Place[] = [];
    for (const { node, sequence, ids, logProbability, row } of places) {
      const logits = rows[row] ?? new Float32Array(0);
      const total = logSumExp(logits);
      const after = (id: number) => logProbability + ((logits[id] ?? Number.NEGATIVE_INFINITY) - total);
      if (node.entry !== undefined) {
        const ends = eosTokenIds.map(after);
        const endId = eosTokenIds[ends.indexOf(Math.max(...ends))];
        // A model without an end token says nothing about where an answer ends.
        const ended = eosTokenIds.length === 0 ? logProbability : logSumExp(ends);
        onScore(sequence, { entry: node.entry, ids, logProbability: ended, endId });
      }
      for (const [id, child] of node.children) {
        next.push({ node: child, sequence, ids: [...ids, id], logProbability: after(id), row });
      }
    }
    if (next.length > 0) {
      rows = await source.step(
        next.map(({ ids }) => ids.at(-1) ?? 0),
        next.map(({ row }) => row),
      );
    }
    places = next.map((place, row) => ({ ...place, row }));
  }
}

/** log Σ exp, in double precision. */
function logSumExp(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) largest = Math.max(largest, values[i] ?? Number.NaN);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += Math.exp((values[i] ?? Number.NaN) - largest);
  return largest + Math.log(sum);
}

function compareIds(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
