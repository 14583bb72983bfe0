/** @file Finds the weight files of a checkpoint folder: one file, or shards with or without their index. Compiler only. */
import { type FileHandle, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { CheckpointError } from './checkpointError.ts';
import { readJsonFile } from './checkpointFiles.ts';
import { foreignContent, refuseAdapter } from './foreignFolder.ts';
import { readTorchWeights } from './pickle/torchWeights.ts';
import { readSafetensorsHeader, type TensorEntry } from './safetensors.ts';

/** The names of the weight files, how to read them, and what the index says lies in which. */
export interface FoundWeights {
  readonly names: readonly string[];
  readonly weightMap?: Readonly<Record<string, string>>;
  readonly readHeader: (handle: FileHandle, file: string) => Promise<TensorEntry[]>;
}

/** A way of storing weights. */
interface WeightLayout {
  readonly singleFile: string;
  readonly indexFile: string;
  /** Number and count of a shard, by its name. */
  readonly shard: RegExp;
  readonly readHeader: FoundWeights['readHeader'];
}

/**
 * The first that a folder has all files of is read: where both are published they hold the same weights, and the first is
 * simpler. Within one, the order is the reference's: a single file counts before an index.
 */
const weightLayouts: readonly WeightLayout[] = [
  {
    singleFile: 'model.safetensors',
    indexFile: 'model.safetensors.index.json',
    shard: /^model-(\d+)-of-(\d+)\.safetensors$/,
    readHeader: readSafetensorsHeader,
  },
  {
    singleFile: 'pytorch_model.bin',
    indexFile: 'pytorch_model.bin.index.json',
    shard: /^pytorch_model-(\d+)-of-(\d+)\.bin$/,
    readHeader: readTorchWeights,
  },
];

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** @throws CheckpointError saying what the folder is, where it is no checkpoint */
export async function findWeightFiles(folder: string): Promise<FoundWeights> {
  await assertFolder(folder);
  await refuseAdapter(folder);
  const content = await readdir(folder);
  if (!content.includes('config.json')) {
    const message = `${folder} is not a checkpoint: it has no config.json${await foreignContent(folder)}.`;
    throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', message, { folder });
  }
  const layouts: FoundLayout[] = [];
  for (const layout of weightLayouts) layouts.push(...(await findLayout(folder, content, layout)));
  const whole = layouts.find(({ names, problem }) => problem === undefined && names.every((n) => content.includes(n)));
  const found = whole ?? layouts[0];
  if (found?.problem !== undefined) throw found.problem;
  if (found !== undefined) return found;
  const known = weightLayouts.map(({ singleFile }) => singleFile).join(' nor ');
  const message = `${folder} is not a checkpoint: it has neither ${known}${await foreignContent(folder)}.`;
  throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', message, { folder });
}

/** Whether a folder holds weights, whole or not, of a kind that is read. */
export async function hasWeightFiles(folder: string): Promise<boolean> {
  const content = await readdir(folder);
  return weightLayouts.some(
    ({ singleFile, indexFile, shard }) =>
      content.includes(singleFile) || content.includes(indexFile) || content.some((name) => shard.test(name)),
  );
}

async function assertFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined) {
    throw new CheckpointError('CHECKPOINT_NOT_FOUND', `There is no folder ${folder}.`, { folder });
  }
  if (info.isDirectory()) return;
  const message = `${folder} is a file. Give the folder that holds config.json and the weights.`;
  throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', message, { folder });
}

/** `problem` says which files of it are missing, where that is known before they are opened. */
type FoundLayout = FoundWeights & { readonly problem?: CheckpointError };

/** The layout as the folder has it, or nothing. */
async function findLayout(
  folder: string,
  content: readonly string[],
  { singleFile, indexFile, shard, readHeader }: WeightLayout,
): Promise<FoundLayout[]> {
  // A link whose file is gone is told of when it is opened.
  if (content.includes(singleFile)) return [{ names: [singleFile], readHeader }];
  const weightMap = await readWeightMap(folder, indexFile);
  if (weightMap !== undefined) return [{ names: [...new Set(Object.values(weightMap))].sort(), weightMap, readHeader }];
  return allShards(content, shard, folder).map((found) => ({ ...found, readHeader }));
}

/** The file of each tensor, by an index; undefined where there is none. @throws CheckpointError CHECKPOINT_CONFIG_INVALID */
export async function readWeightMap(
  folder: string,
  indexFile: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const index = await readJsonFile(path.join(folder, indexFile));
  if (index === undefined) return undefined;
  const parsed = indexSchema.safeParse(index);
  const names = parsed.success ? Object.values(parsed.data.weight_map) : [];
  if (!parsed.success || names.length === 0 || names.some((name) => path.basename(name) !== name || name === '..')) {
    throw new CheckpointError('CHECKPOINT_CONFIG_INVALID', `${indexFile} is malformed.`, { folder }, parsed.error);
  }
  return parsed.data.weight_map;
}

/** An index only repeats what the shards' own headers say; all it adds is that none of them is missing. */
function allShards(
  content: readonly string[],
  shard: RegExp,
  folder: string,
): { names: string[]; problem?: CheckpointError }[] {
  const shards = content.flatMap((name) => {
    const [, number, count] = shard.exec(name) ?? [];
    return number === undefined || count === undefined ? [] : [{ name, number: Number(number), count: Number(count) }];
  });
  const [first] = shards;
  if (first === undefined) return [];
  const names = shards.map(({ name }) => name).sort();
  const { count } = first;
  if (shards.some((other) => other.count !== count)) {
    const message = 'The folder holds the weight files of two downloads, in different numbers of parts, and no index.';
    const problem = new CheckpointError('CHECKPOINT_CONFIG_INVALID', message, { folder, files: names });
    return [{ names, problem }];
  }
  const present = new Set(shards.map(({ number }) => number));
  const missing = Array.from({ length: Math.min(count, 10_000) }, (_, i) => i + 1).filter((i) => !present.has(i));
  if (missing.length > 0 || shards.length !== count) {
    const message = `Of ${count} weight files ${shards.length} are there; missing: ${missing.slice(0, 5).join(', ')}. Download them again.`;
    const problem = new CheckpointError('CHECKPOINT_SHARD_MISSING', message, {
      folder,
      missing: missing.slice(0, 100),
    });
    return [{ names, problem }];
  }
  return [{ names }];
}
