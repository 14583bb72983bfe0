/** @file How much of the disk a download takes together with the model that is made of it. Pure; every process. */
import type { PrecisionChoice } from '../../../native-models/quantization/precision.ts';

/**
 * Bytes per weight, generously: scales, embeddings and norms are stored wider than the rest, small heads and matching models
 * not as 4-bit codes at all. The import asks exactly for what it needs. `auto` is fp16 at most, and that on graphics cards
 * only.
 */
const bytesByPrecision: Readonly<Record<PrecisionChoice, number>> = {
  fp32: 4.1,
  fp16: 2.4,
  int8: 1.25,
  int4: 1.1,
  auto: 1.25,
};

/** Tensors that wait for those of a file to come: at most the keys and values of T5's cross-attention, a twentieth of it. */
const carriedShare = 1 / 20;

export interface DownloadedWeights {
  /** How many numbers. */
  readonly weights: number;
  /** Of all weight files. */
  readonly downloadBytes: number;
  /** Of the largest of several files that are compiled as they arrive; undefined where all of them stay until the model is made. */
  readonly largestFileBytes?: number | undefined;
}

/** Bytes at a time, at most. */
export function neededRoom(
  { weights, downloadBytes, largestFileBytes }: DownloadedWeights,
  precision: PrecisionChoice,
): { readonly modelBytes: number; readonly checkpointBytes: number } {
  const checkpointBytes =
    largestFileBytes === undefined ? downloadBytes : largestFileBytes + carriedShare * downloadBytes;
  return { modelBytes: weights * bytesByPrecision[precision], checkpointBytes };
}
