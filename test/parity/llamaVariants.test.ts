/** @file The forms of Llama that the reference fixture does not have, each against a form that it does have. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { QFormerGenerator } from '../../native-models/architectures/shared/qformerGenerator.ts';
import { generate } from '../../native-models/generation/generate.ts';
import type { Tensors } from '../support/editedCheckpoint.ts';
import { settingsOf } from '../support/generatorParity.ts';
import { openEdited } from '../support/openEdited.ts';
import { readReferenceCases, readReferenceTensor } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const fixture = 'instructblip-llama';
const [headSize, hiddenSize] = [8, 32];
const cases = await readReferenceCases(fixture);
/** What the reference writes, in the order of `sequencesOf`. */
const published = [0, 1, 2].flatMap((index) => cases.map(({ runs }) => runs[index]?.ids));

/** What the model writes about all pictures of the fixture at once, greedily and by beam search. */
async function sequencesOf(model: QFormerGenerator): Promise<(readonly number[])[]> {
  const pixels = await Promise.all(cases.map(({ name }) => readReferenceTensor(fixture, `${name}/pixel_values`)));
  const size = pixels[0]?.length ?? 0;
  const all = new Float32Array(size * cases.length);
  for (const [i, values] of pixels.entries()) all.set(values, i * size);
  const features = await model.encodeImages(all);
  const written: (readonly number[])[] = [];
  for (const run of cases[0]?.runs ?? []) {
    const prompts = cases.map(({ prompt }) => prompt);
    const { decoder } = await model.prepare(features, prompts);
    const sequences = await generate(decoder, { settings: settingsOf(run), eosTokenIds: model.eosTokenIds });
    written.push(...sequences.map(({ ids }) => ids));
  }
  return written;
}

async function sequencesOfEdited(changes: Parameters<typeof openEdited>[2]): Promise<(readonly number[])[]> {
  await using folder = await temporaryFolder();
  await using model = await openEdited(fixture, folder.path, changes);
  return await sequencesOf(model);
}

function setTextConfig(config: Record<string, unknown>, changes: Readonly<Record<string, unknown>>): void {
  config.text_config = Object.assign({}, config.text_config, changes);
}

/** Makes key and value heads 1 and 3 equal to 0 and 2: then two heads of each serve four heads of queries. */
function pairHeads(tensors: Tensors): void {
  for (const name of keyAndValueNames(tensors)) {
    const tensor = tensors.get(name);
    if (tensor === undefined) continue;
    const values = new Float32Array(tensor.data.slice().buffer);
    const size = headSize * hiddenSize;
    for (const head of [0, 2]) values.copyWithin((head + 1) * size, head * size, (head + 1) * size);
    tensors.set(name, { ...tensor, data: new Uint8Array(values.buffer) });
  }
}

/** Keeps heads 0 and 2 only. */
function dropHeads(tensors: Tensors): void {
  for (const name of keyAndValueNames(tensors)) {
    const tensor = tensors.get(name);
    if (tensor === undefined) continue;
    const values = new Float32Array(tensor.data.slice().buffer);
    const size = headSize * hiddenSize;
    const kept = Float32Array.of(...values.subarray(0, size), ...values.subarray(2 * size, 3 * size));
    tensors.set(name, { ...tensor, shape: [2 * headSize, hiddenSize], data: new Uint8Array(kept.buffer) });
  }
}

function keyAndValueNames(tensors: Tensors): string[] {
  return [...tensors.keys()].filter((name) => /self_attn\.[kv]_proj\.weight$/.test(name));
}

describe('grouped-query attention', () => {
  let paired: (readonly number[])[];

  beforeAll(async () => {
    paired = await sequencesOfEdited({ edit: pairHeads });
  });

  it('writes what a model writes that holds every shared head twice', async () => {
    const grouped = await sequencesOfEdited({
      edit: dropHeads,
      config: (config) => setTextConfig(config, { num_key_value_heads: 2 }),
    });
    expect(grouped).toEqual(paired);
  });

  it('is not what the fixture computes anyway', () => {
    expect(paired).not.toEqual(published);
  });
});

describe('older files', () => {
  it('name the rotary base at the top, carry its frequencies as buffers, and leave out what equals a default', async () => {
    const written = await sequencesOfEdited({
      edit(tensors) {
        for (const i of [0, 1, 2]) {
          const data = new Uint8Array(headSize * 2);
          const name = `language_model.model.layers.${i}.self_attn.rotary_emb.inv_freq`;
          tensors.set(name, { dtype: 'F32', shape: [headSize / 2], data });
        }
      },
      config(config) {
        setTextConfig(config, {
          rope_parameters: undefined,
          rope_theta: 10_000,
          rope_scaling: null,
          num_key_value_heads: undefined,
          head_dim: undefined,
          pad_token_id: -1,
        });
      },
    });
    expect(written).toEqual(published);
  });

  it('have another rotary base where they say so', async () => {
    const written = await sequencesOfEdited({
      config: (config) => setTextConfig(config, { rope_parameters: undefined, rope_theta: 100 }),
    });
    expect(written).not.toEqual(published);
  });

  it('may have no token for the picture’s places: the ids are then those of text and answer', async () => {
    await using folder = await temporaryFolder();
    await using model = await openEdited(fixture, folder.path, {
      config(config) {
        delete config.image_token_index;
      },
    });
    const [reference] = cases;
    const [run] = reference?.runs ?? [];
    if (reference === undefined || run === undefined) throw new Error('the fixture has cases');
    const features = await model.encodeImages(await readReferenceTensor(fixture, `${reference.name}/pixel_values`));
    const { decoder } = await model.prepare(features, [reference.prompt]);
    const [sequence] = await generate(decoder, { settings: settingsOf(run), eosTokenIds: model.eosTokenIds });
    expect(sequence?.ids).toEqual(run.ids.slice(8));
  });

  it('end an answer where their tokenizer says, although their config numbers the end wrongly', async () => {
    await using folder = await temporaryFolder();
    await using model = await openEdited(fixture, folder.path, {
      config: (config) => setTextConfig(config, { eos_token_id: 1, bos_token_id: 0 }),
    });
    expect(model.eosTokenIds).toContain(2);
  });
});

describe('a prompt longer than the model', () => {
  it('is cut so that an answer fits, and an answer that outgrows the model is an error', async () => {
    await using folder = await temporaryFolder();
    await using model = await openEdited(fixture, folder.path, {});
    const features = await model.encodeImages(await readReferenceTensor(fixture, 'case0/pixel_values'));
    const { decoder } = await model.prepare(features, [new Array(10_000).fill('boat').join(' ')]);
    expect(decoder.promptIds[0]).toHaveLength(256 - 64);
    expect(decoder.maxNewTokens).toBe(65);
    await decoder.prefill();
    for (let i = 0; i < 64; i++) await decoder.step(Int32Array.of(300), Int32Array.of(0));
    await expect(decoder.step(Int32Array.of(300), Int32Array.of(0))).rejects.toMatchObject({
      code: 'MODEL_CONTEXT_FULL',
    });
  });
});
