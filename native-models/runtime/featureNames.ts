/** @file What the files of stored features are called: by the model, and by what they are of. Pure; any process. */
import { hash } from 'node:crypto';
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
  return hash('sha256', JSON.stringify([compilerVersion, precision, image, named])).slice(0, 32);
}

/** @param key SHA-256 of what they are of */
export function featuresFileName(key: Buffer, modelKey: string): string {
  return `${key.toString('hex')}.${modelKey}.features`;
}

/** @param key SHA-256 of what tells the photo's file from others */
export function photoFileName(key: Buffer, modelKey: string): string {
  return `${key.toString('hex')}.${modelKey}.photo`;
}

export interface NamedFeatures {
  readonly key: string;
  readonly modelKey: string;
  readonly kind: 'features' | 'photo';
}

/** Undefined for what no store of features put there. */
export function parseFeatureFileName(name: string): NamedFeatures | undefined {
  const [, key, modelKey, kind] = /^([0-9a-f]{64})\.([0-9a-f]{32})\.(features|photo)$/.exec(name) ?? [];
  if (key === undefined || modelKey === undefined) return undefined;
  return { key, modelKey, kind: kind === 'photo' ? 'photo' : 'features' };
}
