/**
 * @file Checkpoints in the layout of published uploads against what the reference implementation computes on the same
 * weights: PyTorch's own files, one or in shards; `preprocessor_config.json`; older and missing keys in config.json;
 * buffers that are no weights. `expected.json` names the fixture whose answers hold.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadModel } from '../../native-models/architectures/models.ts';
import { Checkpoint } from '../../native-models/checkpoint/checkpoint.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { generate } from '../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { preprocessImage } from '../../native-models/preprocess/preprocessImage.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import {
  fixturesFolder,
  type ReferenceCase,
  readReferenceCases,
  readReferenceTensor,
} from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const layouts = await Promise.all(
  ['instructblip-t5-legacy', 'blip2-opt-legacy', 'blip-caption-legacy'].map(async (name) => {
    const text = await readFile(path.join(fixturesFolder, name, 'expected.json'), 'utf8');
    const { sameAs } = z.object({ sameAs: z.string() }).parse(JSON.parse(text));
    return { name, sameAs, cases: await readReferenceCases(sameAs) };
  }),
);

function settingsOf({ settings }: ReferenceCase['runs'][number]) {
  return generationSettingsSchema.parse({
    numBeams: settings.num_beams,
    maxNewTokens: settings.max_new_tokens,
    minNewTokens: settings.min_new_tokens,
    lengthPenalty: settings.length_penalty,
    repetitionPenalty: settings.repetition_penalty,
    noRepeatNgramSize: settings.no_repeat_ngram_size,
  });
}

async function tensorBytes(checkpoint: Checkpoint, tensor: string): Promise<Buffer> {
  const bytes = Buffer.alloc(checkpoint.entry(tensor).sizeBytes);
  await checkpoint.read(tensor, 0, bytes);
  return bytes;
}

describe.each(layouts)('$name', ({ name, sameAs, cases }) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let loaded: Awaited<ReturnType<typeof loadModel>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    await importCheckpoint({ source: path.join(fixturesFolder, name), modelsFolder: folder.path, id: 'published' });
    loaded = await loadModel(path.join(folder.path, 'published'), defaultSessionSettings);
  });

  afterAll(async () => {
    await loaded.model[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  it(`holds every tensor of ${sameAs}, bit for bit`, async () => {
    await using published = await Checkpoint.open(path.join(fixturesFolder, name));
    await using current = await Checkpoint.open(path.join(fixturesFolder, sameAs));
    for (const tensor of current.tensorNames()) {
      const { dtype, shape } = current.entry(tensor);
      expect(published.entry(tensor)).toMatchObject({ dtype, shape });
      expect((await tensorBytes(published, tensor)).equals(await tensorBytes(current, tensor)), tensor).toBe(true);
    }
  });

  const runs = cases.flatMap((reference) =>
    reference.runs.map((run, index) => ({ reference, run, title: `${reference.name}, run ${index}` })),
  );

  it.each(runs)(`generates the tokens of ${sameAs}: $title`, async ({ reference, run }) => {
    const { model, manifest } = loaded;
    const stored = await readReferenceTensor(sameAs, `${reference.name}/pixel_values`);
    const { pixelValues } = await preprocessImage(path.join(fixturesFolder, reference.image), manifest.image);
    for (const pixels of [stored, pixelValues]) {
      const { decoder } = await model.prepare(await model.encodeImages(pixels), [reference.prompt]);
      const [sequence] = await generate(decoder, { settings: settingsOf(run), eosTokenIds: model.eosTokenIds });
      // the reference lists a decoder-only model's whole prompt before its answer
      const unlisted = decoder.promptIds[0]?.length === 0 ? (reference.inputs.input_ids?.[0]?.length ?? 0) : 0;
      expect(sequence?.ids).toEqual(run.ids.slice(unlisted));
    }
  });
});
