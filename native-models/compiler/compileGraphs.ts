/** @file Builds the graphs of a model; no weight is read yet. Compiler only. */
import type { RecognizedModel } from '../architectures/compilers.ts';
import { GraphWeights, type WeightSource } from '../checkpoint/graphWeights.ts';
import { layerOf } from '../checkpoint/tensorNames.ts';
import { type AttentionForm, Graph } from '../onnx/graph.ts';
import { formatOf, type ModelPart, type Precision, widerFormatOf } from '../quantization/precision.ts';

/** A graph of the model, in all its forms. */
export interface ModelGraph {
  readonly graph: Graph;
  readonly otherForms: readonly Graph[];
  readonly part: ModelPart;
  /** Those with matrices, by their prefix in the checkpoint. */
  readonly layers: readonly string[];
  /** Those of them that are stored wider than the precision says. */
  readonly wideLayers: readonly string[];
}

/**
 * All graphs of the model, after checking that they take every tensor of the checkpoint.
 * @param isWide which layers of a graph are stored wider than the precision says
 */
export function buildGraphs(
  recognized: RecognizedModel,
  source: WeightSource,
  precision: Precision,
  isWide: (graph: string, layer: string) => boolean = () => false,
): ModelGraph[] {
  const graphs = recognized.graphs.map(({ name, part, build }) => {
    const layers = new Set<string>();
    const formatOfTensor = (tensor: string) => {
      const layer = layerOf(tensor);
      if (layer === undefined) return formatOf(precision, part);
      layers.add(layer);
      return isWide(name, layer) ? widerFormatOf(precision, part) : formatOf(precision, part);
    };
    const inForm = (attention: AttentionForm) => {
      const graph = new Graph(name, attention);
      build({ graph, weights: new GraphWeights(graph, source, formatOfTensor) });
      return graph;
    };
    const forms = { graph: inForm('fused'), otherForms: [inForm('composed')] };
    return { ...forms, part, layers: [...layers], wideLayers: [...layers].filter((layer) => isWide(name, layer)) };
  });
  source.account.close(recognized.mayIgnore);
  return graphs;
}

export function weightBytes(graph: Graph): number {
  return graph.externalInitializers.reduce((sum, { weight }) => sum + weight.sizeBytes, 0);
}
