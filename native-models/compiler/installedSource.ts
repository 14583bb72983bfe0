/**
 * @file A model that was imported in float32 as what another one is made of, in another precision: its data files hold the
 * checkpoint's tensors, under their names. Compiler only.
 */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { storedModel } from '../architectures/compilers.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { readFully } from '../checkpoint/safetensors.ts';
import type { SourceTensor, TensorSource } from '../checkpoint/storedTensors.ts';
import { openForeignFile, readForeignFile } from '../foreignFile.ts';
import { ModelProtoSchema } from '../onnx/generated/onnx_pb.js';
import { assertInstalledFiles } from './installedFiles.ts';
import { type ModelManifest, readManifest } from './manifest.ts';
import { ModelError } from './modelError.ts';
import type { ModelSource } from './modelSource.ts';

/** @throws ModelError MODEL_PRECISION_UNSUPPORTED where the model holds no float32 weights, MODEL_DAMAGED, … */
export async function openInstalledSource(folder: string, signal?: AbortSignal): Promise<ModelSource> {
  const manifest = await readManifest(folder);
  if (manifest.precision !== 'fp32') {
    throw new ModelError(
      'MODEL_PRECISION_UNSUPPORTED',
      `The model ${manifest.id} is stored as ${manifest.precision}; other precisions are made of float32 weights. Import its checkpoint again.`,
      { id: manifest.id, precision: manifest.precision },
    );
  }
  await assertInstalledFiles(folder, manifest, { signal });
  const recognized = storedModel(manifest.architecture, manifest.config);
  const tensors = await InstalledTensors.open(folder, manifest);
  return {
    folder,
    name: manifest.source.name,
    revision: manifest.source.revision,
    recognized,
    tensors,
    image: manifest.image,
    calibration: manifest.calibration,
    floatModel: folder,
    identity: [folder, manifest.files],
    // they were held against each other when the model was imported
    assertTokenizers: () => undefined,
    weightFiles: async () => manifest.source.files,
    [Symbol.asyncDispose]: () => tensors[Symbol.asyncDispose](),
  };
}

interface PlacedTensor extends SourceTensor {
  readonly file: string;
  readonly handle: FileHandle;
  readonly offsetBytes: number;
}

/** Graphs without their weights: a fraction of a megabyte. */
const maxGraphBytes = 64 << 20;

/** The tables of rotary positions are computed, not read. */
const computed = /^rotary\./;

class InstalledTensors implements TensorSource, AsyncDisposable {
  readonly #tensors: ReadonlyMap<string, PlacedTensor>;
  readonly #handles: readonly FileHandle[];

  private constructor(tensors: ReadonlyMap<string, PlacedTensor>, handles: readonly FileHandle[]) {
    this.#tensors = tensors;
    this.#handles = handles;
  }

  static async open(folder: string, { files }: ModelManifest): Promise<InstalledTensors> {
    const handles: FileHandle[] = [];
    const tensors = new Map<string, PlacedTensor>();
    try {
      for (const { name } of files.filter((file) => file.name.endsWith('.onnx.data'))) {
        const file = path.join(folder, name);
        const { handle } = await openForeignFile(file);
        handles.push(handle);
        const graph = await readForeignFile(path.join(folder, name.replace(/\.data$/, '')), maxGraphBytes);
        const model = fromBinary(ModelProtoSchema, graph);
        for (const { name: tensor, dims, externalData } of model.graph?.initializer ?? []) {
          if (externalData.length === 0 || computed.test(tensor)) continue;
          const fieldOf = (wanted: string) => Number(externalData.find(({ key }) => key === wanted)?.value);
          const [offsetBytes, sizeBytes] = [fieldOf('offset'), fieldOf('length')];
          tensors.set(tensor, { dtype: 'F32', shape: dims.map(Number), sizeBytes, offsetBytes, file, handle });
        }
      }
      return new InstalledTensors(tensors, handles);
    } catch (error) {
      await Promise.all(handles.map((handle) => handle.close()));
      throw error;
    }
  }

  tensorNames(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  has(tensor: string): boolean {
    return this.#tensors.has(tensor);
  }

  entry(tensor: string): PlacedTensor {
    const placed = this.#tensors.get(tensor);
    if (placed !== undefined) return placed;
    throw new CheckpointError('CHECKPOINT_TENSOR_MISSING', `The model has no tensor ${tensor}.`, { tensor });
  }

  async read(tensor: string, offsetBytes: number, target: Uint8Array): Promise<void> {
    const { handle, file, offsetBytes: start } = this.entry(tensor);
    await readFully(handle, target, start + offsetBytes, file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.close()));
  }
}
