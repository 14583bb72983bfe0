/**
 * @file Compares a quantized model that was just compiled with its float32 form, and stores layers wider until it keeps the
 * quality that its precision promises. Compiler only.
 */
import { loadAnyModel } from '../architectures/models.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import type { Precision } from '../quantization/precision.ts';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import type { ModelGraph } from './compileGraphs.ts';
import { isDiskFull } from './diskFaults.ts';
import { type FloatModel, floatPredictions } from './floatPredictions.ts';
import { writeGraphs } from './graphCompilation.ts';
import type { ImportJournal } from './importJournal.ts';
import { agreementOf, predict } from './predictions.ts';
import { keepsQuality, type Quality, type WideLayers } from './quality.ts';
import { widenLayers } from './widenLayers.ts';

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
