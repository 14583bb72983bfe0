/** @file Tries a model on this machine: does it load, are its self-test's values met, how fast is it. Main process and server. */
import { promptStyleOf } from '../../native-models/compiler/manifest.ts';
import type { DeviceChoice } from '../../native-models/devices/device.ts';
import { serializeError, VignetteError } from '../../native-models/errors.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import type { ModelTest } from '../../preload/contract/models.ts';
import { problemError } from '../library/catalog/problems.ts';
import type { InstalledModels } from '../library/models/installedModels.ts';
import type { StartedHost } from '../library/openInstalledModel.ts';
import { findPhotos } from '../library/photos/findPhotos.ts';
import { defaultCaptionWording } from '../library/prompting/builtInPresets.ts';

export interface ModelTestParts {
  readonly models: Pick<InstalledModels, 'list'>;
  readonly startHost: () => Omit<StartedHost, 'devices' | 'device'>;
  readonly device: DeviceChoice;
  /** The first picture in it is what the model is tried on. */
  readonly demoFolder: string;
}

/** The first answer pays for what is set up once; the second is what people will see. */
export async function testModel(
  { models, startHost, demoFolder, device: choice }: ModelTestParts,
  modelId: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelTest> {
  const model = (await models.list()).find(({ id }) => id === modelId);
  if (model?.facts === undefined) {
    if (model?.problem !== undefined) throw problemError(model.problem);
    throw new VignetteError('MODEL_NOT_FOUND', `There is no model named ${modelId}.`, { details: { id: modelId } });
  }
  const picture = await firstPicture(demoFolder);
  await using host = startHost();
  // Throws what is wrong with the files. That another device computes it is told by the load.
  await host.verify(model.folder, { signal, device: choice }).catch((error: unknown) => {
    if (serializeError(error).code !== 'DEVICE_UNUSABLE') throw error;
  });
  const { device, notices, loadMs } = await host.load(model.folder, { signal, device: choice });
  if (model.facts.kind === 'matcher') {
    const match = async () => {
      const startMs = performance.now();
      await host.match({ image: picture, texts: ['a photo'] }, { signal });
      return performance.now() - startMs;
    };
    await match();
    return { device, notices, loadMs, passed: true, ms: { total: await match() } };
  }
  const { text, kind } = defaultCaptionWording(promptStyleOf(model.facts));
  const settings = generationSettingsSchema.parse({ stopOnLoop: true });
  const { ms } = await host.answer({ image: picture, prompt: text, kind, settings }, { signal });
  return { device, notices, loadMs, passed: true, ms };
}

async function firstPicture(folder: string): Promise<string> {
  const { photos } = await findPhotos([folder], { cwd: folder });
  const [first] = photos;
  if (first === undefined) throw new VignetteError('NO_DEMO_PHOTOS', `There are no photos in ${folder}.`);
  return first.path;
}
