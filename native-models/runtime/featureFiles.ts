/**
 * @file The files of stored features: what they are called, by the model and by what they are of, and their bytes,
 * little-endian. Model host; the library reads which photo a record is about.
 *
 * features   "VGFT" · version u16 · type u8 · rank u8 · key 32 B · fingerprint u32 · dims u32 × rank · values
 * photo      "VGPH" · version u16 · 0 u16     · key 32 B · width u32 · height u32 · pixel hash 32 B · content, UTF-8
 */
import { hash as hashOf } from 'node:crypto';
import type { ModelManifest } from '../compiler/manifest.ts';

/**
 * What decides a model's features: the bytes it was compiled to, and how it is given pictures. Two models of one checkpoint
 * differ in it unless they are the same in all of that. 32 hexadecimal digits.
 */
export function modelFeaturesKey(
  manifest: Pick<ModelManifest, 'compilerVersion' | 'precision' | 'image' | 'files'>,
): string {
  const { compilerVersion, precision, image, files } = manifest;
  const named = files.map(({ name, sha256 }) => [name, sha256]).sort();
  return hashOf('sha256', JSON.stringify([compilerVersion, precision, image, named])).slice(0, 32);
}

/** What computes the features: devices round differently. */
export interface FeatureMaker {
  readonly modelKey: string;
  readonly device: string;
}

/** @param pixelHash SHA-256 of the picture's pixel values */
export function featuresFileName(pixelHash: Buffer, { modelKey, device }: FeatureMaker): string {
  return `${pixelHash.toString('hex')}.${modelKey}.${device}.features`;
}

/** @param fileHash SHA-256 of what tells the photo's file from others */
export function photoFileName(fileHash: Buffer, { modelKey, device }: FeatureMaker): string {
  return `${fileHash.toString('hex')}.${modelKey}.${device}.photo`;
}

export interface NamedFeatures {
  /** Of the pixels or of the file, 64 hexadecimal digits. */
  readonly hash: string;
  readonly modelKey: string;
  readonly kind: 'features' | 'photo';
}

/** Undefined for what no store of features put there. */
export function parseFeatureFileName(name: string): NamedFeatures | undefined {
  const [, hash, modelKey, kind] = /^([0-9a-f]{64})\.([0-9a-f]{32})\.[a-z0-9]+\.(features|photo)$/.exec(name) ?? [];
  if (hash === undefined || modelKey === undefined) return undefined;
  return { hash, modelKey, kind: kind === 'photo' ? 'photo' : 'features' };
}

/** Raised whenever the bytes or the numbers in them change their meaning. */
const version = 1;
const keyBytes = 32;
const headBytes = 8 + keyBytes;
const maxRank = 8;

/** By their numbers in the file. */
const valueTypes = { float32: 0, float16: 1 } as const;
export type StoredType = keyof typeof valueTypes;

export interface FeatureRecord {
  readonly dims: readonly number[];
  readonly values: Float32Array;
  /** Of the picture's pixels, 32 bits. */
  readonly fingerprint: number;
}

export interface PhotoRecord {
  /** What a library knows the file's content by; empty where none does. */
  readonly content: string;
  /** Size as a person sees it, in pixels. */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the pixel values that the model was given. */
  readonly pixelHash: Buffer;
}

/**
 * @param type what does not fit into float16 is kept as float32 all the same
 * @returns undefined for values that are not finite: a driver that failed computed them
 */
export function writeFeatures(key: Buffer, record: FeatureRecord, type: StoredType): Buffer | undefined {
  if (!allFinite(record.values)) return undefined;
  const narrow = type === 'float16' ? new Float16Array(record.values) : undefined;
  const values = narrow !== undefined && allFinite(narrow) ? narrow : record.values;
  const { dims } = record;
  const head = headOf('VGFT', key, 4 + 4 * dims.length);
  head.writeUInt8(values instanceof Float16Array ? valueTypes.float16 : valueTypes.float32, 6);
  head.writeUInt8(dims.length, 7);
  head.writeUInt32LE(record.fingerprint, headBytes);
  for (const [i, dim] of dims.entries()) head.writeUInt32LE(dim, headBytes + 4 + 4 * i);
  return Buffer.concat([head, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}

/** Undefined for what is no record of this key, or has not as many values as it says. */
export function readFeatures(key: Buffer, bytes: Buffer): FeatureRecord | undefined {
  if (!isHeadOf('VGFT', key, bytes, 4)) return undefined;
  const rank = bytes.readUInt8(7);
  const start = headBytes + 4 + 4 * rank;
  if (rank > maxRank || bytes.byteLength < start) return undefined;
  const dims = Array.from({ length: rank }, (_, i) => bytes.readUInt32LE(headBytes + 4 + 4 * i));
  const values = readValues(bytes.subarray(start), bytes.readUInt8(6));
  if (values === undefined || values.length !== dims.reduce((product, dim) => product * dim, 1)) return undefined;
  return { dims, values, fingerprint: bytes.readUInt32LE(headBytes) };
}

export function writePhoto(key: Buffer, { content, width, height, pixelHash }: PhotoRecord): Buffer {
  const head = headOf('VGPH', key, 8);
  head.writeUInt32LE(width, headBytes);
  head.writeUInt32LE(height, headBytes + 4);
  return Buffer.concat([head, pixelHash, Buffer.from(content)]);
}

/** Undefined for what is no record of this key. */
export function readPhoto(key: Buffer, bytes: Buffer): PhotoRecord | undefined {
  if (!isHeadOf('VGPH', key, bytes, 8 + keyBytes)) return undefined;
  const hashStart = headBytes + 8;
  return {
    width: bytes.readUInt32LE(headBytes),
    height: bytes.readUInt32LE(headBytes + 4),
    pixelHash: bytes.subarray(hashStart, hashStart + keyBytes),
    content: bytes.toString('utf8', hashStart + keyBytes),
  };
}

/** Whichever its key; undefined for what is no record of a photo. */
export function readAnyPhoto(bytes: Buffer): PhotoRecord | undefined {
  return readPhoto(bytes.subarray(8, headBytes), bytes);
}

function headOf(magic: string, key: Buffer, moreBytes: number): Buffer {
  const head = Buffer.alloc(headBytes + moreBytes);
  head.write(magic, 'latin1');
  head.writeUInt16LE(version, 4);
  key.copy(head, 8);
  return head;
}

function isHeadOf(magic: string, key: Buffer, bytes: Buffer, moreBytes: number): boolean {
  return (
    bytes.byteLength >= headBytes + moreBytes &&
    bytes.toString('latin1', 0, 4) === magic &&
    bytes.readUInt16LE(4) === version &&
    key.equals(bytes.subarray(8, headBytes))
  );
}

/** A copy: the bytes need not lie where numbers may. */
function readValues(bytes: Buffer, type: number): Float32Array | undefined {
  const { buffer } = Uint8Array.from(bytes);
  if (type === valueTypes.float16 && bytes.byteLength % 2 === 0) return new Float32Array(new Float16Array(buffer));
  if (type === valueTypes.float32 && bytes.byteLength % 4 === 0) return new Float32Array(buffer);
  return undefined;
}

function allFinite(values: Float32Array | Float16Array): boolean {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
}
