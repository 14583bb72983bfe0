/**
 * @file Imports a published checkpoint: compiles it to ONNX graphs in a working folder, tests the result, and only then
 * gives it its name. Memory is bounded by the pieces that stream through, not by the checkpoint.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import type { RecognizedModel } from '../architectures/compilers.ts';
import { loadAnyModel } from '../architectures/models.ts';
import { TensorAccount } from '../checkpoint/graphWeights.ts';
import { TensorReader } from '../checkpoint/weightStreams.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import { EqualizedReader } from '../quantization/equalization.ts';
import { isQuantized, type Precision } from '../quantization/precision.ts';
import { suitablePrecision } from '../quantization/suitablePrecision.ts';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import { selfTestStages } from '../runtime/modelSelfTest.ts';
import { tokenizerFileContents } from '../tokenizers/tokenizerFiles.ts';
import { ArrivalsEnded } from './arrivals.ts';
import { compileArriving } from './compileArriving.ts';
import { buildGraphs, type ModelGraph, weightBytes } from './compileGraphs.ts';
import { sha256OfFile } from './fileHash.ts';
import { floatFolderOf } from './floatPredictions.ts';
import { GraphCompilation } from './graphCompilation.ts';
import { ImportJournal } from './importJournal.ts';
import type { ImportOptions } from './importOptions.ts';
import { rememberFiles } from './installedFiles.ts';
import { copyLicence } from './licenceFiles.ts';
import { compilerVersion, type ModelManifest, newManifest, writeManifest } from './manifest.ts';
import { measureQuality } from './measureQuality.ts';
import { assertSpace, describeWriteError, isDiskFull, ModelError } from './modelError.ts';
import { loadTokenizers, type ModelSource } from './modelSource.ts';
import { assertNameFree, placeModel, workingFolderOf } from './modelStore.ts';
import { openSource } from './openSource.ts';
import type { WideLayers } from './quality.ts';
import { idOfSource } from './sourceName.ts';

/**
 * Compiles the checkpoint in `source` to the model `modelsFolder/<id>`.
 *
 * An import that is aborted or killed goes on where it stopped when it is started again with the same source and id;
 * one that fails leaves nothing behind. One whose files stop arriving goes on, too, and does without those that it let go.
 * @throws CheckpointError, ModelError, TokenizerError; the signal's reason when aborted
 */
export async function importCheckpoint(options: ImportOptions): Promise<ModelManifest> {
  const id = options.id ?? (await idOfSource(options));
  await assertNameFree(options.modelsFolder, id, options.replace === true);
  const manifest = await compile(options, id);
  await placeModel(options.modelsFolder, id).catch((error: unknown) => {
    throw describeWriteError(error, options.modelsFolder);
  });
  return manifest;
}

/** Leaves the model in its working folder, complete and tested. */
async function compile(options: ImportOptions, id: string): Promise<ModelManifest> {
  await using source = await openSource(options);
  const { recognized, tensors } = source;
  const tokenizers = await loadTokenizers(recognized.facts, source.folder);
  source.assertTokenizers(tokenizers);
  for (const tokenizer of tokenizers.values()) tokenizer.assertQuick();
  const plainReader = new TensorReader(tensors);
  const equalizedReader = new EqualizedReader(
    tensors,
    recognized.links((tensor) => tensors.has(tensor)),
  );
  const graphsIn = (wanted: Precision, wide: readonly WideLayers[] = []) => {
    const isWide = (graph: string, layer: string) => {
      return wide.some((candidate) => candidate.graph === graph && candidate.layers.includes(layer));
    };
    const reader = wanted === 'fp32' ? plainReader : equalizedReader;
    const weights = { tensors, account: new TensorAccount(tensors), reader };
    return buildGraphs(recognized, weights, wanted, isWide);
  };
  const precision = choosePrecision(options, (wanted) => weightsOf(graphsIn(wanted)));
  const graphs = graphsIn(precision);

  const working = workingFolderOf(options.modelsFolder, id);
  const fingerprint = JSON.stringify([compilerVersion, precision, source.identity]);
  await using journal = await openWorkingFolder(working, fingerprint);
  try {
    await rm(floatFolderOf(working), { recursive: true, force: true });
    const graphFiles = await compileWeights({ graphs, source, working, journal }, options);
    const copiedFiles = await storeTokenizers(recognized, source.folder, working);
    copiedFiles.push(...(await copyLicence(source.folder, working)));
    // the copies, too: the source may have changed since
    source.assertTokenizers(await loadTokenizers(recognized.facts, working));
    const manifest = newManifest({
      id,
      architecture: recognized.architecture,
      kind: recognized.kind,
      ...(recognized.promptStyle === undefined ? {} : { promptStyle: recognized.promptStyle }),
      precision,
      source: {
        name: source.name,
        ...(source.revision === undefined ? {} : { revision: source.revision }),
        files: [...(await source.weightFiles(options))],
      },
      importedAt: new Date().toISOString(),
      ...contents([...graphFiles, ...copiedFiles]),
      image: source.image,
      config: recognized.config,
      selfTest: [],
      ...(source.calibration === undefined ? {} : { calibration: source.calibration }),
    });
    await writeManifest(working, manifest);
    let tested = { ...manifest, selfTest: await runSelfTest(working, options) };
    if (isQuantized(precision) && source.arriving !== undefined) {
      tested = { ...tested, quality: { type: 'notKept' } };
    } else if (isQuantized(precision) && options.measuresQuality !== false) {
      const installed = source.floatModel;
      const { signal, onProgress } = options;
      onProgress?.({ stage: 'measure', doneBytes: 0, totalBytes: 1 });
      const model = { working, installed, manifest, precision, build: graphsIn, journal, signal };
      const { quality, files } = await measureQuality(model);
      onProgress?.({ stage: 'measure', doneBytes: 1, totalBytes: 1 });
      tested = { ...tested, ...contents([...files, ...copiedFiles]), quality };
      const isWidened = quality.type === 'measured' && quality.wideLayers.length > 0;
      if (isWidened) tested = { ...tested, selfTest: await runSelfTest(working, options) };
    }
    await writeManifest(working, tested);
    await rememberFiles(working, tested);
    await journal.finish();
    return tested;
  } catch (error) {
    // files that have been let go would have to be downloaded again
    const isKept = error instanceof ArrivalsEnded || (source.arriving !== undefined && isDiskFull(error));
    if (!isKept && options.signal?.aborted !== true) await rm(working, { recursive: true, force: true });
    throw error instanceof ArrivalsEnded ? error.cause : describeWriteError(error, working, { isKept });
  }
}

async function openWorkingFolder(working: string, fingerprint: string): Promise<ImportJournal> {
  try {
    await mkdir(working, { recursive: true });
    return await ImportJournal.open(working, fingerprint);
  } catch (error) {
    throw describeWriteError(error, working);
  }
}

/**
 * As published, or made of older files. Their contents, never links: what they would lead to may be deleted or changed.
 */
async function storeTokenizers({ facts }: RecognizedModel, source: string, working: string): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const { folder } of facts.vocabularies) {
    await mkdir(path.join(working, folder), { recursive: true });
    for (const [file, content] of await tokenizerFileContents(path.join(source, folder))) {
      const name = path.posix.join(folder, file);
      await writeFile(path.join(working, name), content, { flush: true });
      files.push({ name, ...(await sha256OfFile(path.join(working, name))) });
    }
  }
  return files;
}

function contents(files: WrittenFile[]): Pick<ModelManifest, 'files' | 'sizeBytes'> {
  return { files, sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0) };
}

async function runSelfTest(working: string, { signal, onProgress }: ImportOptions) {
  signal?.throwIfAborted();
  onProgress?.({ stage: 'verify', doneBytes: 0, totalBytes: 1 });
  const { model, manifest } = await loadAnyModel(working, defaultSessionSettings);
  await using _disposed = model;
  const stages = await selfTestStages(model, manifest.image);
  for (const { stage, values, norm } of stages) {
    if (![norm, ...values].every(Number.isFinite)) {
      throw new ModelError(
        'MODEL_SELF_TEST_FAILED',
        `The checkpoint computes values that are not finite (stage ${stage}): its weights are damaged.`,
        { stage },
      );
    }
  }
  onProgress?.({ stage: 'verify', doneBytes: 1, totalBytes: 1 });
  return stages;
}

/** What was asked for, or what suits this machine. */
function choosePrecision(
  { precision = 'fp32', card, onPrecision }: ImportOptions,
  sizeIn: (precision: Precision) => number,
): Precision {
  if (precision !== 'auto') return precision;
  const choice = suitablePrecision(sizeIn, totalmem(), card);
  onPrecision?.(choice);
  return choice.precision;
}

function weightsOf(graphs: readonly ModelGraph[]): number {
  return graphs.reduce((sum, { graph }) => sum + weightBytes(graph), 0);
}

export interface ModelToCompile {
  readonly graphs: readonly ModelGraph[];
  readonly source: ModelSource;
  readonly working: string;
  readonly journal: ImportJournal;
}

/** @returns the files of all graphs. @throws as `compileArriving`; ModelError DISK_FULL before anything is written */
async function compileWeights(
  { graphs, source: { arriving }, working, journal }: ModelToCompile,
  { signal, onProgress }: Pick<ImportOptions, 'signal' | 'onProgress'>,
): Promise<WrittenFile[]> {
  await using compilation = await GraphCompilation.open(graphs, working, journal, { signal, onProgress });
  await assertSpace(working, compilation.pendingBytes);
  if (arriving === undefined) await compilation.compile(compilation.pending);
  else await compileArriving({ ...arriving, compilation, working, journal, signal });
  return compilation.files;
}
