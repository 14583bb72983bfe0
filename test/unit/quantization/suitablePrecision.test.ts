/** @file Which precision an import chooses by itself. */
import { describe, expect, it } from 'vitest';
import type { Precision } from '../../../native-models/quantization/precision.ts';
import { suitablePrecision } from '../../../native-models/quantization/suitablePrecision.ts';

const GB = 1e9;
const sizesOf = (fp32: number) => (precision: Precision) => fp32 / { fp32: 1, int8: 4, int4: 5 }[precision];

describe('the precision that suits a machine', () => {
  it.each([
    ['a small model stays exact', 0.1 * GB, 4 * GB, 'fp32'],
    ['8 bits where they leave most of the memory to others', 16 * GB, 24 * GB, 'int8'],
    ['4 bits where they do not', 16 * GB, 8 * GB, 'int4'],
  ])('%s', (_, fp32, memoryBytes, precision) => {
    expect(suitablePrecision(sizesOf(fp32), memoryBytes)).toEqual({
      precision,
      sizes: { fp32, int8: fp32 / 4, int4: fp32 / 5 },
      memoryBytes,
    });
  });
});
