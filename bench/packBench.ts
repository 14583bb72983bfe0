/**
 * @file `npm run bench pack`: packing a model and importing the pack against copying the model's folder (the rival: `cp` and
 * flush, the least that either must do). The model is made up: weights do not matter to a copy.
 */
import { spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packModel } from '../main/library/models/packModel.ts';
import { importModel } from '../native-models/compiler/importModel.ts';
import type { Row } from './report.ts';

const weightBytes = 4e9;
const rounds = 3;
const bundled = path.join(import.meta.dirname, '../resources/demo-model/compiled/demo-matching');

/** The bundled matching model with a large file more. */
export async function packBench(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vignette-pack-'));
  try {
    const model = path.join(folder, 'large');
    await cp(bundled, model, { recursive: true });
    await addFile(model);
    const pack = path.join(folder, 'large.vignette-model');
    const copied = path.join(folder, 'copied');
    const modelsFolder = path.join(folder, 'models');
    const times = { copy: [] as number[], pack: [] as number[], import: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      times.copy.push(await timed(() => copy(model, copied)));
      await rm(copied, { recursive: true });
      const request = { signal: new AbortController().signal, onProgress: () => undefined };
      times.pack.push(await timed(() => packModel(model, pack, request)));
      times.import.push(await timed(() => importModel({ source: pack, modelsFolder })));
      await rm(pack);
      await rm(modelsFolder, { recursive: true });
    }
    const rival = median(times.copy);
    return Object.entries(times).map(([what, all]) => ({
      what,
      seconds: median(all) / 1e3,
      'MB/s': weightBytes / 1e6 / (median(all) / 1e3),
      'times the copy': median(all) / rival,
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function addFile(model: string): Promise<void> {
  const name = 'weights.onnx.data';
  const hash = createHash('sha256');
  await using file = await open(path.join(model, name), 'w');
  const piece = randomFillSync(Buffer.alloc(8_000_000));
  for (let written = 0; written < weightBytes; written += piece.byteLength) {
    await file.writeFile(piece);
    hash.update(piece);
  }
  await file.sync();
  const manifestFile = path.join(model, 'model.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
  manifest.files.push({ name, sizeBytes: weightBytes, sha256: hash.digest('hex') });
  manifest.sizeBytes += weightBytes;
  await writeFile(manifestFile, JSON.stringify(manifest));
}

async function copy(from: string, to: string): Promise<void> {
  const [code] = await once(spawn('cp', ['-r', from, to], { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error('cp failed');
  for (const name of await readdir(to)) {
    await using handle = await open(path.join(to, name), 'r');
    await handle.sync();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
