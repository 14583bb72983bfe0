/** @file Importing: what is refused and why, that nothing half-made stays, and that an import that was stopped goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import type { ImportProgress } from '../../../native-models/compiler/importOptions.ts';
import { listModels } from '../../../native-models/compiler/modelStore.ts';
import { verifyModel } from '../../../native-models/compiler/verifyModel.ts';
import { roundThrough, roundTo, type Tensors, writeEditedCheckpoint } from '../../support/editedCheckpoint.ts';
import { present } from '../../support/present.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const fixture = path.join(fixturesFolder, 'instructblip-t5');
const demo = path.join(import.meta.dirname, '../../../resources/demo-model/checkpoint');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let modelsFolder: string;
let source: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  modelsFolder = path.join(folder.path, 'models');
  source = path.join(folder.path, 'Some Checkpoint');
});
afterEach(() => folder[Symbol.asyncDispose]());

const everythingIn = (parent: string) => readdir(parent).catch(() => []);

async function refusal(edit: Parameters<typeof writeEditedCheckpoint>[2]): Promise<unknown> {
  await writeEditedCheckpoint('instructblip-t5', source, edit);
  const error = await importCheckpoint({ source, modelsFolder }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(await everythingIn(modelsFolder)).toEqual([]);
  return error;
}

function change(tensor: string, how: (stored: { dtype: string; shape: number[]; data: Uint8Array }) => void) {
  return (tensors: Tensors) => {
    const stored = tensors.get(tensor);
    if (stored === undefined) throw new Error(`no tensor ${tensor}`);
    how(stored);
  };
}

describe('a checkpoint that does not fit its config is refused, and nothing stays:', () => {
  it('a missing tensor', async () => {
    const edit = (tensors: Tensors) => void tensors.delete('query_tokens');
    expect(await refusal({ edit })).toMatchObject({
      code: 'CHECKPOINT_TENSOR_MISSING',
      details: { tensor: 'query_tokens' },
    });
  });
  it('an extra tensor', async () => {
    const edit = (tensors: Tensors) =>
      void tensors.set('adapter.weight', { dtype: 'F32', shape: [1], data: new Uint8Array(4) });
    expect(await refusal({ edit })).toMatchObject({
      code: 'CHECKPOINT_TENSOR_UNEXPECTED',
      details: { tensors: ['adapter.weight'] },
    });
  });
  it('a tensor of another shape', async () => {
    const edit = change('language_projection.weight', (stored) => {
      stored.shape = [16, 64];
    });
    expect(await refusal({ edit })).toMatchObject({
      code: 'CHECKPOINT_TENSOR_SHAPE',
      details: { shape: [16, 64], expected: [32, 32] },
    });
  });
  it('weights that are whole numbers', async () => {
    const edit = change('language_projection.bias', (stored) => {
      stored.dtype = 'I32';
    });
    expect(await refusal({ edit })).toMatchObject({ code: 'CHECKPOINT_TENSOR_DTYPE', details: { dtype: 'I32' } });
  });
  it('weights that are not numbers', async () => {
    const edit = change('vision_model.post_layernorm.bias', (stored) =>
      new Float32Array(stored.data.buffer).fill(Number.NaN),
    );
    expect(await refusal({ edit })).toMatchObject({ code: 'MODEL_SELF_TEST_FAILED', details: { stage: 'vision' } });
  });
  it('a config of impossible sizes', async () => {
    const config = (raw: Record<string, unknown>) => {
      raw.num_query_tokens = -3;
    };
    expect(await refusal({ config })).toMatchObject({
      code: 'CHECKPOINT_CONFIG_INVALID',
      message: expect.stringContaining('num_query_tokens'),
    });
  });
  it('another architecture, which is named beside those that are supported', async () => {
    const config = (raw: Record<string, unknown>) => {
      raw.architectures = ['LlavaForConditionalGeneration'];
      raw.model_type = 'llava';
      raw.text_config = { model_type: 'mistral' };
    };
    expect(await refusal({ config })).toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringMatching(
        /LlavaForConditionalGeneration with the language model mistral.*Supported: .*InstructBLIP/,
      ),
    });
  });
  it('a missing tokenizer', async () => {
    await writeEditedCheckpoint('instructblip-t5', source);
    await cp(path.join(source, 'tokenizer.json'), path.join(source, 'away.json'));
    await writeFile(path.join(source, 'tokenizer.json'), '{');
    await expect(importCheckpoint({ source, modelsFolder })).rejects.toMatchObject({ name: 'TokenizerError' });
    expect(await everythingIn(modelsFolder)).toEqual([]);
  });
});

describe('names', () => {
  it('are made from the folder when none is given', async () => {
    await cp(fixture, source, { recursive: true });
    expect((await importCheckpoint({ source, modelsFolder })).id).toBe('some-checkpoint');
  });
  it.each(['', '..', '../up', 'a/b', 'Upper', '-x', 'x'.repeat(65)])('may not be "%s"', async (id) => {
    await expect(importCheckpoint({ source: fixture, modelsFolder, id })).rejects.toMatchObject({
      code: 'MODEL_ID_INVALID',
    });
  });
  it('are not taken twice', async () => {
    await importCheckpoint({ source: fixture, modelsFolder, id: 'tiny' });
    await expect(importCheckpoint({ source: fixture, modelsFolder, id: 'tiny' })).rejects.toMatchObject({
      code: 'MODEL_ID_TAKEN',
    });
  });
});

describe('the same weights stored otherwise compile to the same model:', () => {
  const selfTest = async (edit: Parameters<typeof writeEditedCheckpoint>[2], id: string) => {
    const from = path.join(folder.path, `from-${id}`);
    await writeEditedCheckpoint('instructblip-t5', from, edit);
    return (await importCheckpoint({ source: from, modelsFolder, id })).selfTest;
  };
  it('in shards', async () => {
    expect(await selfTest({ shards: 5 }, 'shards')).toEqual(await selfTest({}, 'single'));
  });
  it.each(['BF16', 'F16'] as const)('in %s', async (dtype) => {
    expect(await selfTest({ edit: roundTo(dtype) }, 'half')).toEqual(
      await selfTest({ edit: roundThrough(dtype) }, 'rounded'),
    );
  });
  it('with an output layer of its own, and with the embedding stored under all its names', async () => {
    const edit = (tensors: Tensors) => {
      const shared = tensors.get('language_model.shared.weight');
      if (shared === undefined) throw new Error('no shared embedding');
      for (const name of ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight', 'lm_head.weight']) {
        tensors.set(`language_model.${name}`, shared);
      }
    };
    expect(await selfTest({ edit }, 'untied')).toEqual(await selfTest({}, 'tied'));
  });
});

describe('an import that is stopped', () => {
  /** Half-way, when the vision encoder is written. */
  const stoppedImport = () => {
    const control = new AbortController();
    const onProgress = ({ doneBytes, totalBytes }: ImportProgress) => {
      if (doneBytes > totalBytes / 2) control.abort();
    };
    return importCheckpoint({ source: demo, modelsFolder, id: 'demo', signal: control.signal, onProgress });
  };

  it('leaves no model, goes on with what was finished, and ends as if it had never stopped', async () => {
    await expect(stoppedImport()).rejects.toMatchObject({ name: 'AbortError' });
    expect(await listModels(modelsFolder)).toEqual([]);
    const visionData = path.join(modelsFolder, '.importing-demo', 'vision_encoder.onnx.data');
    const { mtimeMs } = await stat(visionData);

    const progress: ImportProgress[] = [];
    const resumed = await importCheckpoint({
      source: demo,
      modelsFolder,
      id: 'demo',
      onProgress: (p) => progress.push(p),
    });
    expect((await stat(path.join(modelsFolder, 'demo', 'vision_encoder.onnx.data'))).mtimeMs).toBe(mtimeMs);
    expect(progress[0]?.doneBytes).toBeGreaterThan(6_000_000);
    const whole = await importCheckpoint({ source: demo, modelsFolder, id: 'whole' });
    expect(resumed.files).toEqual(whole.files);
    expect(await everythingIn(modelsFolder)).toEqual(['demo', 'whole']);
  });

  it.skipIf(process.platform === 'win32')('goes on after kill -9 (Windows has no signals)', async () => {
    const script = `
      import { importCheckpoint } from ${JSON.stringify(new URL('../../../native-models/compiler/importCheckpoint.ts', import.meta.url).href)};
      await importCheckpoint({ source: ${JSON.stringify(demo)}, modelsFolder: ${JSON.stringify(modelsFolder)}, id: 'demo',
        onProgress: ({ doneBytes }) => { if (doneBytes > 14e6) process.kill(process.pid, 'SIGKILL'); } });`;
    const [, signal] = await once(spawn(process.execPath, ['--input-type=module', '-e', script]), 'exit');
    expect(signal).toBe('SIGKILL');
    expect(await listModels(modelsFolder)).toEqual([]);
    const resumed = await importCheckpoint({ source: demo, modelsFolder, id: 'demo' });
    const whole = await importCheckpoint({ source: demo, modelsFolder, id: 'whole' });
    expect(resumed.files).toEqual(whole.files);
  });

  it('starts afresh when the checkpoint is another one by then', async () => {
    await cp(demo, source, { recursive: true });
    const control = new AbortController();
    const onProgress = ({ doneBytes }: ImportProgress) => {
      if (doneBytes > 14e6) control.abort();
    };
    await expect(
      importCheckpoint({ source, modelsFolder, id: 'demo', signal: control.signal, onProgress }),
    ).rejects.toThrow();
    await utimes(path.join(source, 'model.safetensors'), 1, 1);
    const progress: ImportProgress[] = [];
    await importCheckpoint({ source, modelsFolder, id: 'demo', onProgress: (p) => progress.push(p) });
    expect(progress[0]?.doneBytes).toBeLessThan(6_000_000);
  });

  it('makes anew what was damaged meanwhile', async () => {
    await expect(stoppedImport()).rejects.toMatchObject({ name: 'AbortError' });
    flipLastByte(path.join(modelsFolder, '.importing-demo', 'vision_encoder.onnx.data'));
    await importCheckpoint({ source: demo, modelsFolder, id: 'demo' });
    await verifyModel(path.join(modelsFolder, 'demo'));
  });

  it('is refused while another process is at it', async () => {
    const working = path.join(modelsFolder, '.importing-demo');
    await mkdir(working, { recursive: true });
    await writeFile(path.join(working, 'import.jsonl'), `${JSON.stringify({ fingerprint: 'x', pid: process.ppid })}\n`);
    await expect(importCheckpoint({ source: demo, modelsFolder, id: 'demo' })).rejects.toMatchObject({
      code: 'MODEL_IN_USE',
    });
    expect(await readFile(path.join(working, 'import.jsonl'), 'utf8')).toContain('"fingerprint":"x"');
  });
});

describe('a checkpoint that changes while it is imported is noticed:', () => {
  const weights = () => path.join(source, 'model.safetensors');
  const keepingTimes = (change: () => void) => {
    const { atime, mtime } = statSync(weights());
    change();
    utimesSync(weights(), atime, mtime);
  };
  const ways: readonly (readonly [string, () => void])[] = [
    ['a file that grows', () => appendFileSync(weights(), 'x')],
    ['a file that is written to, its time set back', () => keepingTimes(() => flipLastByte(weights()))],
    [
      'another file of the same size and time in its place',
      () =>
        keepingTimes(() => {
          copyFileSync(weights(), `${weights()}.new`);
          renameSync(`${weights()}.new`, weights());
        }),
    ],
  ];

  it.each(ways)('%s', async (_, change) => {
    await cp(path.join(fixturesFolder, 'blip-caption'), source, { recursive: true });
    // long ago, so that no tick of a clock hides the change
    await utimes(weights(), 1, 1);
    let isChanged = false;
    const onProgress = ({ stage }: ImportProgress) => {
      if (stage !== 'hash' || isChanged) return;
      isChanged = true;
      change();
    };
    await expect(importCheckpoint({ source, modelsFolder, onProgress })).rejects.toMatchObject({
      code: 'CHECKPOINT_CHANGED',
    });
    expect(await everythingIn(modelsFolder)).toEqual([]);
  });
});

function flipLastByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = present(bytes.at(-1)) ^ 1;
  writeFileSync(file, bytes);
}

it('an import says so when the models cannot be written', async () => {
  await writeFile(modelsFolder, 'a file is in the way');
  await expect(importCheckpoint({ source: demo, modelsFolder })).rejects.toMatchObject({ code: 'FOLDER_NOT_WRITABLE' });
});

const why = canMakeSmallDisks ? '' : ' (skipped: a small disk can only be mounted as root on Linux)';
describe.skipIf(!canMakeSmallDisks)(`a disk without room${why}`, () => {
  it('is noticed before anything is written', async () => {
    await using disk = await makeSmallDisk(8);
    const progress: ImportProgress[] = [];
    const full = importCheckpoint({
      source: demo,
      modelsFolder: disk.path,
      id: 'demo',
      onProgress: (p) => progress.push(p),
    });
    await expect(full).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(progress).toEqual([]);
    expect(await everythingIn(disk.path)).toEqual([]);
  });

  it('that fills up meanwhile leaves nothing half-made', async () => {
    await using disk = await makeSmallDisk(24);
    let filling: Promise<void> | undefined;
    const onProgress = ({ doneBytes }: ImportProgress) => {
      if (doneBytes > 4e6)
        filling ??= writeFile(path.join(disk.path, 'somebody-elses-file'), Buffer.alloc(16e6)).catch(() => {});
    };
    await expect(
      importCheckpoint({ source: demo, modelsFolder: disk.path, id: 'demo', onProgress }),
    ).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    await filling;
    expect(await everythingIn(disk.path)).toEqual(['somebody-elses-file']);
  });
});
