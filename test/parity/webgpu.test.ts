/**
 * @file The WebGPU provider, on SwiftShader, the software Vulkan that comes with Chromium: one architecture of each kind
 * computes what the CPU does and writes the reference's greedy tokens. Correctness only; its speed says nothing.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAnyModel } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { computesFusedAttention, computesQuantizedMatrices } from '../../native-models/devices/probes.ts';
import { generate } from '../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { Graph } from '../../native-models/onnx/graph.ts';
import { relu } from '../../native-models/onnx/operators.ts';
import { floatsOf } from '../../native-models/runtime/graphSession.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import { selfTestStages, selfTestTolerance } from '../../native-models/runtime/modelSelfTest.ts';
import { compareSelfTest } from '../../native-models/runtime/selfTest.ts';
import { findVulkanLoader, swiftShader } from '../../scripts/findChromium.ts';
import { fixturesFolder, readReferenceCases, readReferenceTensor, relativeError } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const canRun = existsSync(swiftShader) && findVulkanLoader() !== undefined;
const why = canRun ? '' : ' (skipped: needs Debian’s chromium and libvulkan1)';
// read by the Vulkan loader when the first session is made
process.env.VK_DRIVER_FILES ??= swiftShader;

const settings = { device: 'webgpu', threads: 0 } as const;
/** Of ‖ours − theirs‖ / ‖theirs‖, and of every value against the stage's root mean square in the self-test. */
const tolerance = 1e-3;

async function importAndLoad(source: string, folder: string) {
  const manifest = await importCheckpoint({ source, modelsFolder: folder, id: 'm' });
  const loaded = await loadAnyModel(path.join(folder, 'm'), settings);
  return { manifest, loaded };
}

/** A minute on a quiet machine, for a software adapter; on a busy one several. */
const timeoutMs = 300_000;

/** What the device compiled for one model serves the next as long as any session is open. */
let kept: ort.InferenceSession | undefined;
beforeAll(async () => {
  if (canRun) kept = await openSmallSession();
});
afterAll(() => kept?.release());

async function openSmallSession(): Promise<ort.InferenceSession> {
  const graph = new Graph('kept');
  graph.output('y', relu(graph, graph.input('x', 'float', [1])));
  return await ort.InferenceSession.create(graph.serialize('test', []), { executionProviders: ['webgpu'] });
}

describe.skipIf(!canRun)(`on WebGPU${why}`, { timeout: timeoutMs }, () => {
  // T5, OPT, Llama and BLIP's decoder; with and without an instructed Q-Former; two cases each, for it takes its time
  it.each(['instructblip-t5', 'blip2-opt', 'instructblip-llama', 'blip-caption', 'blip-vqa'])(
    '%s computes the reference’s features and writes its greedy tokens',
    async (fixture) => {
      await using folder = await temporaryFolder();
      const { manifest, loaded } = await importAndLoad(path.join(fixturesFolder, fixture), folder.path);
      if (loaded.kind !== 'generator') throw new Error('the fixture does not write');
      await using model = loaded.model;
      compareSelfTest(manifest.selfTest, await selfTestStages(model, manifest.image), tolerance);
      for (const { name, prompt, runs } of (await readReferenceCases(fixture)).slice(0, 2)) {
        const pixels = await readReferenceTensor(fixture, `${name}/pixel_values`);
        const vision = await readReferenceTensor(fixture, `${name}/vision`);
        expect(relativeError(floatsOf(await model.visionOutput(pixels)), vision)).toBeLessThanOrEqual(tolerance);
        const run = runs.find(({ settings: { num_beams } }) => num_beams === 1);
        if (run === undefined) throw new Error('the fixture has no greedy run');
        const { decoder } = await model.prepare(await model.encodeImages(pixels), [prompt]);
        const [sequence] = await generate(decoder, {
          settings: generationSettingsSchema.parse({ maxNewTokens: run.settings.max_new_tokens }),
          eosTokenIds: model.eosTokenIds,
        });
        // decoder-only models: the reference's ids may begin with image tokens that the decoder does not count
        expect(sequence?.ids.slice(-run.settings.max_new_tokens)).toEqual(run.ids.slice(-run.settings.max_new_tokens));
      }
    },
  );

  it.each(['blip2-itm', 'blip-itm'])('%s scores as on the CPU', async (fixture) => {
    await using folder = await temporaryFolder();
    const { manifest, loaded } = await importAndLoad(path.join(fixturesFolder, fixture), folder.path);
    if (loaded.kind !== 'matcher') throw new Error('the fixture does not score');
    await using model = loaded.model;
    compareSelfTest(manifest.selfTest, await selfTestStages(model, manifest.image), tolerance);
    for (const { name, prompt } of await readReferenceCases(fixture)) {
      const features = await model.encodeImages(await readReferenceTensor(fixture, `${name}/pixel_values`));
      const [match] = await model.match(features, [prompt]);
      const expected = await readReferenceTensor(fixture, `${name}/itm_logits`);
      expect(relativeError(Float32Array.from(match?.logits ?? []), expected)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('its operators for quantised weights compute what the CPU’s do, and its fused attention does not', async () => {
    expect(await computesQuantizedMatrices('webgpu', 4)).toBe(true);
    expect(await computesQuantizedMatrices('webgpu', 8)).toBe(true);
    expect(await computesFusedAttention('cpu')).toBe(true);
    expect(await computesFusedAttention('webgpu')).toBe(false);
  });

  it.each([
    ['instructblip-t5', 'int4'],
    ['instructblip-llama', 'int8'],
    ['blip-caption', 'int4'],
    ['blip-itm', 'int8'],
  ] as const)('%s in %s passes its self-test', async (fixture, precision) => {
    await using folder = await temporaryFolder();
    const source = path.join(fixturesFolder, fixture);
    const options = { source, modelsFolder: folder.path, id: 'm', precision, measuresQuality: false };
    const manifest = await importCheckpoint(options);
    const { model } = await loadAnyModel(path.join(folder.path, 'm'), settings);
    await using _model = model;
    const stages = await selfTestStages(model, manifest.image);
    compareSelfTest(manifest.selfTest, stages, selfTestTolerance(precision, 'webgpu'));
  });

  it('a model is loaded on it after its self-test, which finds out whether the fused attention is right', async () => {
    await using folder = await temporaryFolder();
    await importCheckpoint({ source: path.join(fixturesFolder, 'blip-caption'), modelsFolder: folder.path, id: 'm' });
    const notices: unknown[] = [];
    await using host = ModelHost.start({ onNotice: (told) => notices.push(told) });
    expect(await host.load(path.join(folder.path, 'm'), { device: 'webgpu' })).toMatchObject({ device: 'webgpu' });
    expect(notices).toEqual([]);
    const records = await readFile(path.join(folder.path, 'm/.devices.json'), 'utf8');
    // SwiftShader's is wrong
    expect(JSON.parse(records)).toMatchObject({ webgpu: { verdict: { attention: 'composed' } } });
    // nobody who does not ask for it gets a card that the processor plays
    expect(await host.load(path.join(folder.path, 'm'), { device: 'auto' })).toMatchObject({ device: 'cpu' });
    expect(await host.verify(path.join(folder.path, 'm'), { device: 'webgpu' })).toMatchObject({ device: 'webgpu' });
    await expect(host.verify(path.join(folder.path, 'm'), { device: 'directml' })).rejects.toMatchObject({
      code: 'DEVICE_UNUSABLE',
      details: { problems: [{ code: 'windowsOnly', params: { device: 'directml' } }] },
    });
  });

  it('a model in fp16 is not computed where the adapter has no float16, and it is said why', async () => {
    await using folder = await temporaryFolder();
    const source = path.join(fixturesFolder, 'blip-caption');
    await importCheckpoint({ source, modelsFolder: folder.path, id: 'm', precision: 'fp16' });
    await using host = ModelHost.start();
    const { device, notices } = await host.load(path.join(folder.path, 'm'), { device: 'webgpu' });
    expect(device).toBe('cpu');
    expect(notices.map(({ code }) => code)).toEqual(['noFloat16', 'usedInstead', 'madeForCards']);
  });

  it('the bundled models, whose pictures have more than 32 tokens, pass their self-tests', async () => {
    const resources = path.join(import.meta.dirname, '../../resources/demo-model');
    for (const checkpoint of ['checkpoint', 'matching']) {
      await using folder = await temporaryFolder();
      const { manifest, loaded } = await importAndLoad(path.join(resources, checkpoint), folder.path);
      await using model = loaded.model;
      compareSelfTest(manifest.selfTest, await selfTestStages(model, manifest.image), tolerance);
    }
  });
});
