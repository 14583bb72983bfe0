/** @file Says of a folder that is no checkpoint, or not a whole one, what it is instead. Compiler only. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { adapterConfigFile } from './adapter/adapterConfig.ts';
import { CheckpointError } from './checkpointError.ts';
import { readJsonFile } from './checkpointFiles.ts';

/**
 * An adapter changes a model that lies elsewhere. Beside whole weights its file may be a remnant, or the weights may be
 * the ones that it is still to be applied to: only the person knows.
 * @throws CheckpointError CHECKPOINT_UNSUPPORTED
 */
export async function refuseAdapter(folder: string): Promise<void> {
  const raw = await readJsonFile(path.join(folder, adapterConfigFile));
  if (raw === undefined) return;
  const { data } = z
    .object({ peft_type: z.string().nullish(), base_model_name_or_path: z.string().nullish() })
    .safeParse(raw);
  const kind = data?.peft_type ?? 'PEFT';
  const base = data?.base_model_name_or_path ?? 'another model';
  throw new CheckpointError(
    'CHECKPOINT_UNSUPPORTED',
    `This folder holds an adapter (${kind}) for ${base}, not a whole model: it has an ${adapterConfigFile}. Import it with its base: vignette models import BASE --adapter FOLDER; if the two are merged here already, remove ${adapterConfigFile}.`,
    { folder, adapter: kind, base },
  );
}

/** What a file of such a name is, where it is not what can be imported. */
const foreignFiles: readonly (readonly [RegExp, string])[] = [
  [/\.(incomplete|part|partial|crdownload|download|aria2)$/, 'a download that has not ended'],
  [/\.gguf$|^ggml.*\.bin$/, 'weights for llama.cpp'],
  [/^tf_model.*\.h5$/, 'TensorFlow weights'],
  [/^flax_model.*\.msgpack$/, 'Flax weights'],
  [/^adapter_model\.(safetensors|bin)$/, 'an adapter'],
  [/^(model|pytorch_model)\..+\.(safetensors|bin)$/, 'a variant of the weights, of another name'],
  [
    /\.(pth|pt|ckpt)$/,
    'weights as a training script saves them; those of BLIP and LAVIS are imported by the file’s name, with --base',
  ],
  [/\.onnx$/, 'a graph that is compiled already'],
  [/^model_index\.json$/, 'a diffusion pipeline'],
  [/\.(zip|tar|tgz|tar\.gz|7z)$/, 'an archive; unpack it first'],
];

/** Where huggingface_hub keeps what it is downloading: for a folder of its own, and for a snapshot in its cache. */
const downloadPlaces = ['.cache/huggingface/download', '../../blobs'];

/** Of the files in the folder, the first that explains what it is, as the end of a sentence; empty where none does. */
export async function foreignContent(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  for (const [pattern, what] of foreignFiles) {
    const found = names.sort().find((name) => pattern.test(name));
    if (found !== undefined) return `; it holds ${found} (${what})`;
  }
  for (const place of downloadPlaces) {
    const files: readonly string[] = await readdir(path.join(folder, place), { recursive: true }).catch(() => []);
    if (files.some((name) => name.endsWith('.incomplete'))) return '; its download has not ended';
  }
  const nested = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const hub = nested.sort().find((name) => name.startsWith('models--'));
  return hub === undefined ? '' : `; it holds ${hub}, which can be imported by itself`;
}
