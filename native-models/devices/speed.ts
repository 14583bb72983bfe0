/** @file Whether a model is faster on a graphics card than on the CPU, for who left the choice to us. Model host. */
import type { LoadedAny } from '../architectures/models.ts';
import { selfTestStages } from '../runtime/modelSelfTest.ts';

/** Milliseconds of everything that the self-test computes; a first run pays for what is set up once. */
export async function selfTestMs({ model, manifest }: LoadedAny): Promise<number> {
  await selfTestStages(model, manifest.image);
  const start = performance.now();
  await selfTestStages(model, manifest.image);
  return performance.now() - start;
}
