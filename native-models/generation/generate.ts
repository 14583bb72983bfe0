/** @file Turns a decoder into sequences of token ids: greedy search, sampling and beam search. Used in the model host. */
import type { GenerationSettings } from '../runtime/protocol.ts';
import { beamSearch } from './beamSearch.ts';
import type { Decoder } from './decoder.ts';
import { LogitsSource } from './logitsSource.ts';
import { createLogitsProcessors } from './processors/createLogitsProcessors.ts';
import type { GeneratedSequence, SearchTask } from './searchTask.ts';
import { singleSearch } from './singleSearch.ts';

export interface GenerateOptions {
  readonly settings: GenerationSettings;
  readonly eosTokenIds: readonly number[];
  /** Looked at before every run of the model; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for every new token, the end token included. Greedy search and sampling report tokens as they are chosen;
   * beam search may still replace any of them, so it reports a sequence's tokens together when that sequence is final.
   */
  readonly onToken?: ((sequenceIndex: number, tokenId: number) => void) | undefined;
}

/** One sequence for each of the decoder's, in its order, token for token what transformers' `generate` returns. */
export async function generate(decoder: Decoder, options: GenerateOptions): Promise<GeneratedSequence[]> {
  const { settings } = options;
  const eosTokenIds = new Set(options.eosTokenIds);
  const task: SearchTask = {
    source: new LogitsSource(decoder, options.signal),
    promptIds: decoder.promptIds,
    settings,
    eosTokenIds,
    processors: createLogitsProcessors(settings, [...eosTokenIds], decoder.vocabSize),
    onToken: options.onToken,
  };
  return settings.numBeams > 1 ? beamSearch(task) : singleSearch(task);
}
