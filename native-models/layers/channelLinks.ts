/** @file Which channels of a layer can be scaled without changing what it computes, by the paths of its weights. Compiler only. */
import type { ChannelLink } from '../quantization/equalization.ts';

/** A layer norm with scale and shift, `path.weight` and `path.bias`, and the linear layers that read nothing else. */
export function normLink(path: string, readers: readonly string[]): ChannelLink {
  return { producer: { weight: `${path}.weight`, bias: `${path}.bias` }, consumers: readers.map(weightOf) };
}

/** An RMS norm, by its tensor's name, and the linear layers that read nothing else. */
export function scaleLink(tensor: string, readers: readonly string[]): ChannelLink {
  return { producer: { weight: tensor }, consumers: readers.map(weightOf) };
}

/** Rows of one linear layer that another reads, through nothing but sums and products with other things. */
export function rowsLink(
  path: string,
  reader: string,
  { bias = true, firstRow = 0 }: { readonly bias?: boolean; readonly firstRow?: number } = {},
): ChannelLink {
  return {
    producer: { weight: weightOf(path), ...(bias ? { bias: `${path}.bias` } : {}), firstRow },
    consumers: [weightOf(reader)],
  };
}

function weightOf(path: string): string {
  return `${path}.weight`;
}
