/** @file Copies of a fixture checkpoint with something changed: tensors, types, shards, config. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Checkpoint } from '../../native-models/checkpoint/checkpoint.ts';
import { readSafetensorsHeader } from '../../native-models/checkpoint/safetensors.ts';
import { fixturesFolder } from './referenceFixture.ts';

export interface StoredTensor {
  dtype: string;
  shape: number[];
  data: Uint8Array;
}

export type Tensors = Map<string, StoredTensor>;

const weights = 'model.safetensors';

/** Copies fixture `name`, or the checkpoint at this path, to `folder`, its weights passed through `edit`, in `shards` files. */
export async function writeEditedCheckpoint(
  name: string,
  folder: string,
  {
    edit,
    config,
    shards = 1,
  }: { edit?: (tensors: Tensors) => void; config?: (config: Record<string, unknown>) => void; shards?: number } = {},
): Promise<void> {
  const source = path.resolve(fixturesFolder, name);
  const isRewritten = (file: string) => /^expected|\.safetensors(\.index\.json)?$/.test(path.basename(file));
  await cp(source, folder, { recursive: true, filter: (file) => !isRewritten(file) });
  const tensors = await readTensors(source);
  edit?.(tensors);
  const names = [...tensors.keys()];
  const perShard = Math.ceil(names.length / shards);
  const weightMap: Record<string, string> = {};
  for (let i = 0; i < shards; i++) {
    const file = shards === 1 ? weights : `model-${i + 1}.safetensors`;
    const part = names.slice(i * perShard, (i + 1) * perShard);
    for (const tensor of part) weightMap[tensor] = file;
    await writeFile(path.join(folder, file), safetensorsOf(part, tensors));
  }
  if (shards > 1)
    await writeFile(
      path.join(folder, `${weights}.index.json`),
      JSON.stringify({ metadata: {}, weight_map: weightMap }),
    );
  if (config !== undefined) {
    const file = path.join(folder, 'config.json');
    const parsed: Record<string, unknown> = JSON.parse(await readFile(file, 'utf8'));
    config(parsed);
    await writeFile(file, JSON.stringify(parsed));
  }
}

/** Rounds every float32 tensor to a 16-bit type. */
export function roundTo(dtype: 'BF16' | 'F16'): (tensors: Tensors) => void {
  return (tensors) => {
    for (const tensor of tensors.values()) {
      const values = new Float32Array(tensor.data.buffer);
      const halves = dtype === 'F16' ? new Float16Array(values) : upperHalves(values);
      tensor.dtype = dtype;
      tensor.data = new Uint8Array(halves.buffer);
    }
  };
}

/** Keeps the values of a 16-bit rounding, but stores them as float32. */
export function roundThrough(dtype: 'BF16' | 'F16'): (tensors: Tensors) => void {
  return (tensors) => {
    for (const tensor of tensors.values()) {
      const values = new Float32Array(tensor.data.buffer);
      if (dtype === 'F16') values.set(new Float16Array(values));
      else {
        const bits = new Uint32Array(values.buffer);
        for (const [i, bit] of bits.entries()) bits[i] = (bit & 0xffff0000) >>> 0;
      }
    }
  };
}

/** Every tensor of a checkpoint, or of one safetensors file, with its bytes. */
export async function readTensors(folder: string, file?: string): Promise<Tensors> {
  await using checkpoint =
    file === undefined
      ? await Checkpoint.open(folder)
      : await Checkpoint.openFiles(folder, { names: [file], readHeader: readSafetensorsHeader });
  const tensors: Tensors = new Map();
  for (const name of checkpoint.tensorNames()) {
    const { dtype, shape, sizeBytes } = checkpoint.entry(name);
    const data = new Uint8Array(sizeBytes);
    await checkpoint.read(name, 0, data);
    tensors.set(name, { dtype, shape: [...shape], data });
  }
  return tensors;
}

/** A safetensors file of some of the tensors. `metadata` is what its header says beside them. */
export function safetensorsOf(
  names: readonly string[],
  tensors: Tensors,
  metadata?: Readonly<Record<string, string>>,
): Buffer {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  const data: Uint8Array[] = [];
  let position = 0;
  for (const name of names) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new Error(`no tensor ${name}`);
    header[name] = {
      dtype: tensor.dtype,
      shape: tensor.shape,
      data_offsets: [position, position + tensor.data.byteLength],
    };
    position += tensor.data.byteLength;
    data.push(tensor.data);
  }
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.byteLength));
  return Buffer.concat([prefix, json, ...data]);
}

function upperHalves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (bit) => bit >>> 16);
}

/** The tensor's values, made float32 first where they are not: 16 bits would round what is multiplied. */
export function floatsIn(tensor: StoredTensor): Float32Array {
  if (tensor.dtype === 'F16') {
    const halves = new Float16Array(tensor.data.buffer);
    tensor.data = new Uint8Array(new Float32Array(halves).buffer);
    tensor.dtype = 'F32';
  }
  if (tensor.dtype !== 'F32') throw new Error(`nothing is added to ${tensor.dtype}`);
  return new Float32Array(tensor.data.buffer);
}
