/**
 * @file Imports a published checkpoint: compiles it to ONNX graphs in a working folder, tests the result, and only then
 * gives it its name. Memory is bounded by the pieces that stream through, not by the checkpoint.
 */
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type RecognizedModel, recognizeModel } from '../architectures/compilers.ts';
import { loadAnyModel } from '../architectures/models.ts';
import { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { parseConfig } from '../checkpoint/configSchemas.ts';
import { GraphWeights, TensorAccount, type WeightSource } from '../checkpoint/graphWeights.ts';
import { locateCheckpoint, shortName } from '../checkpoint/hubCache.ts';
import { TensorReader } from '../checkpoint/weightStreams.ts';
import { fileIdentity } from '../fileIdentity.ts';
import { ForeignFileError, readForeignFile } from '../foreignFile.ts';
import { type AttentionForm, Graph } from '../onnx/graph.ts';
import { type WrittenFile, writeModel } from '../onnx/modelWriter.ts';
import { pathExists } from '../pathExists.ts';
import { equalize, noEqualization } from '../quantization/equalization.ts';
import { formatOf, type Precision } from '../quantization/precision.ts';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import { selfTestStages } from '../runtime/pictureSelfTest.ts';
import { loadTokenizer, type TextTokenizer } from '../tokenizers/tokenizer.ts';
import { addedTokensOf, maxTokenizerFileBytes } from '../tokenizers/tokenizerFiles.ts';
import { agreedImageProcessor, assertTokensAgree } from './agreement.ts';
import { assertSpace, describeWriteError } from './diskFaults.ts';
import { sha256OfFile } from './fileHash.ts';
import { ImportJournal } from './importJournal.ts';
import { rememberFiles } from './installedFiles.ts';
import {
  type Calibration,
  calibrationSchema,
  compilerVersion,
  type ModelManifest,
  newManifest,
  writeManifest,
} from './manifest.ts';
import { ModelError } from './modelError.ts';
import { assertModelId, idFromName, workingFolderOf } from './modelStore.ts';

export interface ImportProgress {
  /** `compile` writes the graphs, `hash` reads the source once more for its checksum, `verify` runs the self-test. */
  readonly stage: 'compile' | 'hash' | 'verify';
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ImportOptions {
  /** Folder of the checkpoint, or its repository's in the Hugging Face cache. */
  readonly source: string;
  /** Folder that holds the compiled models. */
  readonly modelsFolder: string;
  /** Name of the new model; the default is made from the checkpoint's. */
  readonly id?: string | undefined;
  readonly precision?: Precision | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** Files of a tokenizer, as published. */
const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json'];

/**
 * Compiles the checkpoint in `source` to the model `modelsFolder/<id>`.
 *
 * An import that is aborted or killed goes on where it stopped when it is started again with the same source and id;
 * one that fails leaves nothing behind.
 * @throws CheckpointError, ModelError, TokenizerError; the signal's reason when aborted
 */
export async function importCheckpoint(options: ImportOptions): Promise<ModelManifest> {
  const place = await locateCheckpoint(options.source);
  const source = place.folder;
  const id = options.id ?? idFromName(shortName(place));
  assertModelId(id);
  const target = path.join(options.modelsFolder, id);
  if (await pathExists(target)) {
    throw new ModelError(
      'MODEL_ID_TAKEN',
      `There is already a model called ${id}. Remove it first, or choose another name with --id.`,
      { id },
    );
  }
  await using checkpoint = await Checkpoint.open(source);
  const raw = {
    config: await checkpoint.readJson('config.json'),
    generationConfig: await checkpoint.readJson('generation_config.json'),
    // what is wrong with the file is told when the tokenizer is loaded
    addedTokens: addedTokensOf(await checkpoint.readJson('tokenizer.json').catch(() => undefined)),
  };
  const recognized = recognizeModel(raw, checkpoint.tensorNames());
  const companions = {
    preprocessorConfig: await checkpoint.readJson('preprocessor_config.json'),
    processorConfig: await checkpoint.readJson('processor_config.json'),
    addedTokens: await checkpoint.readJson('added_tokens.json'),
    tokenizerConfigs: new Map(
      await Promise.all(
        recognized.facts.vocabularies.map(async ({ folder }) => {
          return [folder, await checkpoint.readJson(path.join(folder, 'tokenizer_config.json'))] as const;
        }),
      ),
    ),
  };
  const image = agreedImageProcessor(companions, recognized.facts);
  const calibration = await readCalibration(checkpoint);
  const tokenizers = await loadTokenizers(recognized, source);
  assertTokensAgree(recognized.facts, tokenizers, companions);
  for (const tokenizer of tokenizers.values()) tokenizer.assertQuick();
  const precision = options.precision ?? 'fp32';
  const equalization = noEqualization();
  const reader = new TensorReader(checkpoint, equalization.factors);
  const account = new TensorAccount(checkpoint);
  const graphs = buildGraphs(recognized, { checkpoint, account, reader, equalization }, precision);

  const working = workingFolderOf(options.modelsFolder, id);
  const fingerprint = JSON.stringify([compilerVersion, precision, source, checkpoint.files]);
  await using journal = await openWorkingFolder(working, fingerprint);
  try {
    await assertSpace(working, bytesToWrite(graphs, journal));
    if (precision !== 'fp32') {
      const links = recognized.links((tensor) => checkpoint.has(tensor));
      await equalize(reader, links, equalization, options.signal);
    }
    const files = await writeGraphs(graphs, working, journal, options);
    files.push(...(await copyTokenizers(recognized, source, working)));
    // the copies, too: the source may have changed since
    assertTokensAgree(recognized.facts, await loadTokenizers(recognized, working), companions);
    const manifest = newManifest({
      id,
      architecture: recognized.architecture,
      kind: recognized.kind,
      ...(recognized.promptStyle === undefined ? {} : { promptStyle: recognized.promptStyle }),
      precision,
      source: {
        name: place.name,
        ...(place.revision === undefined ? {} : { revision: place.revision }),
        files: await hashSource(checkpoint, options),
      },
      importedAt: new Date().toISOString(),
      files,
      sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
      image,
      config: recognized.config,
      selfTest: [],
      ...(calibration === undefined ? {} : { calibration }),
    });
    await writeManifest(working, manifest);
    const tested = { ...manifest, selfTest: await runSelfTest(working, options) };
    await writeManifest(working, tested);
    await rememberFiles(working, tested);
    await journal.finish();
    await rename(working, target);
    return tested;
  } catch (error) {
    if (options.signal?.aborted !== true) await rm(working, { recursive: true, force: true });
    throw describeWriteError(error, working);
  }
}

/** A matching model that somebody calibrated carries the result beside its config, as `vignette models calibrate` gives it. */
async function readCalibration(checkpoint: Checkpoint): Promise<Calibration | undefined> {
  const raw = await checkpoint.readJson('calibration.json');
  return raw === undefined ? undefined : parseConfig(calibrationSchema, raw, 'calibration.json');
}

async function openWorkingFolder(working: string, fingerprint: string): Promise<ImportJournal> {
  try {
    await mkdir(working, { recursive: true });
    return await ImportJournal.open(working, fingerprint);
  } catch (error) {
    throw describeWriteError(error, working);
  }
}

/** A graph of the model, in all its forms. */
interface ModelGraph {
  readonly graph: Graph;
  readonly otherForms: readonly Graph[];
}

/** All graphs of the model, after checking that they take every tensor of the checkpoint. */
function buildGraphs(recognized: RecognizedModel, source: WeightSource, precision: Precision): ModelGraph[] {
  const graphs = recognized.graphs.map(({ name, part, build }) => {
    const inForm = (attention: AttentionForm) => {
      const graph = new Graph(name, attention);
      build({ graph, weights: new GraphWeights(graph, source, formatOf(precision, part)) });
      return graph;
    };
    return { graph: inForm('fused'), otherForms: [inForm('composed')] };
  });
  source.account.close(recognized.mayIgnore);
  return graphs;
}

async function writeGraphs(
  graphs: readonly ModelGraph[],
  working: string,
  journal: ImportJournal,
  { signal, onProgress }: ImportOptions,
): Promise<WrittenFile[]> {
  const totalBytes = graphs.reduce((sum, { graph }) => sum + weightBytes(graph), 0);
  const files: WrittenFile[] = [];
  let doneBytes = 0;
  for (const { graph, otherForms } of graphs) {
    signal?.throwIfAborted();
    const finished = journal.filesOf(graph.name);
    if (finished !== undefined) {
      files.push(...finished);
      doneBytes += weightBytes(graph);
      continue;
    }
    for (const name of await readdir(working)) {
      if (name.startsWith(`${graph.name}.`)) await rm(path.join(working, name));
    }
    const written = await writeModel(graph, working, compilerVersion, {
      signal,
      otherForms,
      onWritten(bytes) {
        doneBytes += bytes;
        onProgress?.({ stage: 'compile', doneBytes, totalBytes });
      },
    });
    await journal.add(graph.name, written);
    files.push(...written);
  }
  return files;
}

async function loadTokenizers({ facts }: RecognizedModel, folder: string): Promise<Map<string, TextTokenizer>> {
  const tokenizers = new Map<string, TextTokenizer>();
  for (const vocabulary of facts.vocabularies) {
    tokenizers.set(vocabulary.folder, await loadTokenizer(path.join(folder, vocabulary.folder)));
  }
  return tokenizers;
}

/** Their contents, never links: what they would lead to may be deleted or changed. */
async function copyTokenizers({ facts }: RecognizedModel, source: string, working: string): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const name of facts.vocabularies.flatMap(({ folder }) =>
    tokenizerFiles.map((file) => path.posix.join(folder, file)),
  )) {
    await mkdir(path.dirname(path.join(working, name)), { recursive: true });
    const content = await readForeignFile(path.join(source, name), maxTokenizerFileBytes);
    await writeFile(path.join(working, name), content, { flush: true });
    files.push({ name, ...(await sha256OfFile(path.join(working, name))) });
  }
  return files;
}

async function hashSource(checkpoint: Checkpoint, { signal, onProgress }: ImportOptions): Promise<WrittenFile[]> {
  const totalBytes = checkpoint.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  const hashed: WrittenFile[] = [];
  for (const file of checkpoint.files) {
    const onRead = (bytes: number) => {
      doneBytes += bytes;
      onProgress?.({ stage: 'hash', doneBytes, totalBytes });
    };
    const hash = await sha256OfFile(file.path, { signal, onRead }).catch((error: unknown) => {
      throw error instanceof ForeignFileError && error.code === 'EBUSY' ? changedMeanwhile(file.path, error) : error;
    });
    hashed.push({ name: path.basename(file.path), ...hash });
    if (fileIdentity(await stat(file.path, { bigint: true })) !== file.identity) throw changedMeanwhile(file.path);
  }
  return hashed;
}

function changedMeanwhile(file: string, cause?: unknown): CheckpointError {
  const message = `${path.basename(file)} changed while it was being imported. Start again.`;
  return new CheckpointError('CHECKPOINT_CHANGED', message, { file }, cause);
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

/** Weights that are still to be written. */
function bytesToWrite(graphs: readonly ModelGraph[], journal: ImportJournal): number {
  const due = graphs.filter(({ graph }) => journal.filesOf(graph.name) === undefined);
  return due.reduce((sum, { graph }) => sum + weightBytes(graph), 0);
}

function weightBytes(graph: Graph): number {
  return graph.externalInitializers.reduce((sum, { weight }) => sum + weight.sizeBytes, 0);
}
