/** @file How far a device's numbers may be from those that the compiler stored. Pure. */
import type { Device } from './device.ts';

/**
 * By precision: of every value against its stage's root mean square, as in `compareSelfTest`.
 *
 * The values were computed on the CPU. Another CPU adds up in another order; a GPU also has other exponentials, and may
 * multiply in TensorFloat-32 or in float16. Where weights are quantised, the CPU rounds activations to eight bits: a
 * difference in their last bits can become a whole step and grow from layer to layer, and a GPU rounds other ones or none.
 * On SwiftShader, test models of 32 channels differ by up to 0.36 so, and by 4e-5 at most in float32. What such a wide
 * tolerance does not show, the probes of single operators do (`probes.ts`). In float16 the CPU leaves out some roundings
 * that a GPU makes: with all of them, the same test models differ by up to 0.06.
 */
const tolerances: Readonly<Record<string, { readonly cpu: number; readonly gpu: number }>> = {
  fp32: { cpu: 1e-3, gpu: 5e-3 },
  fp16: { cpu: 0.1, gpu: 0.2 },
  int8: { cpu: 0.1, gpu: 0.5 },
  int4: { cpu: 0.1, gpu: 0.5 },
};

/** @throws RangeError for a precision without tolerances */
export function selfTestTolerance(precision: string, device: Device): number {
  const known = tolerances[precision];
  if (known === undefined) throw new RangeError(`no tolerance is known for ${precision}`);
  return device === 'cpu' ? known.cpu : known.gpu;
}
