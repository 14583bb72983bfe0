/**
 * @file The classes and functions that PyTorch's weight files refer to, as descriptions of tensors. Every other name is
 * refused. Compiler only.
 */

import { isDict, type PickleNames } from './pickleMachine.ts';
import {
  describeValue,
  type PickledStorage,
  type PickledTensor,
  type PickleTuple,
  type PickleValue,
} from './pickleValue.ts';
import { shown, type WeightFileFaults } from './weightFileFaults.ts';

/** Storage classes, with safetensors' names of what they hold. */
const storageDtypes: ReadonlyMap<string, string | undefined> = new Map([
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.DoubleStorage', 'F64'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ShortStorage', 'I16'],
  ['torch.CharStorage', 'I8'],
  ['torch.ByteStorage', 'U8'],
  ['torch.BoolStorage', 'BOOL'],
  ['torch.UntypedStorage', undefined],
  ['torch.storage.UntypedStorage', undefined],
]);

/** Types of tensors over untyped storages. */
const dtypes: ReadonlyMap<string, string> = new Map([
  ['torch.float32', 'F32'],
  ['torch.float16', 'F16'],
  ['torch.bfloat16', 'BF16'],
  ['torch.float64', 'F64'],
  ['torch.float8_e4m3fn', 'F8_E4M3'],
  ['torch.float8_e5m2', 'F8_E5M2'],
  ['torch.int64', 'I64'],
  ['torch.int32', 'I32'],
  ['torch.int16', 'I16'],
  ['torch.int8', 'I8'],
  ['torch.uint64', 'U64'],
  ['torch.uint32', 'U32'],
  ['torch.uint16', 'U16'],
  ['torch.uint8', 'U8'],
  ['torch.bool', 'BOOL'],
]);

/** Of a tensor; weights have four at most. */
const maxDimensions = 16;

type Items = readonly PickleValue[];
/** Undefined when the parameters do not fit. */
type Description = (parameters: Items) => PickleValue | undefined;

const functions: ReadonlyMap<string, Description> = new Map<string, Description>([
  ['collections.OrderedDict', emptyOrderedDict],
  ['torch._utils._rebuild_tensor_v2', tensorOfTypedStorage],
  ['torch._utils._rebuild_tensor_v3', tensorOfUntypedStorage],
  ['torch._utils._rebuild_parameter', parameter],
]);

export function torchNames(faults: WeightFileFaults): PickleNames {
  return {
    global(name) {
      if (functions.has(name) || storageDtypes.has(name) || dtypes.has(name)) return { kind: 'global', name };
      throw faults.unsafe(shown(name), { global: name.slice(0, 500) });
    },
    call({ name }, { items }) {
      const describe = functions.get(name);
      if (describe === undefined) throw faults.unsafe(`a call of ${name}`, { global: name });
      const value = describe(items);
      if (value === undefined) throw faults.invalid(`it calls ${name} with parameters that do not fit`);
      return value;
    },
    persistent(id) {
      const value = isTuple(id) ? storageOf(id.items) : undefined;
      if (value === undefined) throw faults.invalid(`it refers to ${describeValue(id)} where a storage belongs`);
      return value;
    },
  };
}

/** ("storage", class, record, device, elements) */
function storageOf([tag, type, key, device, length, ...more]: Items): PickledStorage | undefined {
  if (tag !== 'storage' || !isGlobal(type) || !storageDtypes.has(type.name) || more.length > 0) return undefined;
  if (typeof key !== 'string' || typeof device !== 'string' || !isCount(length)) return undefined;
  return { kind: 'storage', dtype: storageDtypes.get(type.name), key, length };
}

function emptyOrderedDict(parameters: Items): PickleValue | undefined {
  return parameters.length === 0 ? { kind: 'dict', ordered: true, entries: new Map() } : undefined;
}

/** (storage, offset, size, stride, requires_grad, backward_hooks[, metadata]) */
function tensorOfTypedStorage([storage, offset, size, stride, , hooks, ...more]: Items): PickledTensor | undefined {
  if (!isStorage(storage) || storage.dtype === undefined) return undefined;
  if (!isEmptyDict(hooks) || !isNoMetadata(more)) return undefined;
  return view(storage, storage.dtype, offset, size, stride);
}

/** (storage, offset, size, stride, requires_grad, backward_hooks, dtype[, metadata]) */
function tensorOfUntypedStorage(parameters: Items): PickledTensor | undefined {
  const [storage, offset, size, stride, , hooks, type, ...more] = parameters;
  if (!isStorage(storage) || storage.dtype !== undefined) return undefined;
  const dtype = isGlobal(type) ? dtypes.get(type.name) : undefined;
  if (dtype === undefined || !isEmptyDict(hooks) || !isNoMetadata(more)) return undefined;
  return view(storage, dtype, offset, size, stride);
}

/** (tensor, requires_grad, backward_hooks) */
function parameter([tensor, , hooks, ...more]: Items): PickledTensor | undefined {
  if (typeof tensor !== 'object' || tensor?.kind !== 'tensor' || !isEmptyDict(hooks) || more.length > 0)
    return undefined;
  return tensor;
}

function view(
  storage: PickledStorage,
  dtype: string,
  offset: PickleValue | undefined,
  size: PickleValue | undefined,
  stride: PickleValue | undefined,
): PickledTensor | undefined {
  if (!isCount(offset) || !isTuple(size) || !isTuple(stride)) return undefined;
  if (size.items.length !== stride.items.length || size.items.length > maxDimensions) return undefined;
  const shape = size.items.filter(isCount);
  const strides = stride.items.filter(isCount);
  if (shape.length !== size.items.length || strides.length !== shape.length) return undefined;
  return { kind: 'tensor', storage, dtype, offset, shape, strides };
}

/** Metadata would say that the values are to be conjugated or negated. */
function isNoMetadata(more: Items): boolean {
  return more.length === 0 || (more.length === 1 && (more[0] === null || isEmptyDict(more[0])));
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTuple(value: PickleValue | undefined): value is PickleTuple {
  return typeof value === 'object' && value?.kind === 'tuple';
}

function isGlobal(value: PickleValue | undefined) {
  return typeof value === 'object' && value?.kind === 'global';
}

function isStorage(value: PickleValue | undefined): value is PickledStorage {
  return typeof value === 'object' && value?.kind === 'storage';
}

function isEmptyDict(value: PickleValue | undefined): boolean {
  return value !== undefined && isDict(value) && value.entries.size === 0;
}
