/**
 * @file Gives one attention layer of T5's decoder values that nearly cancel, and leaves what it computes as it is: one
 * channel of each pair of values gets a multiple of the other, which the output projection subtracts again. No scale that
 * is moved between the two can undo that, so the layer needs more bits than its neighbours.
 */
import { t5Names } from '../../native-models/architectures/shared/t5.ts';
import { floatsIn, type Tensors } from './editedCheckpoint.ts';

/** Edits `tensors` in place. @returns the layer's prefix in the checkpoint */
export function addCancellingValues(tensors: Tensors, { layer, factor }: { layer: number; factor: number }): string {
  const { value, output } = t5Names.decoderLayer(layer).crossAttention;
  const [values, outputs] = [`${value}.weight`, `${output}.weight`].map((name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`no tensor ${name}`);
    return { floats: floatsIn(tensor), columns: tensor.shape[1] as number };
  }) as [Matrix, Matrix];
  for (let first = 0; first < outputs.columns; first += 2) {
    for (let i = 0; i < values.columns; i++) {
      const at = first * values.columns + i;
      values.floats[at] =
        (values.floats[at] ?? Number.NaN) + factor * (values.floats[at + values.columns] ?? Number.NaN);
    }
    for (let at = first; at < outputs.floats.length; at += outputs.columns) {
      outputs.floats[at + 1] = (outputs.floats[at + 1] ?? Number.NaN) - factor * (outputs.floats[at] ?? Number.NaN);
    }
  }
  return value.replace(/\.layer\..*/, '');
}

interface Matrix {
  readonly floats: Float32Array;
  readonly columns: number;
}
