/** @file The assembled kernel against the plain loop that it replaces. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceSha256 } from '../../../../main/library/search/vectors/generated/scanKernel.ts';
import { ScanKernel } from '../../../../main/library/search/vectors/scanKernel.ts';

/** Numbers that look random and are the same every time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

function plainProducts(kernel: ScanKernel, start: number, count: number, rowBytes: number): number[] {
  const rows = new Int8Array(kernel.bytes.buffer, kernel.bytes.byteOffset + start, count * rowBytes);
  return Array.from({ length: count }, (_, row) =>
    kernel.query.reduce((sum, value, i) => sum + value * (rows[row * rowBytes + i] ?? Number.NaN), 0),
  );
}

it('the scan kernel was assembled from the text beside it: `npm run generate:kernel` after a change', async () => {
  const source = path.resolve('main/library/search/vectors/scanKernel.wat');
  expect(
    createHash('sha256')
      .update(await readFile(source))
      .digest('hex'),
  ).toBe(sourceSha256);
});

describe('products of a query and rows', () => {
  it.each([
    [16, 1],
    [32, 4],
    [256, 7],
    [512, 33],
  ])('of %i bytes, %i rows, are those of the plain loop', (rowBytes, count) => {
    const kernel = new ScanKernel(rowBytes, count, 48 + count * rowBytes);
    const random = numbers(rowBytes + count);
    for (let i = 0; i < rowBytes; i++) kernel.query[i] = random.next().value >>> 16;
    for (let i = 0; i < kernel.bytes.length; i++) {
      // −128 is not a code
      kernel.bytes[i] = Math.max(-127, (random.next().value >>> 24) - 128);
    }
    kernel.run(48, count);
    expect([...kernel.products.subarray(0, count)]).toEqual(plainProducts(kernel, 48, count, rowBytes));
  });

  it('hold the largest sums that can occur', () => {
    const kernel = new ScanKernel(512, 4, 4 * 512);
    kernel.query.fill(32767);
    kernel.bytes.fill(127);
    kernel.run(0, 4);
    expect([...kernel.products]).toEqual(new Array(4).fill(512 * 127 * 32767));
    kernel.bytes.fill(-127);
    kernel.run(0, 4);
    expect([...kernel.products]).toEqual(new Array(4).fill(-512 * 127 * 32767));
  });

  it('are none where there are no rows', () => {
    const kernel = new ScanKernel(16, 4, 64);
    kernel.products.fill(7);
    kernel.run(0, 0);
    expect([...kernel.products]).toEqual([7, 7, 7, 7]);
  });
});
