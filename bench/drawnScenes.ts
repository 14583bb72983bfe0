/** @file Scenes of the bundled models' world, drawn by scenes.py, which needs a Python with Pillow: `VIGNETTE_BENCH_PYTHON`. */
import { execFile } from 'node:child_process';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const boxSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const sceneSchema = z.object({
  file: z.string(),
  caption: z.string(),
  tags: z.array(z.string()),
  groups: z.array(z.object({ word: z.string(), kind: z.string(), color: z.string(), boxes: z.array(boxSchema) })),
  others: z.record(z.string(), z.string()),
});
/** Left, top, right, bottom, 0 … 1. */
export type Box = z.output<typeof boxSchema>;
/** `file` is the path of its picture, `others` have those of others of it, by how these differ. */
export type Scene = z.output<typeof sceneSchema>;

export interface DrawnScenes extends AsyncDisposable {
  readonly scenes: readonly Scene[];
}

export async function drawnScenes(
  count: number,
  sizePx: number,
  { others = false }: { readonly others?: boolean } = {},
): Promise<DrawnScenes> {
  const python = process.env.VIGNETTE_BENCH_PYTHON ?? 'python3';
  const folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const script = path.join(import.meta.dirname, 'scenes.py');
  await promisify(execFile)(python, [
    script,
    String(count),
    String(sizePx),
    folder.path,
    ...(others ? ['others'] : []),
  ]);
  const truth = await readFile(path.join(folder.path, 'truth.json'), 'utf8');
  const scenes = z.array(sceneSchema).parse(JSON.parse(truth));
  const inFolder = (name: string) => path.join(folder.path, name);
  return {
    scenes: scenes.map((scene) => ({
      ...scene,
      file: inFolder(scene.file),
      others: Object.fromEntries(Object.entries(scene.others).map(([name, file]) => [name, inFolder(file)])),
    })),
    [Symbol.asyncDispose]: () => folder.remove(),
  };
}
