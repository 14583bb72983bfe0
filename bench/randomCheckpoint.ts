/**
 * @file Writes a checkpoint of random weights in the layout of published ones, tensor by tensor, so that importing and
 * running a full-size model can be measured without downloading one. Benchmarks and tests only.
 */
import { cp, mkdir, open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointShape, TensorFill, TensorShape } from './checkpointShapes.ts';

export type CheckpointDtype = 'bf16' | 'fp16' | 'fp32';

export interface WriteProgress {
  readonly writtenBytes: number;
  readonly totalBytes: number;
}

export interface RandomCheckpointOptions {
  readonly dtype: CheckpointDtype;
  readonly seed: number;
  /** A folder with `tokenizer.json`, `tokenizer_config.json` and, for InstructBLIP, `qformer_tokenizer/`, copied as they are; by default the test fixtures'. */
  readonly tokenizerFolder?: string | undefined;
  /** Files end before they would grow beyond this; 5 GB as published by default. A larger tensor has a file of its own. */
  readonly maxShardBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

const dtypes = {
  bf16: { name: 'BF16', config: 'bfloat16', sizeBytes: 2 },
  fp16: { name: 'F16', config: 'float16', sizeBytes: 2 },
  fp32: { name: 'F32', config: 'float32', sizeBytes: 4 },
} as const;

/**
 * Elements of the block of random values that all tensors repeat, each from a place of its own. Prime, hence no multiple
 * of any row length: rows of a matrix come out different, and the matrix of full rank.
 */
const BLOCK_ELEMENTS = 1_048_573;
const STANDARD_DEVIATION = 0.02;

/** Resolves with the number of bytes of weights. What was written when the signal fires is the caller's to remove. */
export async function writeRandomCheckpoint(
  folder: string,
  shape: CheckpointShape,
  options: RandomCheckpointOptions,
): Promise<number> {
  const dtype = dtypes[options.dtype];
  const shards = planShards(shape.tensors, dtype.sizeBytes, options.maxShardBytes ?? 5e9);
  const totalBytes = shape.tensors.reduce((sum, tensor) => sum + elementCount(tensor) * dtype.sizeBytes, 0);
  const names = shards.map((_, i) =>
    shards.length === 1 ? 'model.safetensors' : `model-${padded(i + 1)}-of-${padded(shards.length)}.safetensors`,
  );
  await mkdir(folder, { recursive: true });
  await writeSmallFiles(folder, shape, options);
  if (shards.length > 1) {
    const weightMap = Object.fromEntries(shards.flatMap((shard, i) => shard.map(({ name }) => [name, names[i]])));
    await writeJson(path.join(folder, 'model.safetensors.index.json'), {
      metadata: { total_size: totalBytes },
      weight_map: weightMap,
    });
  }
  const blocks = new Map<TensorFill, Uint8Array>(
    (['normal', 'ones', 'zeros'] as const).map((fill) => [fill, block(fill, options.dtype, options.seed)]),
  );
  let writtenBytes = 0;
  for (const [i, shard] of shards.entries()) {
    await using file = await open(path.join(folder, names[i] ?? ''), 'w');
    await file.write(header(shard, dtype.name, dtype.sizeBytes));
    for (const tensor of shard) {
      const bytes = blocks.get(tensor.fill) ?? new Uint8Array(0);
      for (const piece of repeated(bytes, elementCount(tensor), dtype.sizeBytes, tensor.name)) {
        options.signal?.throwIfAborted();
        await file.write(piece);
        writtenBytes += piece.byteLength;
      }
      options.onProgress?.({ writtenBytes, totalBytes });
    }
  }
  return totalBytes;
}

function elementCount({ shape }: TensorShape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function padded(index: number): string {
  return String(index).padStart(5, '0');
}

function planShards(tensors: readonly TensorShape[], sizeBytes: number, maxShardBytes: number): TensorShape[][] {
  const shards: TensorShape[][] = [[]];
  let usedBytes = 0;
  for (const tensor of tensors) {
    const bytes = elementCount(tensor) * sizeBytes;
    if (usedBytes > 0 && usedBytes + bytes > maxShardBytes) {
      shards.push([]);
      usedBytes = 0;
    }
    shards.at(-1)?.push(tensor);
    usedBytes += bytes;
  }
  return shards;
}

/** The length of the JSON as a little-endian u64, then the JSON, padded with spaces so that the data is aligned. */
function header(tensors: readonly TensorShape[], dtype: string, sizeBytes: number): Buffer {
  const entries: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const tensor of tensors) {
    const end = offset + elementCount(tensor) * sizeBytes;
    entries[tensor.name] = { dtype, shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = JSON.stringify(entries);
  const paddedJson = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(paddedJson.length));
  return Buffer.concat([length, paddedJson]);
}

/** Pieces of the block, one after the other, that make up a tensor; where it starts in the block depends on its name. */
function* repeated(bytes: Uint8Array, elements: number, sizeBytes: number, name: string): Generator<Uint8Array> {
  let position = hash(name) % BLOCK_ELEMENTS;
  for (let left = elements; left > 0; ) {
    const count = Math.min(left, BLOCK_ELEMENTS - position);
    yield bytes.subarray(position * sizeBytes, (position + count) * sizeBytes);
    left -= count;
    position = 0;
  }
}

function block(fill: TensorFill, dtype: CheckpointDtype, seed: number): Uint8Array {
  const values = new Float32Array(BLOCK_ELEMENTS);
  if (fill === 'ones') values.fill(1);
  if (fill === 'normal') fillNormal(values, seed);
  switch (dtype) {
    case 'fp32':
      return new Uint8Array(values.buffer);
    case 'fp16':
      return new Uint8Array(new Float16Array(values).buffer);
    case 'bf16': {
      const bits = new Uint32Array(values.buffer);
      const halves = new Uint16Array(bits.length);
      // The upper half of a float32, rounded to nearest, ties to even.
      for (const [i, word] of bits.entries()) halves[i] = (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
      return new Uint8Array(halves.buffer);
    }
  }
}

/** Normally distributed values by G. Box and M. Muller's method (1958), from a 32-bit Weyl sequence that is then hashed. */
function fillNormal(values: Float32Array, seed: number): void {
  let state = hash(`seed ${seed}`);
  const uniform = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let h = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (((h ^ (h >>> 16)) >>> 0) + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < values.length; i += 1) {
    values[i] = STANDARD_DEVIATION * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of Buffer.from(text)) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}

async function writeSmallFiles(
  folder: string,
  shape: CheckpointShape,
  options: RandomCheckpointOptions,
): Promise<void> {
  const { imageSize, config } = shape;
  const { tokenizerFolder = path.join(import.meta.dirname, '../test/fixtures/reference/instructblip-t5') } = options;
  await writeJson(path.join(folder, 'config.json'), { ...config, torch_dtype: dtypes[options.dtype].config });
  await writeJson(path.join(folder, 'generation_config.json'), {
    _from_model_config: true,
    decoder_start_token_id: 0,
    eos_token_id: 1,
    pad_token_id: 0,
  });
  await writeJson(path.join(folder, 'preprocessor_config.json'), {
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_processor_type: 'BlipImageProcessor',
    image_std: [0.26862954, 0.26130258, 0.27577711],
    processor_class: 'InstructBlipProcessor',
    resample: 3,
    rescale_factor: 1 / 255,
    size: { height: imageSize, width: imageSize },
  });
  const wanted = ['tokenizer.json', 'tokenizer_config.json', 'qformer_tokenizer'];
  for (const name of (await readdir(tokenizerFolder)).filter((file) => wanted.includes(file))) {
    await cp(path.join(tokenizerFolder, name), path.join(folder, name), { recursive: true });
  }
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
