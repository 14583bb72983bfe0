/** @file The bundled model, imported anew from its checkpoint and ready to answer in this process. */
import path from 'node:path';
import { loadModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import type { Precision } from '../../native-models/quantization/precision.ts';
import { Answerer } from '../../native-models/runtime/answerer.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import type { VisionLanguageModel } from '../../native-models/runtime/loadedModel.ts';
import { temporaryFolder } from './temporaryFolder.ts';

export const resources = path.join(import.meta.dirname, '../../resources');

export interface DemoAnswerer extends AsyncDisposable {
  readonly answerer: Answerer;
  readonly model: VisionLanguageModel;
}

interface DemoOptions {
  readonly source?: string;
  readonly precision?: Precision;
  readonly afterImport?: (modelFolder: string) => Promise<void>;
}

export const demoCheckpoint = path.join(resources, 'demo-model/checkpoint');

/** For tests that import the bundled model and ask it everything: they take a minute on a busy machine. */
export const demoTimeoutMs = 180_000;

/** @param options another checkpoint or precision of the model, and what is done to its folder before it is loaded */
export async function openDemoAnswerer(options: DemoOptions = {}): Promise<DemoAnswerer> {
  const { source = demoCheckpoint, precision = 'fp32', afterImport } = options;
  const folder = await temporaryFolder();
  const modelFolder = path.join(folder.path, 'demo');
  const imported = { source, modelsFolder: folder.path, id: 'demo', precision, measuresQuality: false };
  const manifest = await importCheckpoint(imported);
  await afterImport?.(modelFolder);
  const { model } = await loadModel(modelFolder, defaultSessionSettings);
  return {
    answerer: new Answerer(model, manifest, { batch: 4 }),
    model,
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
