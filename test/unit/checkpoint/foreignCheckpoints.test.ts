/** @file Folders that are something else than a published checkpoint: what is harmless is imported, the rest is called by its name. */
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { type Tensors, writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let source: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  source = path.join(folder.path, 'checkpoint');
});
afterEach(() => folder[Symbol.asyncDispose]());

const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n';

function importSource(id = 'tiny') {
  return importCheckpoint({ source, modelsFolder: path.join(folder.path, 'models'), id });
}

async function refusal(): Promise<{ code: unknown; message: string }> {
  try {
    await importSource();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was imported');
}

const put = (name: string, content: unknown) =>
  writeFile(path.join(source, name), typeof content === 'string' ? content : JSON.stringify(content));

/** Every tensor under another name. */
function renamed(rename: (name: string) => string) {
  return (tensors: Tensors) => {
    const entries = [...tensors];
    tensors.clear();
    for (const [name, tensor] of entries) tensors.set(rename(name), tensor);
  };
}

const extra = (shape: number[] = []) => ({
  dtype: 'F32',
  shape,
  data: new Uint8Array(4 * shape.reduce((product, dim) => product * dim, 1)),
});

async function selfTestOf(fixture: string, changes: Parameters<typeof writeEditedCheckpoint>[2]) {
  await rm(folder.path, { recursive: true, force: true });
  await mkdir(folder.path);
  await writeEditedCheckpoint(fixture, source, changes);
  const { architecture, selfTest } = await importSource();
  return { architecture, selfTest };
}

describe('a pointer in the place of', () => {
  it.each(['config.json', 'model.safetensors', 'processor_config.json', 'tokenizer.json', 'tokenizer_config.json'])(
    '%s is called a Git LFS pointer',
    async (name) => {
      await writeEditedCheckpoint('blip-caption', source);
      await put(name, lfsPointer);
      const { message } = await refusal();
      expect(message).toContain(name);
      expect(message).toContain('Git LFS pointer');
      expect(message).toContain('git lfs pull');
    },
  );

  it('a shard, and its index', async () => {
    await writeEditedCheckpoint('blip-caption', source, { shards: 3 });
    await put('model-2.safetensors', lfsPointer);
    expect((await refusal()).message).toMatch(/model-2.safetensors is a Git LFS pointer/);
    await put('model.safetensors.index.json', '/annex/objects/SHA256E-s12345--4d7a.json\n');
    expect((await refusal()).message).toMatch(/index.json is a git-annex pointer.*git annex get/);
  });

  it('the weights, as git-annex’s link to content that is not there', async () => {
    await writeEditedCheckpoint('blip-caption', source);
    await rm(path.join(source, 'model.safetensors'));
    await symlink('.git/annex/objects/aa/bb/SHA256E-s1--00/SHA256E-s1--00', path.join(source, 'model.safetensors'));
    expect((await refusal()).message).toMatch(/model.safetensors is a git-annex pointer.*git annex get/);
  });
});

describe('an adapter is called one', () => {
  it.each(['alone', 'beside whole weights'])('%s', async (where) => {
    if (where === 'alone') await mkdir(source);
    else await writeEditedCheckpoint('blip-caption', source);
    await put('adapter_config.json', { peft_type: 'LORA', base_model_name_or_path: 'Salesforce/blip2-opt-2.7b' });
    expect(await refusal()).toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringMatching(/adapter \(LORA\) for Salesforce\/blip2-opt-2.7b.*import BASE --adapter FOLDER/),
    });
  });

  it.each([
    ['base_model.model.query_tokens', renamed((name) => `base_model.model.${name}`)],
    ['lora_A', (tensors: Tensors) => void tensors.set('text_decoder.query.lora_A.default.weight', extra([2, 2]))],
    ['base_layer', renamed((name) => name.replace('.query.', '.query.base_layer.'))],
  ])('by its tensors: %s', async (_, edit) => {
    await writeEditedCheckpoint('blip-caption', source, { edit });
    expect(await refusal()).toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringMatching(/adapter \(PEFT, LoRA\).*merge_and_unload/),
    });
  });
});

describe('quantized weights are called that', () => {
  it.each([
    ['bitsandbytes (8-bit)', { quant_method: 'bitsandbytes', load_in_8bit: true, load_in_4bit: false }],
    ['bitsandbytes (4-bit)', { load_in_4bit: true }],
    ['gptq', { quant_method: 'gptq', bits: 4 }],
  ])('by config.json: %s', async (name, quantization_config) => {
    await writeEditedCheckpoint('blip-caption', source, {
      config: (config) => Object.assign(config, { quantization_config }),
    });
    expect(await refusal()).toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringContaining(`quantized with ${name}`),
    });
  });

  it.each([
    ['bitsandbytes', 'vision_model.encoder.layers.0.mlp.fc1.SCB'],
    ['bitsandbytes', 'vision_model.encoder.layers.0.mlp.fc1.weight.quant_state.bitsandbytes__nf4'],
    ['bitsandbytes', 'vision_model.encoder.layers.0.mlp.fc1.weight.absmax'],
    ['GPTQ', 'language_model.model.layers.0.mlp.up_proj.qweight'],
  ])('by a tensor: %s, %s', async (name, tensor) => {
    await writeEditedCheckpoint('blip-caption', source, {
      edit: (tensors) => void tensors.set(tensor, extra([1])),
    });
    expect(await refusal()).toMatchObject({ code: 'CHECKPOINT_UNSUPPORTED', message: expect.stringContaining(name) });
  });
});

describe('what changes no weight is imported:', () => {
  it('wrappers of training around the names, an index that is missing, settings that are null, buffers', async () => {
    const plain = await selfTestOf('blip-caption', {});
    expect(plain.architecture).toBe('blip-caption');
    const wrapped = (name: string) => `module._orig_mod.${name.replace('vision_model.', 'vision_model._orig_mod.')}`;
    expect(await selfTestOf('blip-caption', { edit: renamed(wrapped) })).toEqual(plain);
    expect(await selfTestOf('blip-caption', { edit: renamed((name) => `module.${name}`), shards: 2 })).toEqual(plain);
    const buffers = (tensors: Tensors) => {
      for (const name of ['vision_model.embeddings.position_ids', 'text_decoder.bert.embeddings.position_ids'])
        tensors.set(name, { dtype: 'I64', shape: [1, 2], data: new Uint8Array(16) });
      tensors.set('logit_scale', extra());
    };
    expect(await selfTestOf('blip-caption', { edit: buffers })).toEqual(plain);
    const nulls = (config: Record<string, unknown>) => {
      const text = config.text_config as Record<string, unknown>;
      Object.assign(text, { pad_token_id: null, eos_token_id: null, sep_token_id: null });
      Object.assign(config, { architectures: null, quantization_config: null, image_token_index: null });
    };
    expect(await selfTestOf('blip-caption', { config: nulls })).toEqual(plain);
  });

  it('shards without their index, all of them', async () => {
    await writeEditedCheckpoint('blip-caption', source, { shards: 3 });
    for (const i of [1, 2, 3])
      await rename(
        path.join(source, `model-${i}.safetensors`),
        path.join(source, `model-0000${i}-of-00003.safetensors`),
      );
    await rm(path.join(source, 'model.safetensors.index.json'));
    const model = await importSource();
    expect(model.source.files.map(({ name }) => name)).toEqual(
      [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`),
    );
    await rm(path.join(source, 'model-00002-of-00003.safetensors'));
    await expect(importSource('other')).rejects.toMatchObject({
      code: 'CHECKPOINT_SHARD_MISSING',
      message: expect.stringContaining('missing: 2'),
    });
  });

  it.each([
    ['blip-vqa', 'blip-vqa'],
    ['blip-itm', 'blip-itm'],
    ['blip2-itm', 'blip2-itm'],
    ['blip2-opt', 'blip2-opt'],
    ['instructblip-t5', 'instructblip-t5'],
  ])('a config without architectures: %s', async (fixture, architecture) => {
    await writeEditedCheckpoint(fixture, source, {
      config: (config) => Object.assign(config, { architectures: null }),
    });
    expect((await importSource()).architecture).toBe(architecture);
  });
});

describe('what is missing is named:', () => {
  it('a tokenizer, where not even its older files are there', async () => {
    await writeEditedCheckpoint('blip-caption', source);
    await rename(path.join(source, 'tokenizer.json'), path.join(source, 'vocab.json'));
    expect(await refusal()).toMatchObject({
      code: 'TOKENIZER_FILE_MISSING',
      message: expect.stringMatching(/tokenizer.json is missing/),
    });
  });

  it.each([
    ['blip.gguf', 'llama.cpp'],
    ['tf_model.h5', 'TensorFlow'],
    ['model.safetensors.incomplete', 'download that has not ended'],
    ['model.fp16.safetensors', 'variant'],
    ['checkpoint.pth', 'training script'],
  ])('weights, where there is %s', async (name, what) => {
    await mkdir(source);
    await put('config.json', {});
    await put(name, 'x');
    expect(await refusal()).toMatchObject({
      code: 'CHECKPOINT_NOT_A_CHECKPOINT',
      message: expect.stringMatching(new RegExp(`${name} .*${what}`)),
    });
  });

  it.each([
    ['a folder of its own', '', '.cache/huggingface/download/abc.incomplete'],
    ['the cache', 'models--a--b/snapshots/ffff', 'models--a--b/blobs/abc.incomplete'],
  ])('a download that has not ended, in %s', async (_, checkpoint, incomplete) => {
    await mkdir(path.join(source, checkpoint), { recursive: true });
    await mkdir(path.dirname(path.join(source, incomplete)), { recursive: true });
    await put(path.join(checkpoint, 'config.json'), {});
    await put(incomplete, 'x');
    source = path.join(source, checkpoint);
    expect(await refusal()).toMatchObject({
      code: 'CHECKPOINT_NOT_A_CHECKPOINT',
      message: expect.stringContaining('its download has not ended'),
    });
  });

  it('a tensor that goes by another name, beside the one that is there', async () => {
    await writeEditedCheckpoint('blip-caption', source, { edit: renamed((name) => `model.${name}`) });
    expect(await refusal()).toMatchObject({
      code: 'CHECKPOINT_TENSOR_MISSING',
      message: expect.stringMatching(/no tensor vision_model\.\S+\. It has model\.vision_model\./),
    });
  });
});

it.skipIf(process.platform === 'win32')(
  'the import reads no file that would never end (Windows has none)',
  async () => {
    await writeEditedCheckpoint('blip-caption', source);
    const config = await readFile(path.join(source, 'config.json'));
    await rm(path.join(source, 'config.json'));
    await symlink('/dev/zero', path.join(source, 'config.json'));
    expect(await refusal()).toMatchObject({
      code: 'CHECKPOINT_CONFIG_INVALID',
      message: expect.stringContaining('regular'),
    });
    await rm(path.join(source, 'config.json'));
    await writeFile(path.join(source, 'config.json'), config);
    await rm(path.join(source, 'tokenizer.json'));
    await symlink('/dev/zero', path.join(source, 'tokenizer.json'));
    expect((await refusal()).message).toMatch(/tokenizer.json is not a regular file/);
  },
);
