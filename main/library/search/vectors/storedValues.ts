/** @file What is kept of the vectors that a model gave: half precision, checked first. Main process, CLI. */
import type { Embedding } from '../../../../native-models/runtime/protocol.ts';
import { maxVector } from './quantize.ts';
import { VectorError } from './vectorError.ts';
import type { VectorShape } from './vectorLayout.ts';

/** A photo's vectors as the model gave them. */
export interface Embedded {
  readonly photoId: number;
  readonly embedding: Embedding;
}

/**
 * Half precision has eleven bits: a cosine changes by some hundred-thousandths, and the files are half as large. What is
 * stored is what counts from then on.
 * @throws VectorError VECTOR_UNSUITABLE
 */
export function storedValues({ photoId, embedding }: Embedded, { vectors, size }: VectorShape): Float16Array {
  const unsuitable = (reason: string) =>
    new VectorError('VECTOR_UNSUITABLE', `A photo’s vectors cannot be kept: ${reason}.`, { photoId });
  if (embedding.vectors !== vectors || embedding.size !== size || embedding.data.length !== vectors * size) {
    const given = `${embedding.vectors} of ${embedding.size} values`;
    throw unsuitable(`there are ${given}, where the others have ${vectors} of ${size}`);
  }
  const values = Float16Array.from(embedding.data);
  for (let v = 0; v < vectors; v++) {
    const squares = values.subarray(v * size, (v + 1) * size).reduce((sum, value) => sum + value * value, 0);
    // also true for what is no number
    if (!(squares <= maxVector ** 2)) throw unsuitable('they are not unit vectors');
  }
  return values;
}
