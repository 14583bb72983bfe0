/** @file A model with an adapter merged into it as what another one is made of. Compiler only. */
import path from 'node:path';
import { Adapter } from '../checkpoint/adapter/adapter.ts';
import { adapterConfigFile } from '../checkpoint/adapter/adapterConfig.ts';
import { MergedTensors } from '../checkpoint/adapter/mergedTensors.ts';
import { locateCheckpoint } from '../checkpoint/hubCache.ts';
import { sha256OfFile } from './fileHash.ts';
import { hashWeights } from './hashWeights.ts';
import type { ModelSource } from './modelSource.ts';

/**
 * `base` with the LoRA adapter in `adapterFolder`; its owner disposes of the result instead of it.
 * @throws CheckpointError what is wrong with the adapter, or that it is not for this model
 */
export async function withAdapter(base: ModelSource, adapterFolder: string): Promise<ModelSource> {
  const { folder, name } = await locateCheckpoint(adapterFolder);
  const adapter = await Adapter.open(folder);
  try {
    return {
      ...base,
      name: `${base.name} + ${name}`,
      tensors: new MergedTensors(base.tensors, adapter),
      // they are the base's
      calibration: undefined,
      floatModel: undefined,
      identity: [base.identity, folder, adapter.files, [...adapter.updates], [...adapter.replacements]],
      async weightFiles(options) {
        const config = await sha256OfFile(path.join(folder, adapterConfigFile), { signal: options.signal });
        return [
          ...(await base.weightFiles(options)),
          ...(await hashWeights(adapter.files, options)),
          { name: adapterConfigFile, ...config },
        ];
      },
      async [Symbol.asyncDispose]() {
        await adapter[Symbol.asyncDispose]();
        await base[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await adapter[Symbol.asyncDispose]();
    throw error;
  }
}
