/** @file Answers with one of the given choices: the one that the model is likeliest to say. Used in the model host. */
import { GenerationError } from '../generationError.ts';
import type { ChoiceProbability, GeneratedSequence } from '../searchTask.ts';
import type { TokenizerAdapter } from '../tokenizerAdapter.ts';
import { type ChoiceScoring, logSumExp, scoreTokenizations, type TokenizationScore } from './choiceScores.ts';
import { answerTokenizations } from './tokenizations.ts';
import { TokenTrie } from './tokenTrie.ts';

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
  // Alike choices are found before the model runs, in whichever groups they would have come.
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
