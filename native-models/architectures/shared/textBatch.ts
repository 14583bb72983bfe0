/** @file Token ids of several texts as one input of a graph, padded behind. Model host. */
import { int64Tensor, type Tensor } from '../../runtime/graphSession.ts';

export interface TextInput {
  /** Padded behind, [B, S]. */
  readonly ids: Tensor;
  /** 0 … S−1, [1, S]. */
  readonly positions: Tensor;
  /** Which tokens are no padding, [B, S]. */
  readonly mask: Tensor;
  /** The same for every token that looks, [B, S, S]. */
  readonly pairMask: Tensor;
}

export function textInput(rows: readonly (readonly number[])[], padId: number): TextInput {
  const B = rows.length;
  const S = Math.max(...rows.map((row) => row.length));
  const ids = new BigInt64Array(B * S).fill(BigInt(padId));
  const mask = new BigInt64Array(B * S);
  const pairMask = new BigInt64Array(B * S * S);
  for (const [b, row] of rows.entries()) {
    ids.set(row.map(BigInt), b * S);
    mask.fill(1n, b * S, b * S + row.length);
    for (let s = 0; s < S; s++) pairMask.fill(1n, (b * S + s) * S, (b * S + s) * S + row.length);
  }
  return {
    ids: int64Tensor(ids, [B, S]),
    positions: int64Tensor(
      Array.from({ length: S }, (_, i) => i),
      [1, S],
    ),
    mask: int64Tensor(mask, [B, S]),
    pairMask: int64Tensor(pairMask, [B, S, S]),
  };
}

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
