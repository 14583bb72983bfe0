/** @file Which layers of a quantized model have to be stored wider, found by measuring. Compiler only. */
import type { Agreement, WideLayers } from './quality.ts';

/** How many parts the layers of a graph are tried in. */
const groupsOfGraph = 4;

export interface WideningSteps {
  /** Graphs with the layers that can be wider, those first that gain most by staying narrow. */
  readonly graphs: readonly WideLayers[];
  /** Compiles the model with these layers wide, and compares it with float32. */
  readonly measure: (wide: readonly WideLayers[]) => Promise<Agreement>;
  readonly isEnough: (agreement: Agreement) => boolean;
}

export interface Widened {
  readonly wideLayers: readonly WideLayers[];
  readonly agreement: Agreement;
}

/**
 * Widens all layers, then narrows again whatever need not be wide: whole graphs, and of the others groups of layers that
 * follow each other. So the number of trials does not grow with the number of layers. Where nothing is enough, all layers
 * stay wide.
 */
export async function widenLayers({ graphs, measure, isEnough }: WideningSteps): Promise<Widened> {
  let wideLayers = graphs;
  let agreement = await measure(wideLayers);
  if (!isEnough(agreement)) return { wideLayers, agreement };
  const tryNarrowing = async ({ graph, layers }: WideLayers): Promise<boolean> => {
    const trial = wideLayers.map((wide) => {
      return wide.graph === graph ? { graph, layers: wide.layers.filter((layer) => !layers.includes(layer)) } : wide;
    });
    const found = await measure(trial);
    if (!isEnough(found)) return false;
    [wideLayers, agreement] = [trial, found];
    return true;
  };
  for (const all of graphs) {
    if (await tryNarrowing(all)) continue;
    const size = Math.ceil(all.layers.length / groupsOfGraph);
    for (let first = 0; size < all.layers.length && first < all.layers.length; first += size) {
      await tryNarrowing({ graph: all.graph, layers: all.layers.slice(first, first + size) });
    }
  }
  return { wideLayers: wideLayers.filter(({ layers }) => layers.length > 0), agreement };
}
