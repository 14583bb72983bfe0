/** @file What a plain sidecar says, without ExifTool. Pure; picture process. */
import type { TagValues } from '../tagValues.ts';
import { plainXmpTags } from './xmpTags.ts';

/** By which ExifTool takes a file for XMP. */
const plainBeginning = /^(?:<\?xml [^<>]*\?>\s*)?<(?:\?xpacket |x:xmpmeta\s)/;

/** Undefined where ExifTool has to read it. */
export function plainSidecarTags(bytes: Buffer): TagValues | undefined {
  if (!plainBeginning.test(bytes.toString('latin1', 0, 256))) return undefined;
  // What a sidecar says of the camera counts for nothing.
  const tags = plainXmpTags(bytes, () => true);
  return tags === undefined ? undefined : new Map([['File:FileType', 'XMP'], ...tags]);
}
