/** @file Which precision an import chooses by itself. */
import { describe, expect, it } from 'vitest';
import type { Precision } from '../../../native-models/quantization/precision.ts';
import { suitablePrecision } from '../../../native-models/quantization/suitablePrecision.ts';

const GB = 1e9;
const sizesOf = (fp32: number) => (precision: Precision) => fp32 / { fp32: 1, fp16: 2, int8: 4, int4: 5 }[precision];

describe('the precision that suits a machine', () => {
  it.each([
    ['a small model stays exact', 0.1 * GB, 4 * GB, 'fp32'],
    ['8 bits where they leave most of the memory to others', 16 * GB, 24 * GB, 'int8'],
    ['4 bits where they do not', 16 * GB, 8 * GB, 'int4'],
  ])('%s', (_, fp32, memoryBytes, precision) => {
    expect(suitablePrecision(sizesOf(fp32), memoryBytes)).toEqual({
      precision,
      sizes: { fp32, fp16: fp32 / 2, int8: fp32 / 4, int4: fp32 / 5 },
      memoryBytes,
      card: null,
    });
  });

  it.each([
    ['16 bits where they fit', 12, true, 'fp16'],
    ['8 bits where they do not', 6, true, 'int8'],
    ['8 bits on a card without float16', 12, false, 'int8'],
    ['4 bits where 8 do not fit either', 4, true, 'int4'],
  ])('on a graphics card: %s', (_, free, hasFloat16, precision) => {
    const card = { device: 'cuda', freeBytes: free * GB, hasFloat16 } as const;
    expect(suitablePrecision(sizesOf(16 * GB), 8 * GB, card)).toMatchObject({
      precision,
      card: { name: 'CUDA', freeBytes: free * GB },
    });
  });

  it('is what suits the CPU where the model is too large for the card', () => {
    const card = { device: 'cuda', freeBytes: 2 * GB, hasFloat16: true } as const;
    expect(suitablePrecision(sizesOf(16 * GB), 24 * GB, card)).toMatchObject({ precision: 'int8', card: null });
  });

  it('is fp32 for a small model, on a card too', () => {
    const card = { device: 'cuda', freeBytes: 12 * GB, hasFloat16: true } as const;
    expect(suitablePrecision(sizesOf(0.1 * GB), 24 * GB, card)).toMatchObject({ precision: 'fp32', card: null });
  });
});
