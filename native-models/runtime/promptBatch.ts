/**
 * @file Prompts that are to be read at the same time, in one run of whatever comes before the decoder's steps: Q-Former, text
 * encoder, and the prompt itself. Those whose lengths lie close together, so that little is computed for padding. Model host.
 */
import type { Decoder } from '../generation/decoder.ts';
import type { DecodingBatch, Slot } from './decodingBatch.ts';
import type { ImageFeatures, PreparedDecoder, VisionLanguageModel } from './loadedModel.ts';
import { RequestBatcher } from './requestBatcher.ts';
import { stackRows } from './tensorRows.ts';

export interface PromptRequest {
  readonly slot: Slot;
  /** Of one picture, [1, P, D]. */
  readonly features: ImageFeatures;
  readonly prompt: string;
}

interface MeasuredRequest extends PromptRequest {
  /** Of the prompt, in tokens of the language model. */
  readonly length: number;
}

/** In tokens; query tokens come on top of the prompt's, so that this is little. */
const maxPadding = 8;

/** As long as the largest models take for one picture: a question in the chat waits for that anyway. */
const maxRunMs = 2000;

export class PromptBatch {
  readonly #model: VisionLanguageModel;
  readonly #batch: DecodingBatch;
  readonly #runs: RequestBatcher<MeasuredRequest, PreparedDecoder>;
  /** Whether the model's decoders can be run together; known once there has been one. */
  #canShare = false;

  /** @param maxRequests of one run */
  constructor(model: VisionLanguageModel, batch: DecodingBatch, maxRequests: number) {
    this.#model = model;
    this.#batch = batch;
    this.#runs = new RequestBatcher({
      maxRequests,
      maxRunMs,
      run: (requests) => this.#read(requests),
      fits: (first, other) => this.#canShare && Math.abs(first.length - other.length) <= maxPadding,
    });
  }

  /** The decoder of one request, its prompt read; an urgent one does not wait for others. */
  async read(request: PromptRequest): Promise<PreparedDecoder> {
    const { length } = this.#model.tokenizer.encode(request.prompt);
    const measured = { ...request, length };
    if (!request.slot.isUrgent) return await this.#runs.add(measured);
    const [prepared] = await this.#read([measured]);
    return prepared as PreparedDecoder;
  }

  async #read(requests: readonly MeasuredRequest[]): Promise<readonly PreparedDecoder[]> {
    const features = requests.map((request) => request.features);
    const stacked = features.length === 1 ? (features[0] as ImageFeatures) : stackRows(features, 'after');
    const prompts = requests.map(({ prompt }) => prompt);
    const { decoder, ...ms } = await this.#model.prepare(stacked, prompts);
    this.#canShare = decoder.joined !== undefined;
    const slots = requests.map(({ slot }) => slot);
    const start = performance.now();
    const read = await Promise.all(this.#batch.share(slots, decoder).map(promptRead));
    const encoderMs = ms.encoderMs + performance.now() - start;
    return read.map((own) => ({ ...ms, encoderMs, decoder: own }));
  }
}

/** A decoder whose prompt was read, as one that is still to read it. */
async function promptRead(decoder: Decoder): Promise<Decoder> {
  const logits = await decoder.prefill();
  const { batchSize, vocabSize, promptIds, maxNewTokens } = decoder;
  return {
    batchSize,
    vocabSize,
    promptIds,
    maxNewTokens,
    prefill: async () => logits,
    step: (...row) => decoder.step(...row),
  };
}
