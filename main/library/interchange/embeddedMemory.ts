/** @file What photos' files say of themselves, kept from the question whether it may be replaced until it is written into a sidecar: both need it, and reading it is slow. Main process, CLI. */
import { stat } from 'node:fs/promises';
import { fileIdentity } from '../../../native-models/fileIdentity.ts';
import type { Embedded } from './plainEmbedded.ts';

interface Kept {
  /** Of the file that was read. */
  readonly identity: string;
  readonly embedded: Embedded | undefined;
}

/** Some thousand photos' worth; of more, the first are read twice. */
const defaultMaxBytes = 64 << 20;
/** Of an entry beside its XMP. */
const entryBytes = 256;

export class EmbeddedMemory {
  readonly #kept = new Map<string, Kept>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number = defaultMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  /** Reads it, and keeps it for `take`. */
  async read(photo: string, read: (photo: string) => Promise<Embedded | undefined>): Promise<Embedded | undefined> {
    const identity = await identityOf(photo);
    const embedded = await read(photo);
    this.#forget(photo);
    // Changed meanwhile, it may be half of either.
    if (identity === undefined || identity !== (await identityOf(photo))) return embedded;
    this.#kept.set(photo, { identity, embedded });
    this.#bytes += sizeOf(embedded);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#forget(oldest);
    }
    return embedded;
  }

  /** What was kept of the file as it is now, for the last time; else reads it. */
  async take(photo: string, read: (photo: string) => Promise<Embedded | undefined>): Promise<Embedded | undefined> {
    const kept = this.#kept.get(photo);
    this.#forget(photo);
    return kept !== undefined && kept.identity === (await identityOf(photo)) ? kept.embedded : await read(photo);
  }

  #forget(photo: string): void {
    const kept = this.#kept.get(photo);
    if (kept === undefined) return;
    this.#kept.delete(photo);
    this.#bytes -= sizeOf(kept.embedded);
  }
}

/** What was read out of the packet is smaller than it. */
function sizeOf(embedded: Embedded | undefined): number {
  return entryBytes + 2 * (embedded?.xmp?.byteLength ?? 0);
}

/** Undefined where it cannot be told; reading the file then says why. */
async function identityOf(photo: string): Promise<string | undefined> {
  try {
    return fileIdentity(await stat(photo, { bigint: true }));
  } catch {
    return undefined;
  }
}
