/** @file What a compiled model of a fixture computes, to compare one form of it with another. */
import { loadModel } from '../../native-models/architectures/models.ts';
import { generate } from '../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { defaultSessionSettings, floatsOf, type SessionSettings } from '../../native-models/runtime/graphSession.ts';
import { readReferenceCases, readReferenceTensor } from './referenceFixture.ts';

export interface ModelOutputs {
  readonly features: Float32Array;
  /** Of the first new token. */
  readonly logits: Float32Array;
  /** Greedy, and by beam search. */
  readonly sequences: (readonly number[])[];
}

/** What a model computes about the first case of its fixture. */
export async function outputsOf(
  folder: string,
  fixture: string,
  settings: SessionSettings = defaultSessionSettings,
): Promise<ModelOutputs> {
  const [reference] = await readReferenceCases(fixture);
  if (reference === undefined) throw new Error(`${fixture} has no cases`);
  const { model } = await loadModel(folder, settings);
  await using _ = model;
  const features = await model.encodeImages(await readReferenceTensor(fixture, `${reference.name}/pixel_values`));
  const decoderOf = async () => (await model.prepare(features, [reference.prompt])).decoder;
  const logits = (await (await decoderOf()).prefill()).slice();
  const sequences: (readonly number[])[] = [];
  for (const numBeams of [1, 3]) {
    const search = generationSettingsSchema.parse({ numBeams, maxNewTokens: 16, minNewTokens: 16 });
    const [sequence] = await generate(await decoderOf(), { settings: search, eosTokenIds: model.eosTokenIds });
    sequences.push(sequence?.ids ?? []);
  }
  return { features: floatsOf(features).slice(), logits, sequences };
}
