/** @file How far a device's numbers may be from those that the compiler stored. Pure. */
import type { Device } from './device.ts';

/**
 * By precision: of every value against its stage's root mean square, as in `compareSelfTest`.
 *
 * The values were computed on the CPU. Another CPU adds up in another order; a GPU also has other exponentials, and may
 * multiply in TensorFloat-32 or in float16. Where weights are quantised, the CPU rounds activations to eight bits, and a
 * difference in their last bits can become a whole step and grow from layer to layer; a GPU does not round them, which is
 * half a percent of the largest output an operator. A device that computes wrongly is far
 * beyond all of these: onnxruntime's faulty attention is off by 4e-2 to 5e-1 in float32.
 */
const tolerances: Readonly<Record<string, { readonly cpu: number; readonly gpu: number }>> = {
  fp32: { cpu: 1e-3, gpu: 5e-3 },
  fp16: { cpu: 1e-2, gpu: 2e-2 },
  int8: { cpu: 1e-1, gpu: 1.5e-1 },
  int4: { cpu: 1e-1, gpu: 1.5e-1 },
};

/** @throws RangeError for a precision without tolerances */
export function selfTestTolerance(precision: string, device: Device): number {
  const known = tolerances[precision];
  if (known === undefined) throw new RangeError(`no tolerance is known for ${precision}`);
  return device === 'cpu' ? known.cpu : known.gpu;
}
