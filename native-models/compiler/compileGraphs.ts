/** @file Builds the graphs of a model and writes them, going on where an earlier import stopped. Compiler only. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RecognizedModel } from '../architectures/compilers.ts';
import { GraphWeights, type WeightSource } from '../checkpoint/graphWeights.ts';
import { layerOf } from '../checkpoint/tensorNames.ts';
import { type AttentionForm, Graph } from '../onnx/graph.ts';
import { type WrittenFile, writeModel } from '../onnx/modelWriter.ts';
import { formatOf, type ModelPart, type Precision, widerFormatOf } from '../quantization/precision.ts';
import type { ImportOptions } from './importCheckpoint.ts';
import type { ImportJournal } from './importJournal.ts';
import { compilerVersion } from './manifest.ts';

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

/** Writes those graphs that are not finished. @returns the files of all */
export async function writeGraphs(
  graphs: readonly ModelGraph[],
  working: string,
  journal: ImportJournal,
  { signal, onProgress }: Pick<ImportOptions, 'signal' | 'onProgress'>,
): Promise<WrittenFile[]> {
  const totalBytes = graphs.reduce((sum, { graph }) => sum + weightBytes(graph), 0);
  const files: WrittenFile[] = [];
  let doneBytes = 0;
  for (const { graph, otherForms, wideLayers } of graphs) {
    signal?.throwIfAborted();
    const finished = journal.filesOf(graph.name, wideLayers);
    if (finished !== undefined) {
      files.push(...finished);
      doneBytes += weightBytes(graph);
      continue;
    }
    for (const name of await readdir(working)) {
      if (name.startsWith(`${graph.name}.`)) await rm(path.join(working, name));
    }
    const written = await writeModel(graph, working, compilerVersion, {
      signal,
      otherForms,
      onWritten(bytes) {
        doneBytes += bytes;
        onProgress?.({ stage: 'compile', doneBytes, totalBytes });
      },
    });
    await journal.add({ graph: graph.name, wideLayers: [...wideLayers], files: written });
    files.push(...written);
  }
  return files;
}

/** Weights that are still to be written. */
export function bytesToWrite(graphs: readonly ModelGraph[], journal: ImportJournal): number {
  const due = graphs.filter(({ graph, wideLayers }) => journal.filesOf(graph.name, wideLayers) === undefined);
  return due.reduce((sum, { graph }) => sum + weightBytes(graph), 0);
}

export function weightBytes(graph: Graph): number {
  return graph.externalInitializers.reduce((sum, { weight }) => sum + weight.sizeBytes, 0);
}
