/**
 * @file Compares a quantized model that was just compiled with its float32 form, and stores layers wider until it keeps the
 * quality that its precision promises. Compiler only.
 */
import { loadAnyModel } from '../architectures/models.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import type { Precision } from '../quantization/precision.ts';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import type { ModelGraph } from './compileGraphs.ts';
import { type FloatModel, floatPredictions } from './floatPredictions.ts';
import { writeGraphs } from './graphCompilation.ts';
import type { ImportJournal } from './importJournal.ts';
import { isDiskFull } from './modelError.ts';
import { agreementOf, predict } from './predictions.ts';
import { type Agreement, keepsQuality, type Quality, type WideLayers } from './quality.ts';

export interface QuantizedModel extends Omit<FloatModel, 'graphs'> {
  readonly precision: Precision;
  /** All graphs, in a precision, with these layers wider. */
  readonly build: (precision: Precision, wide: readonly WideLayers[]) => readonly ModelGraph[];
  readonly journal: ImportJournal;
}

/**
 * @returns what was measured, and the files of all graphs as they are then
 * @throws ModelError MODEL_SELF_TEST_FAILED when a model computes values that are not finite; the signal's reason
 */
export async function measureQuality(
  model: QuantizedModel,
): Promise<{ readonly quality: Quality; readonly files: readonly WrittenFile[] }> {
  const { precision, build, journal, working, signal } = model;
  const graphs = build(precision, []);
  let files: readonly WrittenFile[] = graphs.flatMap(({ graph }) => journal.filesOf(graph.name, []) ?? []);
  const exact = await floatPredictions({ ...model, graphs: build('fp32', []) });
  if ('type' in exact) return { quality: exact, files };
  /** Writes those graphs again whose wide layers have changed. */
  const compile = async (wide: readonly WideLayers[]) => {
    files = await writeGraphs(build(precision, wide), working, journal, { signal });
  };
  const measure = async () => {
    const loaded = await loadAnyModel(working, defaultSessionSettings);
    await using _ = loaded.model;
    return agreementOf(exact, await predict(loaded, exact, signal));
  };
  const agreement = await measure();
  if (keepsQuality(precision, agreement)) return { quality: { type: 'measured', ...agreement, wideLayers: [] }, files };
  try {
    const widened = await widenLayers({
      // float32 costs an encoder more speed than eight bits cost a decoder
      graphs: graphs
        .toSorted((a, b) => Number(a.part === 'decoder') - Number(b.part === 'decoder'))
        .map(({ graph, layers }) => ({ graph: graph.name, layers: [...layers] })),
      isEnough: (found) => keepsQuality(precision, found),
      async measure(wide) {
        await compile(wide);
        return await measure();
      },
    });
    // the last trial may not have been the best
    await compile(widened.wideLayers);
    const { wideLayers } = widened;
    return { quality: { type: 'measured', ...widened.agreement, wideLayers: [...wideLayers] }, files };
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    // the narrow layers had room before
    await compile([]);
    return { quality: { type: 'measured', ...agreement, wideLayers: [], lacksRoom: true }, files };
  }
}

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
