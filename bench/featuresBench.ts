/**
 * @file `npm run bench features [MODEL] [PRECISION] [PHOTOS] [KEEP]`: what a question costs about photos that a model never looked
 * at, and what another one costs in a later session, when their features are stored. Models of full size stay in the folder KEEP, where one is named.
 */
import { mkdir, mkdtempDisposable, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isSettled } from '../native-models/fileIdentity.ts';
import { generationSettingsSchema } from '../native-models/generation/generationSettings.ts';
import { precisionSchema } from '../native-models/quantization/precision.ts';
import { ModelHost } from '../native-models/runtime/modelHost.ts';
import type { Answer } from '../native-models/runtime/protocol.ts';
import { makeBenchPhotos } from './captions/benchPhotos.ts';
import { demoName } from './captions/captionsOptions.ts';
import { openSubject } from './captions/subject.ts';
import { median, type Row } from './report.ts';

/** As many as `makeBenchPhotos` makes that differ to the eye. */
const maxPhotos = 8;
/** As long as answers to questions are. */
const tokens = 4;

export async function featuresBench([
  name = demoName,
  precision = 'fp32',
  count = '8',
  keep,
]: readonly string[]): Promise<Row[]> {
  await using subject = await openSubject(name, keep);
  const { folder: modelFolder } = await subject.compiled(precisionSchema.parse(precision));
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const [photosFolder, featuresFolder] = [path.join(folder.path, 'photos'), path.join(folder.path, 'features')];
  await mkdir(photosFolder);
  const photos = await makeBenchPhotos(photosFolder, Math.min(maxPhotos, Number(count)));
  await settle(photos);
  const first = await askAll({ modelFolder, featuresFolder, photos, prompt: 'what is in the picture?' });
  const later = await askAll({ modelFolder, featuresFolder, photos, prompt: 'what colour is it?' });
  if (later.some(({ visionMs }) => visionMs > 0)) throw new Error('the features were not stored');
  const bytes = await featureBytes(featuresFolder);
  const [before, after] = [figures(first), figures(later)];
  return [
    { what: 'first question', ...before, 'times as fast': 1, 'KB stored': bytes / photos.length / 1000 },
    { what: 'question of a later session', ...after, 'times as fast': before['answer ms'] / after['answer ms'] },
  ];
}

interface Session {
  readonly modelFolder: string;
  readonly featuresFolder: string;
  readonly photos: readonly string[];
  readonly prompt: string;
}

/** In a process of its own, one photo after the other, which ends when everything is stored. */
async function askAll({ modelFolder, featuresFolder, photos, prompt }: Session): Promise<Answer['ms'][]> {
  await using host = ModelHost.start();
  await host.load(modelFolder, { device: 'cpu', features: { folder: featuresFolder, onUse: () => {} } });
  const settings = generationSettingsSchema.parse({ maxNewTokens: tokens, minNewTokens: tokens });
  const times: Answer['ms'][] = [];
  for (const image of photos) times.push((await host.answer({ image, prompt, settings })).ms);
  while ((await readdir(featuresFolder, { recursive: true })).filter(isOfPhoto).length < photos.length) await wait(20);
  return times;
}

function figures(times: readonly Answer['ms'][]) {
  const of = (stage: keyof Answer['ms']) => median(times.map((ms) => ms[stage]));
  return { 'picture ms': of('imageMs'), 'vision ms': of('visionMs'), 'answer ms': of('totalMs') };
}

const isOfPhoto = (name: string) => name.endsWith('.photo');

async function featureBytes(folder: string): Promise<number> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.features'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Only a file that cannot change unnoticed is known without reading it. */
async function settle(files: readonly string[]): Promise<void> {
  for (const file of files) {
    while (!isSettled(await stat(file, { bigint: true }), Date.now())) await wait(100);
  }
}
