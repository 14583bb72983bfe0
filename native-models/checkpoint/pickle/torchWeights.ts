/**
 * @file Reads the table of tensors of a PyTorch weight file (`pytorch_model.bin`) without running anything in it; the
 * tensors' bytes stay in the file, to be read by range. Compiler only.
 */
import type { FileHandle } from 'node:fs/promises';
import type { TensorEntry } from '../safetensors.ts';
import { dtypeSizeBytes } from '../storedTensors.ts';
import { isDict } from './pickleMachine.ts';
import { describeValue, type PickledTensor, type PickleValue } from './pickleValue.ts';
import type { TorchArchive } from './torchArchive.ts';
import { torchNames } from './torchNames.ts';
import { unpickle } from './unpickle.ts';
import { shown, WeightFileFaults } from './weightFileFaults.ts';

/**
 * The tensors of an open PyTorch weight file. Several may share their bytes, as tied weights do.
 * @throws CheckpointError CHECKPOINT_PICKLE_UNSAFE, CHECKPOINT_HEADER_INVALID, CHECKPOINT_TRUNCATED or
 *   CHECKPOINT_UNSUPPORTED
 */
export async function readTorchWeights(handle: FileHandle, file: string): Promise<TensorEntry[]> {
  return await readTensors(handle, file, (value) => value);
}

/** The same of what training saves: the weights lie under `model`, beside the optimizer's state and others. */
export async function readTrainingWeights(handle: FileHandle, file: string): Promise<TensorEntry[]> {
  return await readTensors(handle, file, (value) => {
    const model = isDict(value) ? value.entries.get('model') : undefined;
    return model !== undefined && isDict(model) ? model : value;
  });
}

async function readTensors(
  handle: FileHandle,
  file: string,
  weightsIn: (value: PickleValue) => PickleValue,
): Promise<TensorEntry[]> {
  const faults = new WeightFileFaults(file);
  // Its library of zip files is loaded with it.
  const { TorchArchive: Archive } = await import('./torchArchive.ts');
  const archive = await Archive.open(handle, file, faults);
  const tensors = namedTensors(weightsIn(unpickle(await archive.readPickle(), torchNames(faults), faults)), faults);
  const entries: TensorEntry[] = [];
  for (const [name, tensor] of tensors) entries.push(await locateTensor(name, tensor, archive, faults));
  return entries;
}

function namedTensors(value: PickleValue, faults: WeightFileFaults): [string, PickledTensor][] {
  const plain = 'Only a plain dictionary of names and tensors, as state_dict() gives it, can be read';
  if (!isDict(value)) throw faults.unsupported(`holds ${describeValue(value)}. ${plain}`);
  return [...value.entries].map(([name, entry]) => {
    if (typeof name !== 'string' || typeof entry !== 'object' || entry?.kind !== 'tensor') {
      throw faults.unsupported(`has the entry ${shown(String(name))}, which is ${describeValue(entry)}. ${plain}`, {
        entry: name,
      });
    }
    return [name, entry];
  });
}

/** Checks that the tensor lies within its storage, the storage within its record, and says where that is. */
async function locateTensor(
  name: string,
  tensor: PickledTensor,
  archive: TorchArchive,
  faults: WeightFileFaults,
): Promise<TensorEntry> {
  const { storage, dtype, shape, strides, offset } = tensor;
  const invalid = (what: string) =>
    faults.invalid(`tensor ${shown(name)} ${what}`, { tensor: name, shape, strides, offset });
  const elementBytes = sizeOf(dtype);
  const elements = shape.reduce((product, dim) => product * dim, 1);
  const endBytes = (offset + elements) * elementBytes;
  const storageBytes = storage.length * (storage.dtype === undefined ? 1 : elementBytes);
  if (![elements * elementBytes, endBytes, storageBytes].every(Number.isSafeInteger))
    throw invalid('is impossibly large');
  if (endBytes > storageBytes) throw invalid('reaches beyond its storage');
  if (!isContiguous(shape, strides)) {
    throw faults.unsupported(
      `stores tensor ${shown(name)} with gaps or in another order (strides ${strides.join(', ')}), which cannot be read. Save it again with .contiguous()`,
      { tensor: name, shape, strides },
    );
  }
  const record = await archive.locateStorage(storage.key);
  if (record === undefined) throw invalid(`needs the storage ${shown(storage.key)}, which is not in the file`);
  if (storageBytes > record.sizeBytes) throw invalid(`needs ${storageBytes} bytes of a storage of ${record.sizeBytes}`);
  const offsetBytes = record.offsetBytes + offset * elementBytes;
  return { name, dtype, shape, offsetBytes, sizeBytes: elements * elementBytes };
}

function sizeOf(dtype: string): number {
  const sizeBytes = dtypeSizeBytes[dtype];
  if (sizeBytes === undefined) throw new Error(`no size for ${dtype}`);
  return sizeBytes;
}

/** Whether the elements follow one another in the order of their indices. A dimension of one element has no step. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const dim = shape[i] ?? 1;
    if (dim !== 1 && strides[i] !== step) return false;
    step *= dim;
  }
  return true;
}
