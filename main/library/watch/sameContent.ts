/** @file Whether two files have the same content, going by what the catalog keeps of each. Main process, CLI. */

import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';
import type { ReadFile } from '../catalog/photos/photoPlaces.ts';
import { isSameTime } from '../photos/fileState.ts';

/**
 * Whether the file at `path` holds what the photo held. Equal samples of a long file settle it only together with the
 * whole content or, where that was never read, with the time; a long file is read for it once at most.
 * Empty files are nobody's.
 */
export class ContentComparison {
  readonly #path: string;
  readonly #file: ReadFile;
  #sha256: string | undefined;

  constructor(path: string, file: ReadFile) {
    this.#path = path;
    this.#file = file;
  }

  async equals(known: ReadFile, signal: AbortSignal | undefined): Promise<boolean> {
    const file = this.#file;
    if (file.sizeBytes === 0 || file.sizeBytes !== known.sizeBytes || !file.fingerprint.equals(known.fingerprint)) {
      return false;
    }
    if (file.contentSha256 !== null) {
      // The fingerprint is of all bytes.
      return true;
    }
    if (known.contentSha256 === null || isSameTime(file.modifiedMs, known.modifiedMs)) {
      return isSameTime(file.modifiedMs, known.modifiedMs);
    }
    this.#sha256 ??= (await sha256OfFile(this.#path, { signal })).sha256;
    return this.#sha256 === known.contentSha256.toString('hex');
  }
}
