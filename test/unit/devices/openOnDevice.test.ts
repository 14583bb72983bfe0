/** @file On which device a model is opened: the best that computes it rightly, and why not the one that was asked for. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LoadedAny, loadAnyModel } from '../../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { type ModelManifest, readManifest } from '../../../native-models/compiler/manifest.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import type { Device } from '../../../native-models/devices/device.ts';
import { deviceErrorOf } from '../../../native-models/devices/deviceError.ts';
import { type OpeningOptions, type OpeningParts, openOnDevice } from '../../../native-models/devices/openOnDevice.ts';
import type { SessionSettings } from '../../../native-models/runtime/graphSession.ts';
import { noticeText } from '../../../resources/messages/noticeText.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { machineWith, nvidiaFiles } from './machine.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let model: string;
let manifest: ModelManifest;
beforeAll(async () => {
  folder = await temporaryFolder();
  const source = path.join(fixturesFolder, 'blip-caption');
  manifest = await importCheckpoint({ source, modelsFolder: folder.path, id: 'tiny' });
  model = path.join(folder.path, 'tiny');
});
afterAll(() => folder[Symbol.asyncDispose]());
beforeEach(async () => {
  await writeFile(path.join(model, '.devices.json'), '{}');
  asked.length = 0;
});

/** What was opened, in order. */
const asked: string[] = [];

type Behaviour = (settings: SessionSettings, loaded: LoadedAny) => void;

/** Graphics cards that compute as the processor does, unless told otherwise. */
function load(behave: Behaviour = () => {}): OpeningParts['load'] {
  return async (from, settings) => {
    asked.push([settings.device, settings.attention].filter((part) => part !== undefined).join(' '));
    const loaded = await loadAnyModel(from, { device: 'cpu', threads: 1 });
    if (settings.device !== 'cpu') behave(settings, loaded);
    return loaded;
  };
}

const computeWrongly: Behaviour = (_settings, { model: opened }) => {
  const selfTest = opened.selfTest.bind(opened);
  opened.selfTest = async () =>
    (await selfTest()).map((stage) => ({ ...stage, values: stage.values.map((value) => value + 1) }));
};

async function open(options: Partial<OpeningOptions> = {}, behave?: Behaviour, parts: Partial<OpeningParts> = {}) {
  const tried: Device[] = [];
  const { loaded, notices, ...opened } = await openOnDevice({
    folder: model,
    manifest,
    choice: 'auto',
    threads: 1,
    passedOver: [],
    onTrying: (device) => tried.push(device),
    ...options,
    parts: {
      machine: machineWith(nvidiaFiles),
      freeBytesOf: async () => undefined,
      load: load(behave),
      computesFusedAttention: async () => true,
      computesQuantizedMatrices: async () => true,
      computesHalfMatrices: async () => true,
      selfTestMs: async () => 1,
      ...parts,
    },
  });
  await loaded.model[Symbol.asyncDispose]();
  // as a person reads them
  const notice = notices.length === 0 ? undefined : noticeText(notices, texts.en);
  return { ...opened, notice, tried };
}

it('the best device is taken, and nothing is said about it', async () => {
  expect(await open()).toEqual({ device: 'cuda', problems: [], notice: undefined, tried: ['cuda'] });
  expect(asked).toEqual(['cuda fused']);
});

it('without any graphics card it is the CPU, and nothing is said about that', async () => {
  const opened = await open({}, undefined, { machine: machineWith() });
  expect(opened).toEqual({ device: 'cpu', problems: [], notice: undefined, tried: ['cpu'] });
});

it('a device that was asked for and is not there is told of', async () => {
  const { device, notice } = await open({ choice: 'directml' });
  expect(device).toBe('cpu');
  expect(notice).toBe('DirectML exists on Windows only. The CPU is used instead.');
});

it('a card that the processor plays is taken only when it is asked for', async () => {
  const machine = machineWith(['/usr/share/vulkan/icd.d/lvp_icd.json']);
  expect(await open({}, undefined, { machine })).toMatchObject({ device: 'cpu', notice: undefined });
  expect(await open({ choice: 'webgpu' }, undefined, { machine })).toMatchObject({ device: 'webgpu' });
});

it('a device that computes wrongly is told of once, and to who asks for it, and not tried again', async () => {
  const behave: Behaviour = (settings, loaded) => {
    if (settings.device === 'cuda') computeWrongly(settings, loaded);
  };
  const wrong = {
    device: 'webgpu',
    notice: expect.stringMatching(/^CUDA does not compute the model tiny rightly .* WebGPU is used instead\.$/),
  };
  expect(await open({}, behave)).toMatchObject({ ...wrong, tried: ['cuda', 'webgpu'] });
  asked.length = 0;
  expect(await open({}, behave)).toMatchObject({ device: 'webgpu', notice: undefined, tried: ['webgpu'] });
  expect(await open({ choice: 'cuda' }, behave)).toMatchObject({
    device: 'cpu',
    notice: expect.any(String),
    tried: ['cpu'],
  });
  expect(asked).toEqual(['webgpu fused', 'cpu']);
});

it('one whose fused attention is wrong computes the composed form, also the next time', async () => {
  await open({ choice: 'webgpu' }, undefined, { computesFusedAttention: async () => false });
  await open({ choice: 'webgpu' });
  expect(asked).toEqual(['webgpu composed', 'webgpu composed']);
});

it('one that passes the probe and yet computes the fused form of this model wrongly, too', async () => {
  const { device } = await open({ choice: 'webgpu' }, (settings, loaded) => {
    if (settings.attention === 'fused') computeWrongly(settings, loaded);
  });
  expect(device).toBe('webgpu');
  expect(asked).toEqual(['webgpu fused', 'webgpu composed']);
});

it('one that multiplies quantised weights wrongly is not given any', async () => {
  const parts = { computesQuantizedMatrices: async (_device: Device, bits: 4 | 8) => bits !== 4 };
  const choice = 'webgpu';
  expect((await open({ choice, manifest: { ...manifest, precision: 'int8' } }, undefined, parts)).device).toBe(
    'webgpu',
  );
  await writeFile(path.join(model, '.devices.json'), '{}');
  const opened = await open({ choice, manifest: { ...manifest, precision: 'int4' } }, undefined, parts);
  expect(opened).toMatchObject({
    device: 'cpu',
    notice: expect.stringMatching(/^WebGPU does not compute the model tiny/),
  });
});

it('one that multiplies float16 wrongly, or not at all, is not given any, and it is said what to import', async () => {
  const half = { ...manifest, precision: 'fp16' } as const;
  const wrong = { computesHalfMatrices: async () => false };
  expect(await open({ choice: 'webgpu', manifest: half }, undefined, wrong)).toMatchObject({
    device: 'cpu',
    notice: expect.stringMatching(/^WebGPU does not compute the model tiny rightly .* CPU is used instead\. .* fp16/),
  });
  await writeFile(path.join(model, '.devices.json'), '{}');
  const without = {
    computesHalfMatrices: async () => {
      throw new Error('Program Gemm requires f16 but the device does not support it.');
    },
  };
  expect(await open({ choice: 'webgpu', manifest: half }, undefined, without)).toMatchObject({
    device: 'cpu',
    notice: expect.stringMatching(/^This graphics card cannot compute in float16 \(WebGPU\): import .* int8 or int4/),
  });
  expect(asked).toEqual(['cpu', 'cpu']);
});

it('one that multiplies float16 computes it with fused attention where it can, and nothing is said', async () => {
  const half = { ...manifest, precision: 'fp16' } as const;
  expect(await open({ manifest: half })).toMatchObject({ device: 'cuda', notice: undefined });
  expect(asked).toEqual(['cuda fused']);
});

it('float16 on the CPU is said to be made for graphics cards, and to take twice its size there', async () => {
  const half = { ...manifest, precision: 'fp16', sizeBytes: 3e9 } as const;
  const opened = await open({ choice: 'cpu', manifest: half }, undefined, { freeBytesOf: async () => 5e9 });
  expect(opened.notice).toMatch(/^The model tiny is in fp16, which is for graphics cards: .* Import it as int8/);
  expect(opened.notice).toMatch(/needs 5\.9 GB, .* imported in int8, it would fit\.$/);
  expect((await open({ manifest: half }, undefined, { freeBytesOf: async () => 5e9 })).device).toBe('cuda');
});

it('the self-test is run again after the model was imported anew', async () => {
  await open({ choice: 'webgpu' }, computeWrongly);
  expect((await open({ choice: 'webgpu' })).device).toBe('cpu');
  const imported = { ...manifest, importedAt: new Date(0).toISOString() };
  expect((await open({ choice: 'webgpu', manifest: imported })).device).toBe('webgpu');
});

it('a driver that ended the process is remembered; one that was reset is given another chance', async () => {
  const crashed = [{ device: 'webgpu', fault: 'crashed' }] as const;
  const lost = [{ device: 'webgpu', fault: 'lost' }] as const;
  expect((await open({ choice: 'webgpu', passedOver: lost })).notice).toMatch('was lost while it computed');
  expect((await open({ choice: 'webgpu' })).device).toBe('webgpu');
  expect((await open({ choice: 'webgpu', passedOver: crashed })).notice).toMatch('ended the model’s process');
  expect(await open({ choice: 'webgpu' })).toMatchObject({ device: 'cpu', tried: ['cpu'] });
});

it('a device that cannot load the model is told of, and tried again the next time', async () => {
  const outOfMemory: Behaviour = () => {
    throw deviceErrorOf('cuda', new Error('CUDA failure 2: out of memory'));
  };
  const { notice } = await open({ choice: 'cuda' }, outOfMemory);
  expect(notice).toBe('The graphics card ran out of memory (CUDA). The CPU is used instead.');
  expect((await open({ choice: 'cuda' })).device).toBe('cuda');
});

it('a device that cannot do what it is asked to is not tried again, until somebody verifies the model there', async () => {
  const refused: Behaviour = () => {
    throw deviceErrorOf('webgpu', new Error('Failed to get a WebGPU adapter: No supported adapters'));
  };
  const { notice } = await open({ choice: 'webgpu' }, refused);
  expect(notice).toBe('WebGPU finds no graphics card that it can use. The CPU is used instead.');
  expect(await open({ choice: 'webgpu' })).toMatchObject({ device: 'cpu', notice, tried: ['cpu'] });
});

it('a model that is larger than the memory of the card is not even loaded there', async () => {
  const large = { ...manifest, sizeBytes: 5e9 };
  const freeBytesOf = async (device: Device) => (device === 'cpu' ? 64e9 : 4e9);
  const { notice, tried } = await open({ choice: 'cuda', manifest: large }, undefined, { freeBytesOf });
  expect(notice).toBe(
    'The model tiny needs 5.6 GB, and the graphics card has 4.0 GB free (CUDA); imported in fp16, it would fit. The CPU is used instead.',
  );
  expect(tried).toEqual(['cpu']);
});

it('one that is larger than the memory of the machine is loaded with a warning', async () => {
  const large = { ...manifest, sizeBytes: 16e9 };
  const { device, notice } = await open({ choice: 'cpu', manifest: large }, undefined, {
    freeBytesOf: async () => 4.6e9,
  });
  expect(device).toBe('cpu');
  expect(notice).toMatch(/needs 16\.6 GB, and this machine has 4\.6 GB .* slow; imported in int4, it would fit\.$/);
});

it('what is wrong with the model itself is no fault of the device', async () => {
  const damaged = new ModelError('MODEL_MANIFEST_INVALID', 'damaged');
  const behave = () => {
    throw damaged;
  };
  await expect(open({ choice: 'cuda' }, behave)).rejects.toBe(damaged);
});

it('one that is slower than the CPU is used by who asks for it only; that is measured once', async () => {
  let measured = 0;
  const parts = {
    machine: machineWith(['/dev/dri/renderD128', '/usr/share/vulkan/icd.d/intel_icd.json']),
    freeBytesOf: async () => 64e9,
    // the CPU is measured after the card
    selfTestMs: async () => 10 - measured++,
  };
  expect(await open({}, undefined, parts)).toMatchObject({
    device: 'cpu',
    notice: undefined,
    tried: ['webgpu', 'cpu'],
  });
  expect(await open({}, undefined, parts)).toMatchObject({ device: 'cpu', notice: undefined, tried: ['cpu'] });
  expect((await open({ choice: 'webgpu' }, undefined, parts)).device).toBe('webgpu');
  expect(measured).toBe(2);
});

it('one that is faster than the CPU is kept, and that is known the next time', async () => {
  let measured = 0;
  const parts = { freeBytesOf: async () => 64e9, selfTestMs: async () => ++measured };
  expect(await open({}, undefined, parts)).toMatchObject({ device: 'cuda', tried: ['cuda', 'cpu', 'cuda'] });
  expect(await open({}, undefined, parts)).toMatchObject({ device: 'cuda', tried: ['cuda'] });
  expect(measured).toBe(2);
});

it('a record that is damaged only costs another self-test', async () => {
  await writeFile(path.join(model, '.devices.json'), '{"webgpu":{"key":1}');
  expect((await open({ choice: 'webgpu' })).device).toBe('webgpu');
  expect(JSON.parse(await readFile(path.join(model, '.devices.json'), 'utf8'))).toMatchObject({
    webgpu: { verdict: { attention: 'fused' } },
  });
  expect((await readManifest(model)).id).toBe('tiny');
});
