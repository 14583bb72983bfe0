/** @file Packs an installed model into one file, for a machine without a network. Any process. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { manifestName, maxManifestBytes, parseManifest } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import { openForeignFile, readForeignFile } from '../foreignFile.ts';
import { copyRange } from './copyRange.ts';
import {
  entryBlock,
  entryBytes,
  isPackedName,
  type PackHeader,
  packEndBytes,
  packHeaderName,
  packVersion,
  paddingBytes,
} from './packFormat.ts';

/** Takes the pack as it is written. */
export interface PackSink {
  /** The bytes are not changed before it resolves. */
  write(bytes: Uint8Array): Promise<void>;
}

export interface PackProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface PackPlan {
  /** Of the whole pack. */
  readonly sizeBytes: number;
  /**
   * The same model gives the same bytes. Every file is checked as it is read: a pack of a damaged model would be found out
   * only on the other machine.
   * @throws ModelError MODEL_DAMAGED; what the sink throws; the signal's reason
   */
  write(
    sink: PackSink,
    options?: { signal?: AbortSignal | undefined; onProgress?: ((progress: PackProgress) => void) | undefined },
  ): Promise<void>;
}

/** @throws ModelError MODEL_NOT_FOUND, or what is wrong with the manifest */
export async function planPack(folder: string): Promise<PackPlan> {
  const content = await readForeignFile(path.join(folder, manifestName), maxManifestBytes).catch((cause: unknown) => {
    throw new ModelError('MODEL_NOT_FOUND', `There is no compiled model in ${folder}.`, { folder }, cause);
  });
  const { files } = parseManifest(content, folder);
  const unfit = files.find(({ name }) => !isPackedName(name));
  if (unfit !== undefined) {
    const message = `The model's file ${unfit.name} has a name that a pack cannot hold. Import the model again.`;
    throw new ModelError('MODEL_MANIFEST_INVALID', message, { folder, name: unfit.name });
  }
  const header: PackHeader = {
    format: 'vignette-model',
    formatVersion: packVersion,
    manifest: { sizeBytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') },
  };
  const texts = [
    { name: packHeaderName, content: Buffer.from(`${JSON.stringify(header, null, 2)}\n`) },
    { name: manifestName, content },
  ];
  const sizes = [...texts.map((text) => text.content.byteLength), ...files.map(({ sizeBytes }) => sizeBytes)];
  const totalBytes = sizes.reduce((sum, sizeBytes) => sum + entryBytes(sizeBytes), packEndBytes);
  return {
    sizeBytes: totalBytes,
    async write(sink, { signal, onProgress } = {}) {
      let doneBytes = 0;
      const write = async (bytes: Uint8Array) => {
        signal?.throwIfAborted();
        await sink.write(bytes);
        doneBytes += bytes.byteLength;
        onProgress?.({ doneBytes, totalBytes });
      };
      for (const text of texts) {
        await write(await entryBlock(text.name, text.content.byteLength));
        await write(Buffer.concat([text.content, Buffer.alloc(paddingBytes(text.content.byteLength))]));
      }
      for (const file of files) {
        await write(await entryBlock(file.name, file.sizeBytes));
        await copyChecked(folder, file, write);
        await write(Buffer.alloc(paddingBytes(file.sizeBytes)));
      }
      await write(Buffer.alloc(packEndBytes));
    },
  };
}

async function copyChecked(
  folder: string,
  { name, sizeBytes, sha256 }: { readonly name: string; readonly sizeBytes: number; readonly sha256: string },
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const damaged = (what: string, cause?: unknown) => {
    const message = `The model's file ${name} ${what}. Import the model again.`;
    return new ModelError('MODEL_DAMAGED', message, { folder, name }, cause);
  };
  await using opened = await openForeignFile(path.join(folder, name)).catch((cause: unknown) => {
    throw damaged('cannot be read', cause);
  });
  const isWhole =
    opened.stats.size === sizeBytes &&
    (await copyRange(opened.handle, { offsetBytes: 0, sizeBytes }, write)) === sha256;
  if (!isWhole) throw damaged('is damaged');
}
