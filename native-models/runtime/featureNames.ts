/** @file What the files of stored features are called: by the model, and by what they are of. Pure; any process. */
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
