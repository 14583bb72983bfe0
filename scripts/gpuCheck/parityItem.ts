/**
 * @file One thing to find out about a device: whether it computes a test model in one precision and one form of attention
 * as it should. Runs in a process of its own, since a graphics driver may end it.
 */
import path from 'node:path';
import * as z from 'zod';
import { type LoadedAny, loadAnyModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { type ModelManifest, readManifest } from '../../native-models/compiler/manifest.ts';
import { deviceSchema } from '../../native-models/devices/device.ts';
import { pathExists } from '../../native-models/foreignFile.ts';
import { generate } from '../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { precisionSchema } from '../../native-models/quantization/precision.ts';
import { defaultSessionSettings, type SessionSettings } from '../../native-models/runtime/graphSession.ts';
import { selfTestStages, selfTestTolerance } from '../../native-models/runtime/modelSelfTest.ts';
import { selfTestDifference } from '../../native-models/runtime/selfTest.ts';
import { fixturesFolder, readReferenceCases, readReferenceTensor } from '../../test/support/referenceFixture.ts';

export const parityItemSchema = z.object({
  device: deviceSchema,
  fixture: z.string(),
  precision: precisionSchema,
  attention: z.enum(['fused', 'composed']),
});
export type ParityItem = z.output<typeof parityItemSchema>;

export const parityResultSchema = z.object({
  /** Largest difference of a value from the CPU's, relative to its stage's root mean square; null where there is a problem. */
  difference: z.number().nullable(),
  tolerance: z.number(),
  /** Greedy answers that are the CPU's token for token, of so many. */
  equalAnswers: z.int(),
  answers: z.int(),
  /** Why nothing could be computed. */
  problem: z.string().nullable(),
});
export type ParityResult = z.output<typeof parityResultSchema>;

/** Questions of a fixture, and new tokens of each answer. */
const [maxCases, newTokens] = [2, 12];

/** @param modelsFolder where models are compiled to, and found again by the next item */
export async function checkParity(item: ParityItem, modelsFolder: string): Promise<ParityResult> {
  const { device, attention, precision } = item;
  const folder = await compiled(item, modelsFolder);
  const manifest = await readManifest(folder);
  const found = await computed(folder, manifest, item.fixture, { device, attention, threads: 0 });
  const expected = await computed(folder, manifest, item.fixture, defaultSessionSettings);
  const difference = selfTestDifference(manifest.selfTest, found.stages);
  const equal = expected.answers.filter((ids, i) => ids.join() === found.answers[i]?.join());
  return {
    difference: Number.isFinite(difference) ? difference : null,
    tolerance: selfTestTolerance(precision, device),
    equalAnswers: equal.length,
    answers: expected.answers.length,
    problem: Number.isFinite(difference) ? null : 'It computed values that are no numbers.',
  };
}

async function compiled({ fixture, precision }: ParityItem, modelsFolder: string): Promise<string> {
  const id = `${fixture}-${precision}`;
  const folder = path.join(modelsFolder, id);
  if (!(await pathExists(folder))) {
    const source = path.join(fixturesFolder, fixture);
    await importCheckpoint({ source, modelsFolder, id, precision, measuresQuality: false });
  }
  return folder;
}

async function computed(folder: string, manifest: ModelManifest, fixture: string, settings: SessionSettings) {
  const loaded = await loadAnyModel(folder, settings);
  await using _model = loaded.model;
  const stages = await selfTestStages(loaded.model, manifest.image);
  return { stages, answers: await greedyAnswers(loaded, fixture) };
}

/** Token ids; none of a model that scores. */
async function greedyAnswers(loaded: LoadedAny, fixture: string): Promise<(readonly number[])[]> {
  if (loaded.kind === 'matcher') return [];
  const { model } = loaded;
  const answers: (readonly number[])[] = [];
  for (const { name, prompt } of (await readReferenceCases(fixture)).slice(0, maxCases)) {
    const features = await model.encodeImages(await readReferenceTensor(fixture, `${name}/pixel_values`));
    const { decoder } = await model.prepare(features, [prompt]);
    const settings = generationSettingsSchema.parse({ maxNewTokens: newTokens });
    const [sequence] = await generate(decoder, { settings, eosTokenIds: model.eosTokenIds });
    answers.push(sequence?.ids ?? []);
  }
  return answers;
}
