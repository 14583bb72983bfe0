/** @file Turns a decoder into sequences of token ids: greedy search, sampling, beam search, and answers of a given form. Used in the model host. */

import { beamSearch } from './beamSearch.ts';
import { choose } from './choices.ts';
import type { Decoder } from './decoder.ts';
import type { GenerationSettings } from './generationSettings.ts';
import { greedyOrSample } from './greedyOrSample.ts';
import { createLogitsProcessors, type ExtraRules } from './logitsProcessors.ts';
import { LogitsSource } from './searchTask.ts';
import type { GeneratedSequence } from './stoppingCriteria.ts';
import { createStoppingCriteria, cutText } from './stoppingCriteria.ts';
import { type TagList, tagListFor } from './tagList.ts';
import { forbiddenWordSequences, requireTokenizer, type TokenizerAdapter } from './tokenizerAdapter.ts';

export interface GenerateOptions {
  readonly settings: GenerationSettings;
  readonly eosTokenIds: readonly number[];
  /** Checked before every run of the model; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for every new token, the end token included. Greedy search and sampling report tokens as they are chosen;
   * beam search may still replace any of them, so it reports a sequence's tokens together when that sequence is final.
   */
  readonly onToken?: ((sequenceIndex: number, tokenId: number) => void) | undefined;
  /** Needed by the settings that are about text: stop, forbid, stopOnLoop, choices, tags. */
  readonly text?: TokenizerAdapter | undefined;
  /** Whether a sequence's `text` begins with what was given, as the reference's decoding of all ids does. By default it does. */
  readonly textWithPrompt?: boolean | undefined;
  /**
   * Another decoder for the same prompts, not yet run. With it, more choices than fit side by side are scored in groups;
   * without it, all at once.
   */
  readonly reopen?: (() => Promise<Decoder>) | undefined;
}

/** Answers that are scored side by side: each costs a row of the decoder's cache. */
export const maxScoredRows = 64;

/** One sequence for each of the decoder's, in its order, token for token what transformers' `generate` returns. */
export async function generate(decoder: Decoder, options: GenerateOptions): Promise<GeneratedSequence[]> {
  const { settings } = options;
  if (settings.choices !== undefined) return generateChoice(decoder, settings.choices, options);
  if (settings.tags !== undefined) {
    const list = tagListFor(settings.tags, options.eosTokenIds, requireTokenizer(options.text));
    const sequences = await search(decoder, listSettings(settings, list), options, { form: list.process });
    return sequences.map((sequence, i) => {
      return { ...sequence, text: list.text({ ids: sequence.ids, promptLength: promptLengthOf(decoder, i) }) };
    });
  }
  const forbidden =
    settings.forbid.length > 0 ? forbiddenWordSequences(settings.forbid, requireTokenizer(options.text)) : [];
  const sequences = await search(decoder, settings, options, { forbidden });
  const { text } = options;
  if (text === undefined) return sequences;
  return sequences.map((sequence, i) => {
    const promptLength = promptLengthOf(decoder, i);
    const start = options.textWithPrompt === false ? promptLength : 0;
    const shown = { ...sequence, ids: sequence.ids.slice(start) };
    const cut = cutText(shown, promptLength - start, settings.stop, text);
    return cut === undefined ? sequence : { ...sequence, text: cut };
  });
}

async function search(
  decoder: Decoder,
  wanted: GenerationSettings,
  options: GenerateOptions,
  rules: ExtraRules,
): Promise<GeneratedSequence[]> {
  const eosTokenIds = new Set(options.eosTokenIds);
  // an answer that outgrows the model's positions ends there, like one that reaches the length asked for
  const maxNewTokens = Math.min(wanted.maxNewTokens, decoder.maxNewTokens ?? Number.POSITIVE_INFINITY);
  const settings = { ...wanted, maxNewTokens };
  const task = {
    source: new LogitsSource(decoder, options.signal),
    promptIds: decoder.promptIds,
    settings,
    eosTokenIds,
    processors: createLogitsProcessors(settings, [...eosTokenIds], decoder.vocabSize, rules),
    finishReasonOf: createStoppingCriteria(settings, eosTokenIds, options.text),
    onToken: options.onToken,
  };
  return settings.numBeams > 1 ? beamSearch(task) : greedyOrSample(task);
}

async function generateChoice(
  decoder: Decoder,
  choices: readonly string[],
  { eosTokenIds, signal, onToken, text, reopen }: GenerateOptions,
): Promise<GeneratedSequence[]> {
  let unused: Decoder | undefined = decoder;
  const open = async () => {
    const next = unused ?? (await reopen?.());
    unused = undefined;
    if (next === undefined) throw new TypeError('there is no further decoder');
    return next;
  };
  const maxRows = reopen === undefined ? Number.POSITIVE_INFINITY : maxScoredRows;
  const scoring = { open, eosTokenIds, signal, maxRows };
  const sequences = await choose(choices, decoder.promptIds, requireTokenizer(text), scoring);
  for (const [i, { ids }] of sequences.entries()) {
    for (const id of ids.slice(promptLengthOf(decoder, i))) onToken?.(i, id);
  }
  return sequences;
}

/** The number of tags limits the list, and their form forbids repetition; rules against either could only break it. */
function listSettings(settings: GenerationSettings, list: TagList): GenerationSettings {
  return {
    ...settings,
    maxNewTokens: list.maxTokens,
    minNewTokens: 0,
    repetitionPenalty: 1,
    noRepeatNgramSize: 0,
    stopOnLoop: false,
  };
}

function promptLengthOf(decoder: Decoder, sequence: number): number {
  return decoder.promptIds[sequence]?.length ?? 0;
}
