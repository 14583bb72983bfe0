/**
 * @file Imports a packed model: an exact copy in a working folder, of which every byte is checked and which is tested on this
 * machine before it gets its name.
 */
import { type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { loadAnyModel } from '../architectures/models.ts';
import { ImportJournal } from '../compiler/importJournal.ts';
import type { ImportOptions } from '../compiler/importOptions.ts';
import { rememberFiles } from '../compiler/installedFiles.ts';
import { type ModelManifest, manifestName, writeManifest } from '../compiler/manifest.ts';
import { assertSpace, describeWriteError, ModelError } from '../compiler/modelError.ts';
import { assertNameFree, placeModel, workingFolderOf } from '../compiler/modelStore.ts';
import { readForeignFile } from '../foreignFile.ts';
import { ModelProtoSchema } from '../onnx/generated/onnx_pb.js';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import { assertSelfTest } from '../runtime/modelSelfTest.ts';
import { copyRange } from './copyRange.ts';
import { type OpenedPack, openPack, type PackedFile, packDamaged } from './openPack.ts';

/**
 * Copies the model in the pack `source` to `modelsFolder/<id>`, by default under the name that it had.
 *
 * An import that is aborted or killed goes on where it stopped when it is started again; one that fails leaves nothing.
 * @throws ModelError PACK_INVALID, PACK_NEWER, PACK_DAMAGED, MODEL_ID_TAKEN, MODEL_PRECISION_UNSUPPORTED, DISK_FULL,
 *   MODEL_SELF_TEST_FAILED, …; the signal's reason when aborted
 */
export async function importPack(options: ImportOptions): Promise<ModelManifest> {
  const { source, modelsFolder, precision = 'auto', signal } = options;
  await using pack = await openPack(source);
  const id = options.id ?? pack.manifest.id;
  await assertNameFree(modelsFolder, id, options.replace === true);
  if (precision !== 'auto' && precision !== pack.manifest.precision) {
    const message = `The packed model is stored as ${pack.manifest.precision}, and is imported as it is.`;
    throw new ModelError('MODEL_PRECISION_UNSUPPORTED', message, { id, precision });
  }
  const working = workingFolderOf(modelsFolder, id);
  try {
    const manifest = await unpack(pack, { ...options, id, working });
    await placeModel(modelsFolder, id);
    return manifest;
  } catch (error) {
    const isOthers = error instanceof ModelError && error.code === 'MODEL_IN_USE';
    if (signal?.aborted !== true && !isOthers) await rm(working, { recursive: true, force: true });
    throw describeWriteError(error, working);
  }
}

/** The journal's entries are graphs for a checkpoint; here they are files, of which there is one form. */
const noWideLayers: string[] = [];

interface Unpacking extends ImportOptions {
  readonly id: string;
  readonly working: string;
}

/** Leaves the model in its working folder, complete and tested. */
async function unpack(pack: OpenedPack, options: Unpacking): Promise<ModelManifest> {
  const { source, id, working, signal, onProgress } = options;
  await mkdir(working, { recursive: true });
  await using journal = await ImportJournal.open(working, JSON.stringify(['pack', pack.manifestSha256]));
  const totalBytes = pack.manifest.sizeBytes;
  let doneBytes = 0;
  const progressed = (bytes: number) => {
    doneBytes += bytes;
    onProgress?.({ stage: 'unpack', doneBytes, totalBytes });
  };
  const missing = pack.files.filter(({ name }) => journal.filesOf(name, noWideLayers) === undefined);
  const missingBytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await assertSpace(working, missingBytes);
  progressed(totalBytes - missingBytes);
  for (const file of missing) {
    if ((await copyOut(pack.handle, file, { working, signal, progressed })) !== file.sha256) {
      throw packDamaged(source, file.name);
    }
    const { name, sizeBytes, sha256 } = file;
    await journal.add({ graph: name, wideLayers: noWideLayers, files: [{ name, sizeBytes, sha256 }] });
  }
  const manifest = { ...pack.manifest, id };
  if (id !== pack.manifest.id) await writeManifest(working, manifest);
  else await writeFile(path.join(working, manifestName), pack.manifestContent, { flush: true });
  await assertGraphFiles(
    working,
    pack.files.map(({ name }) => name),
  );
  signal?.throwIfAborted();
  onProgress?.({ stage: 'verify', doneBytes: 0, totalBytes: 1 });
  await selfTest(working);
  onProgress?.({ stage: 'verify', doneBytes: 1, totalBytes: 1 });
  await rememberFiles(working, manifest);
  await journal.finish();
  return manifest;
}

/** Returns the SHA-256 of what was copied; undefined where the pack was cut off meanwhile. */
async function copyOut(
  pack: FileHandle,
  { name, ...range }: PackedFile,
  {
    working,
    signal,
    progressed,
  }: { working: string; signal: AbortSignal | undefined; progressed: (bytes: number) => void },
): Promise<string | undefined> {
  const target = path.join(working, name);
  await mkdir(path.dirname(target), { recursive: true });
  // what an earlier attempt left is not finished
  await rm(target, { force: true });
  await using file = await open(target, 'wx');
  const sha256 = await copyRange(pack, range, async (piece) => {
    signal?.throwIfAborted();
    await file.writeFile(piece);
    progressed(piece.byteLength);
  });
  await file.sync();
  return sha256;
}

async function selfTest(working: string): Promise<void> {
  const { model, manifest } = await loadAnyModel(working, defaultSessionSettings);
  await using _disposed = model;
  await assertSelfTest(model, manifest, 'cpu');
}

const maxGraphBytes = 64 << 20;

/**
 * A graph takes weights from the files that it names: they must be files of the model.
 * @param files of the model in `folder`
 * @throws ModelError PACK_INVALID, naming the graph
 */
async function assertGraphFiles(folder: string, files: readonly string[]): Promise<void> {
  const known = new Set(files);
  for (const name of files.filter((file) => file.endsWith('.onnx'))) {
    const invalid = (what: string, cause?: unknown) =>
      new ModelError('PACK_INVALID', `The packed model cannot be used: its graph ${name} ${what}.`, { name }, cause);
    const content = await readForeignFile(path.join(folder, name), maxGraphBytes).catch((cause: unknown) => {
      throw invalid('is too large', cause);
    });
    let locations: Set<string>;
    try {
      locations = locationsIn(fromBinary(ModelProtoSchema, content));
    } catch (cause) {
      throw invalid('is no graph', cause);
    }
    const foreign = [...locations].find((location) => !known.has(location));
    if (foreign !== undefined) throw invalid(`takes weights from ${JSON.stringify(foreign).slice(0, 100)}`);
  }
}

/** Tensors lie in graphs, in attributes of their nodes, and in the graphs within these. */
function locationsIn(message: unknown, found = new Set<string>()): Set<string> {
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return found;
  if (Array.isArray(message)) {
    for (const part of message) if (typeof part === 'object') locationsIn(part, found);
    return found;
  }
  for (const [field, value] of Object.entries(message)) {
    if (field !== 'externalData' || !Array.isArray(value)) locationsIn(value, found);
    else for (const { key, value: location } of value) if (key === 'location') found.add(location);
  }
  return found;
}
