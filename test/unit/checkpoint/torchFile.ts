/** @file Writes PyTorch weight files byte by byte, sound or broken: pickle operations and the zip file around them. */
import { crc32 } from 'node:zlib';

/** A pickle, or a part of one. */
export type PickleBytes = readonly number[];

export const littleEndian = (value: number, sizeBytes: number): number[] =>
  Array.from({ length: sizeBytes }, (_, i) => Math.floor(value / 256 ** i) % 256);

export const MARK = 0x28;
export const TUPLE = 0x74;
export const REDUCE = 0x52;
export const BUILD = 0x62;
export const SETITEM = 0x73;
export const SETITEMS = 0x75;
export const BINPERSID = 0x51;
export const EMPTY_DICT = 0x7d;
export const EMPTY_TUPLE = 0x29;
export const EMPTY_LIST = 0x5d;
export const APPEND = 0x61;
export const NONE = 0x4e;
export const FALSE = 0x89;

export const ascii = (text: string): number[] => [...Buffer.from(text)];
export const text = (value: string): number[] => [0x58, ...littleEndian(Buffer.byteLength(value), 4), ...ascii(value)];
export const put = (slot: number): number[] => [0x71, slot];
export const get = (slot: number): number[] => [0x68, slot];
export const tuple = (...items: PickleBytes[]): number[] => [MARK, ...items.flat(), TUPLE];
/** GLOBAL */
export const named = (module: string, name: string): number[] => [0x63, ...ascii(`${module}\n${name}\n`)];
/** STACK_GLOBAL, with short texts, as protocol 4 has it */
export const namedOnStack = (module: string, name: string): number[] => [
  ...[module, name].flatMap((part) => [0x8c, part.length, ...ascii(part)]),
  0x93,
];
export const call = (callee: PickleBytes, ...parameters: PickleBytes[]): number[] => [
  ...callee,
  ...tuple(...parameters),
  REDUCE,
];

/** A whole number in the shortest of the forms: one or two bytes, four with a sign, or LONG1. */
export function int(value: number): number[] {
  if (value >= 0 && value < 256) return [0x4b, value];
  if (value >= 0 && value < 65536) return [0x4d, ...littleEndian(value, 2)];
  if (value >= -(2 ** 31) && value < 2 ** 31) return [0x4a, ...littleEndian(value >>> 0, 4)];
  return [0x8a, 8, ...littleEndian(value, 8)];
}

export const storage = (key: string, length: number, type: PickleBytes = named('torch', 'FloatStorage')): number[] => [
  ...tuple(text('storage'), type, text(key), text('cpu'), int(length)),
  BINPERSID,
];

export const orderedDict: PickleBytes = [...named('collections', 'OrderedDict'), EMPTY_TUPLE, REDUCE];

/** A tensor as `_rebuild_tensor_v2` is asked for it; contiguous unless strides are given. */
export function tensor(
  of: PickleBytes,
  { offset = 0, shape, strides }: { offset?: number; shape: readonly number[]; strides?: readonly number[] },
): number[] {
  const steps = strides ?? shape.map((_, i) => shape.slice(i + 1).reduce((product, dim) => product * dim, 1));
  const counts = (values: readonly number[]) => tuple(...values.map(int));
  return call(
    named('torch._utils', '_rebuild_tensor_v2'),
    ...[of, int(offset), counts(shape), counts(steps), [FALSE], orderedDict],
  );
}

export const dict = (entries: Readonly<Record<string, PickleBytes>>): number[] => [
  EMPTY_DICT,
  MARK,
  ...Object.entries(entries).flatMap(([name, value]) => [...text(name), ...value]),
  SETITEMS,
];

/** A whole pickle around one value. */
export const pickle = (value: PickleBytes, protocol = 2): Buffer => Buffer.from([0x80, protocol, ...value, 0x2e]);

export interface ZipRecord {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the lists of the archive say of the record, where it is not the truth. */
  readonly claims?: { readonly method?: number; readonly sizeBytes?: number; readonly headerOffset?: number };
}

/** A zip file of stored records. */
export function zip(records: readonly ZipRecord[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const { name, data, claims = {} } of records) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(claims.method ?? 0, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(claims.sizeBytes ?? data.length, 14);
    common.writeUInt32LE(claims.sizeBytes ?? data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(claims.headerOffset ?? position, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name));
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), Buffer.from(data));
    position += 30 + Buffer.byteLength(name) + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(records.length, 8);
  end.writeUInt16LE(records.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** A weight file of one pickle and storages `0`, `1`, … */
export function torchFile(table: Uint8Array, storages: readonly Uint8Array[] = []): Buffer {
  return zip([
    { name: 'archive/data.pkl', data: table },
    { name: 'archive/byteorder', data: Buffer.from('little') },
    ...storages.map((data, i) => ({ name: `archive/data/${i}`, data })),
    { name: 'archive/version', data: Buffer.from('3\n') },
  ]);
}

const storageTypes: Readonly<Record<string, string>> = { F32: 'FloatStorage', F16: 'HalfStorage', I64: 'LongStorage' };
const elementBytes: Readonly<Record<string, number>> = { F32: 4, F16: 2, I64: 8 };

/**
 * What `torch.save(state_dict)` writes; tensors with the same bytes share a storage. `wrap` makes of the dictionary what
 * a training script saves.
 */
export function torchStateDict(
  tensors: ReadonlyMap<
    string,
    { readonly dtype: string; readonly shape: readonly number[]; readonly data: Uint8Array }
  >,
  wrap: (dictionary: PickleBytes) => PickleBytes = (dictionary) => dictionary,
): Buffer {
  const storages: Uint8Array[] = [];
  const entries: Record<string, PickleBytes> = {};
  for (const [name, { dtype, shape, data }] of tensors) {
    if (!storages.includes(data)) storages.push(data);
    const type = named('torch', storageTypes[dtype] ?? dtype);
    const of = storage(String(storages.indexOf(data)), data.byteLength / (elementBytes[dtype] ?? 1), type);
    entries[name] = tensor(of, { shape });
  }
  return torchFile(pickle(wrap(dict(entries))), storages);
}
