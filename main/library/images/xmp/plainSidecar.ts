/** @file What a plain sidecar says, without ExifTool. Pure; picture process. */
import { beginsAsXmp } from '../../metadata/xmpProperties.ts';
import type { TagValues } from '../tagValues.ts';
import { plainXmpTags } from './xmpTags.ts';

/** Undefined where ExifTool has to read it. */
export function plainSidecarTags(bytes: Buffer): TagValues | undefined {
  if (!beginsAsXmp(bytes)) return undefined;
  // What a sidecar says of the camera counts for nothing.
  const tags = plainXmpTags(bytes, () => true);
  return tags === undefined ? undefined : new Map([['File:FileType', 'XMP'], ...tags]);
}
