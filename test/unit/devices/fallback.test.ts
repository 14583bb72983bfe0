/** @file A graphics card that fails in mid-answer, in a real model process with a real model: the answer is the CPU's, whole. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { forkHostProcess } from '../../../native-models/runtime/hostConnection.ts';
import { ModelHost } from '../../../native-models/runtime/modelHost.ts';
import { noticeText } from '../../../resources/messages/noticeText.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const resources = path.join(import.meta.dirname, '../../../resources');
const entry = new URL('../../../native-models/runtime/hostProcess.ts', import.meta.url);
const card = pathToFileURL(path.join(import.meta.dirname, 'failingCard.ts')).href;
const photo = (name: string) => path.join(resources, 'demo-photos/Coast', name);
const settings = generationSettingsSchema.parse({ maxNewTokens: 80 });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let model: string;
let expected: string[];
beforeAll(async () => {
  folder = await temporaryFolder();
  const source = path.join(resources, 'demo-model/checkpoint');
  await importCheckpoint({ source, modelsFolder: folder.path, id: 'demo' });
  model = path.join(folder.path, 'demo');
  await using host = ModelHost.start();
  await host.load(model, { device: 'cpu' });
  expected = (await Promise.all(questions(host))).map(({ text }) => text);
});
afterAll(() => folder[Symbol.asyncDispose]());

function questions(host: ModelHost, onText: (delta: string) => void = () => undefined) {
  return [
    host.answer({ image: photo('IMG_1000.jpg'), prompt: 'a photo of', settings }, { onText }),
    host.answer({ image: photo('IMG_1005.jpg'), prompt: 'a photo of', settings }),
    host.answer({ image: photo('IMG_1010.jpg'), prompt: 'a photo of', settings }),
  ];
}

/** A host with a card that fails so. The Vulkan driver that it would have is a file that is there. */
function hostWith(fault: string, notices: string[]): ModelHost {
  const driver = path.join(model, 'model.json');
  return ModelHost.start({
    startProcess: forkHostProcess(entry, {
      nodeOptions: ['--import', card],
      env: { ...process.env, VIGNETTE_TEST_CARD: fault, VK_DRIVER_FILES: driver },
    }),
    onNotice: (told) => notices.push(noticeText(told, texts.en)),
  });
}

describe('a card that', () => {
  it.each([
    ['is lost', 'lost 30', 'The graphics card was lost while it computed (WebGPU).'],
    ['runs out of memory', 'memory 30', 'The graphics card ran out of memory (WebGPU).'],
    ['computes no numbers', 'nan 30', 'WebGPU computed values that are no numbers.'],
    ['ends the process', 'crash 30', 'WebGPU ended the model’s process, as a faulty graphics driver does.'],
  ])('%s in mid-answer costs no answer', async (_name, fault, problem) => {
    await writeFile(path.join(model, '.devices.json'), '{}');
    const notices: string[] = [];
    await using host = hostWith(fault, notices);
    expect(await host.load(model, { device: 'webgpu' })).toMatchObject({ device: 'webgpu' });
    let streamed = '';
    const answers = await Promise.all(questions(host, (delta) => (streamed += delta)));
    expect(answers.map(({ text }) => text)).toEqual(expected);
    expect(streamed).toBe(expected[0]);
    expect(notices).toEqual([`${problem} The CPU is used instead.`]);
  });

  it.each([
    ['computes no numbers', 'nan 1', /does not compute the model demo rightly|computed values that are no numbers/],
    ['ends the process', 'crash 1', /ended the model’s process/],
    ['is lost', 'lost 3', /./],
  ])('%s when it is first tried is passed over', async (_name, fault, problem) => {
    await writeFile(path.join(model, '.devices.json'), '{}');
    const notices: string[] = [];
    await using host = hostWith(fault, notices);
    const loaded = await host.load(model, { device: 'webgpu' });
    const notice = noticeText(loaded.notices, texts.en);
    expect(loaded.device).toBe('cpu');
    expect(notice).toMatch(problem);
    expect(notices).toEqual([notice]);
    const answers = await Promise.all(questions(host));
    expect(answers.map(({ text }) => text)).toEqual(expected);
  });
});
