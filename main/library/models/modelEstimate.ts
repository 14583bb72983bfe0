/**
 * @file How a known model would run on a machine whose speed was measured: whether it fits, and for how long a photo takes.
 * An estimate from the floor that no program can beat and from how near ours comes to it (BENCHMARKS.md). Of the CPU; a
 * graphics card is faster. Pure; every process.
 */
import type { Arithmetic, MachineFloor } from '../../../native-models/devices/machineFloor.ts';
import { neededBytes } from '../../../native-models/devices/memory.ts';
import type { Precision } from '../../../native-models/quantization/precision.ts';
import type { ModelWork } from './knownModelWork.ts';

export interface Estimate {
  /** Of an answer of twenty tokens about a photo that was not asked about before; of matching models, of one comparison. */
  readonly answerMs: number;
  /** The part of it that another answer about the same photo would take as well. */
  readonly furtherMs: number;
  /** Memory that the model takes while it works. */
  readonly memoryBytes: number;
}

/** Reading and resizing a photo of twelve megapixels. */
const readingMs = 300;
const tokens = 20;
/** What products of many rows reach of the machine's best throughput. */
const productShare = 0.6;
/** Of a token, a layer: starting its operators, attention, waking threads. */
const layerMs = 0.9;

/** How the parts that read many rows at once are multiplied, and how a prompt passes the decoder. */
const arithmetic: Readonly<Record<Precision, { readonly encoders: Arithmetic; readonly decoder: Arithmetic }>> = {
  fp32: { encoders: 'float', decoder: 'float' },
  // onnxruntime's CPU widens it
  fp16: { encoders: 'float', decoder: 'float' },
  int8: { encoders: 'int8', decoder: 'blocks' },
  int4: { encoders: 'int8', decoder: 'blocks' },
};

/** What the model's weights occupy on the CPU, where float16 is widened. */
export function loadedBytes(work: ModelWork, precision: Precision): number {
  return neededBytes(work.sizes[precision === 'fp16' ? 'fp32' : precision]);
}

export function estimateAnswer(work: ModelWork, precision: Precision, floor: MachineFloor): Estimate {
  const { featureRows, featureWeights, rows, encoderWeights, decoderWeights } = work.prompt;
  const { encoders, decoder } = arithmetic[precision];
  const productMs = (operations: number, kind: Arithmetic) =>
    (operations / (productShare * floor.operationsPerSecond[kind])) * 1e3;
  const encoderOperations = 2 * (featureRows * featureWeights + rows * encoderWeights);
  const visionMs = productMs(work.visionOperations, encoders);
  const promptMs = productMs(encoderOperations, encoders) + productMs(2 * rows * decoderWeights, decoder);
  const stepBytes = work.stepBytes[precision === 'fp16' ? 'fp32' : precision];
  const stepMs = (stepBytes / floor.memoryBytesPerSecond) * 1e3 + layerMs * work.decoderLayers;
  const memoryBytes = loadedBytes(work, precision);
  const furtherMs = promptMs + (work.decoderLayers === 0 ? 0 : (tokens - 1) * stepMs);
  return { answerMs: readingMs + visionMs + furtherMs, furtherMs, memoryBytes };
}

/** Up to this, people wait for a photo without a thought. */
const wellMs = 5000;

/** What a machine's memory leaves to a model, of all that it has: the system and the program want some, too. */
const memoryShare = 0.8;

export type Fit =
  | { readonly type: 'runsWell' | 'slow'; readonly answerMs: number; readonly memoryBytes: number }
  /** It fits; nobody has measured yet how fast this machine is. */
  | { readonly type: 'unmeasured'; readonly memoryBytes: number }
  /** It does not fit so, but would in this precision. */
  | { readonly type: 'fitsNarrower'; readonly precision: Precision; readonly memoryBytes: number }
  | { readonly type: 'doesNotFit'; readonly memoryBytes: number };

/** The widest first, as far as they differ in memory on the CPU. */
const narrower = ['int8', 'int4'] as const;

/** @param floor undefined where this machine was not measured @param totalBytes the machine's memory */
export function fitOf(work: ModelWork, precision: Precision, floor: MachineFloor | undefined, totalBytes: number): Fit {
  const fits = (candidate: Precision) => loadedBytes(work, candidate) <= memoryShare * totalBytes;
  const memoryBytes = loadedBytes(work, precision);
  if (fits(precision)) {
    if (floor === undefined) return { type: 'unmeasured', memoryBytes };
    const { answerMs } = estimateAnswer(work, precision, floor);
    return { type: answerMs <= wellMs ? 'runsWell' : 'slow', answerMs, memoryBytes };
  }
  const other = narrower.find((candidate) => loadedBytes(work, candidate) < memoryBytes && fits(candidate));
  return other === undefined
    ? { type: 'doesNotFit', memoryBytes }
    : { type: 'fitsNarrower', precision: other, memoryBytes };
}
