/** @file What becomes of onnxruntime's errors, by the device that they happen on; with a double of onnxruntime. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { GraphSession } from '../../../native-models/runtime/graphSession.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  for (const name of ['decoder.onnx', 'decoder.composed.onnx']) await writeFile(path.join(folder.path, name), 'Gemm');
});
afterAll(() => folder[Symbol.asyncDispose]());
afterEach(() => vi.restoreAllMocks());

/** Sessions whose runs do what they are told. */
function createSessions(run: () => Promise<never> = () => Promise.reject(new Error('not run in this test'))) {
  const session = { inputNames: [], run, release: async () => undefined } as unknown as ort.InferenceSession;
  return vi.spyOn(ort.InferenceSession, 'create').mockResolvedValue(session);
}

function failSessions(message: string): void {
  vi.spyOn(ort.InferenceSession, 'create').mockRejectedValue(new Error(message));
}

describe('a graph', () => {
  it.each([
    ['cpu', 'cpu', 'decoder.onnx'],
    ['webgpu', 'webgpu', 'decoder.composed.onnx'],
    ['directml', 'dml', 'decoder.composed.onnx'],
    ['cuda', 'cuda', 'decoder.composed.onnx'],
  ] as const)('is opened on %s by the provider %s', async (device, provider, file) => {
    const create = createSessions();
    await GraphSession.open(folder.path, 'decoder', { device, threads: 0 });
    expect(create).toHaveBeenCalledWith(
      path.join(folder.path, file),
      expect.objectContaining({ executionProviders: [provider] }),
    );
  });

  it('takes the form of attention that a device was found to compute', async () => {
    const create = createSessions();
    await GraphSession.open(folder.path, 'decoder', { device: 'webgpu', threads: 0, attention: 'fused' });
    expect(create).toHaveBeenCalledWith(path.join(folder.path, 'decoder.onnx'), expect.anything());
  });

  it.each([
    ['Gemm MatMulNBits', '0'],
    ['MatMulIntegerToFloat', '1'],
  ])('with the products %s is loaded with disable_prepacking %s', async (products, disabled) => {
    const create = createSessions();
    await writeFile(path.join(folder.path, 'products.onnx'), products);
    await GraphSession.open(folder.path, 'products', { device: 'cpu', threads: 0 });
    expect(create.mock.lastCall?.[1]).toMatchObject({ extra: { session: { disable_prepacking: disabled } } });
  });

  it.each(['cpu', 'webgpu'] as const)('that is missing is damaged, and no fault of the device %s', async (device) => {
    const open = GraphSession.open(folder.path, 'qformer', { device, threads: 0 });
    await expect(open).rejects.toMatchObject({ code: 'MODEL_DAMAGED', details: { graph: 'qformer' } });
  });

  it('that does not fit on a card is a fault of the card; on the CPU, of the machine', async () => {
    failSessions('Failed to allocate memory for requested buffer of size 4194304');
    await expect(GraphSession.open(folder.path, 'decoder', { device: 'cuda', threads: 0 })).rejects.toMatchObject({
      name: 'DeviceError',
      code: 'DEVICE_OUT_OF_MEMORY',
      details: { device: 'cuda' },
    });
    await expect(GraphSession.open(folder.path, 'decoder', { device: 'cpu', threads: 0 })).rejects.toMatchObject({
      name: 'ModelError',
      code: 'OUT_OF_MEMORY',
    });
  });

  it('that cannot be loaded is damaged on the CPU only: a card may lack what it needs', async () => {
    failSessions('no kernel for Softmax');
    const open = (device: 'cpu' | 'webgpu') => GraphSession.open(folder.path, 'decoder', { device, threads: 0 });
    await expect(open('webgpu')).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await expect(open('cpu')).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
  });
});

describe('a run', () => {
  const failure = new Error('WebGPU device lost (2): the GPU process was reset');

  it('during which the card disappears says so', async () => {
    createSessions(() => Promise.reject(failure));
    const session = await GraphSession.open(folder.path, 'decoder', { device: 'webgpu', threads: 0 });
    await expect(session.run({})).rejects.toMatchObject({ code: 'DEVICE_LOST', cause: failure });
  });

  it('that fails on the CPU has its own error', async () => {
    createSessions(() => Promise.reject(failure));
    const session = await GraphSession.open(folder.path, 'decoder', { device: 'cpu', threads: 0 });
    await expect(session.run({})).rejects.toBe(failure);
  });
});
