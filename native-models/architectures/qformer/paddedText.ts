/** @file Token ids of several texts as one tensor. Model host. */
import { int64Tensor, type Tensor } from '../../runtime/graphSession.ts';

export interface PaddedText {
  /** [B, S] */
  readonly ids: Tensor;
  /** [B, Q + S]: the texts' own tokens, and the query tokens in front of them. */
  readonly mask: Tensor;
  /** S */
  readonly length: number;
}

/** Right-padded ids. */
export function padRight(rows: readonly (readonly number[])[], padId: number, queryTokens: number): PaddedText {
  const length = Math.max(...rows.map((row) => row.length));
  const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * (queryTokens + length));
  rows.forEach((row, b) => {
    ids.set(row.map(BigInt), b * length);
    const start = b * (queryTokens + length);
    mask.fill(1n, start, start + queryTokens + row.length);
  });
  return {
    ids: int64Tensor(ids, [rows.length, length]),
    mask: int64Tensor(mask, [rows.length, queryTokens + length]),
    length,
  };
}

/** 0 … length − 1 */
export function positionsOf(length: number): Tensor {
  const positions = Array.from({ length }, (_, i) => i);
  return int64Tensor(positions, [length]);
}
