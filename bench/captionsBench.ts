/**
 * @file `npm run bench captions`: time per stage of an answer, through the model host as the program runs it, for the
 * bundled model and for a full-size model of random weights (whose answers mean nothing, but cost what real ones do).
 */
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importCheckpoint } from '../native-models/compiler/importCheckpoint.ts';
import { ModelHost } from '../native-models/runtime/modelHost.ts';
import { type Answer, generationSettingsSchema } from '../native-models/runtime/protocol.ts';
import { importFullSizeModel } from './fullSizeModel.ts';
import { median } from './report.ts';

const resources = path.join(import.meta.dirname, '../resources');

interface Setup {
  readonly model: string;
  readonly folder: string;
  readonly photos: readonly string[];
  readonly numBeams: number;
  readonly tokens: number;
}

/** @param fullSize names of published models to measure besides the demo model: each takes minutes and much disk */
export async function captionsBench(fullSize: readonly string[]): Promise<Record<string, string | number>[]> {
  const photos = await demoPhotos();
  await using models = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  await importCheckpoint({
    source: path.join(resources, 'demo-model/checkpoint'),
    modelsFolder: models.path,
    id: 'demo',
  });
  const folder = path.join(models.path, 'demo');
  const rows = [
    await measure({ model: 'demo', folder, photos, numBeams: 1, tokens: 40 }),
    await measure({ model: 'demo', folder, photos, numBeams: 5, tokens: 40 }),
  ];
  const few = photos.slice(0, 3);
  for (const model of fullSize) {
    await using full = await importFullSizeModel(model);
    for (const numBeams of [1, 5]) {
      rows.push(await measure({ model, folder: full.modelFolder, photos: few, numBeams, tokens: 8 }));
    }
  }
  return rows;
}

async function measure({ model, folder, photos, numBeams, tokens }: Setup): Promise<Record<string, string | number>> {
  await using host = ModelHost.start();
  const { loadMs, precision, device } = await host.load(folder);
  const settings = generationSettingsSchema.parse({ numBeams, maxNewTokens: tokens });
  const answers: Answer[] = [];
  const ask = (image: string) => host.answer({ image, prompt: 'a photo of', settings });
  const [warmUp, ...measured] = photos;
  if (warmUp !== undefined) await ask(warmUp); // the first run pages the weights in and sizes the buffers
  const start = performance.now();
  for (const image of measured) answers.push(await ask(image));
  const photosPerSecond = answers.length / ((performance.now() - start) / 1e3);
  // the ids of decoder-only models begin with their prompt
  const newTokens = ({ tokenIds }: Answer) => Math.min(tokens, tokenIds.length - 1);
  const stage = (of: (answer: Answer) => number) => median(answers.map(of));
  return {
    model,
    precision,
    device,
    beams: numBeams,
    photos: answers.length,
    'load ms': loadMs,
    'image ms': stage(({ ms }) => ms.imageMs),
    'vision ms': stage(({ ms }) => ms.visionMs),
    'Q-Former ms': stage(({ ms }) => ms.qformerMs),
    'prefill ms': stage(({ ms }) => ms.prefillMs),
    'ms per token': stage((answer) => answer.ms.decodeMs / Math.max(1, newTokens(answer) - 1)),
    tokens: stage(newTokens),
    'total ms': stage(({ ms }) => ms.totalMs),
    'photos/s': photosPerSecond,
  };
}

async function demoPhotos(): Promise<string[]> {
  const folder = path.join(resources, 'demo-photos');
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => /\.(jpg|png|webp|tiff)$/.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}
