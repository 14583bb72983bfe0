/**
 * @file The numerical self-test of a compiled model: a fixed input through every stage, compared with the values that
 * the compiler stored. A copy that was damaged, or a device that computes wrongly, does not pass.
 */
import type { SelfTestStage } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';

/** How many values of a stage are stored. */
const storedValues = 16;

/** A fixed picture, [1, 3, side, side]: waves of several lengths, so that every patch differs. */
export function selfTestPixels(side: number): Float32Array {
  const pixels = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        pixels[(c * side + y) * side + x] =
          Math.sin(0.37 * x + 1.3 * c) + Math.cos(0.23 * y - 0.7 * c) * Math.sin(0.011 * x * y);
      }
    }
  }
  return pixels;
}

export function summarizeStage(stage: string, output: Float32Array): SelfTestStage {
  let squares = 0;
  for (const value of output) squares += value * value;
  const values = Array.from({ length: Math.min(storedValues, output.length) }, (_, i) => {
    return output[Math.floor((i * output.length) / storedValues)] as number;
  });
  return { stage, norm: Math.sqrt(squares), values };
}

/**
 * @param tolerance largest difference relative to the stage's root mean square that passes
 * @throws ModelError MODEL_SELF_TEST_FAILED, naming the stage
 */
export function compareSelfTest(
  expected: readonly SelfTestStage[],
  actual: readonly SelfTestStage[],
  tolerance: number,
): void {
  for (const stage of expected) {
    const difference = stageDifference(stage, actual);
    // also true for NaN
    if (!(difference <= tolerance)) {
      throw new ModelError(
        'MODEL_SELF_TEST_FAILED',
        `The model does not compute what it did when it was imported (stage ${stage.stage}).`,
        { stage: stage.stage, difference, tolerance },
      );
    }
  }
}

/** The largest difference of all stages, as `compareSelfTest` means it; NaN where a value is none, or a stage is missing. */
export function selfTestDifference(expected: readonly SelfTestStage[], actual: readonly SelfTestStage[]): number {
  return Math.max(0, ...expected.map((stage) => stageDifference(stage, actual)));
}

function stageDifference({ stage, norm, values }: SelfTestStage, actual: readonly SelfTestStage[]): number {
  const found = actual.find((candidate) => candidate.stage === stage);
  if (found === undefined) return Number.NaN;
  const scale = Math.max(rootMeanSquare(values), Number.MIN_VALUE);
  return Math.max(
    Math.abs(found.norm - norm) / Math.max(norm, Number.MIN_VALUE),
    ...values.map((value, i) => Math.abs((found.values[i] ?? Number.NaN) - value) / scale),
  );
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
}
