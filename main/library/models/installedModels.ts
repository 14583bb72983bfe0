/** @file The models that a person can use: the library's own and the ones that came with Vignette, seen as one list. Main process and CLI. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Arrivals } from '../../../native-models/compiler/arrivals.ts';
import type { ImportOptions, ImportProgress } from '../../../native-models/compiler/importOptions.ts';
import type { ModelKind, ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import { type InstalledModel, listModels, removeModel } from '../../../native-models/compiler/modelStore.ts';
import type { Quality } from '../../../native-models/compiler/quality.ts';
import { importInProcess } from '../../../native-models/compiler/remoteImport.ts';
import { idOfSource } from '../../../native-models/compiler/sourceName.ts';
import type { GraphicsCard } from '../../../native-models/devices/listedDevice.ts';
import { pathExists } from '../../../native-models/foreignFile.ts';
import type { PromptStyle } from '../../../native-models/prompting/promptRequest.ts';
import { precisionChoiceSchema } from '../../../native-models/quantization/precision.ts';
import type { SuitablePrecision } from '../../../native-models/quantization/suitablePrecision.ts';
import { modelFeaturesKey } from '../../../native-models/runtime/featureFiles.ts';
import type { StartHostProcess } from '../../../native-models/runtime/hostConnection.ts';
import type { Problem } from '../../../schemas/problem.ts';
import { boundedProblem } from '../catalog/problems.ts';
import { makePrivateFolder } from '../files/privateFiles.ts';

/** What a model says about itself. */
export interface ModelFacts {
  /** What it is for: writing text, or judging it. */
  readonly kind: ModelKind;
  readonly architecture: string;
  /** Generators: how they want to be asked. */
  readonly promptStyle?: PromptStyle | undefined;
  readonly precision: string;
  /** Of quantized models: how near they come to float32. */
  readonly quality?: Quality | undefined;
  /** Matching models: captions less probable than this are doubtful. */
  readonly doubtfulBelow: number | undefined;
  readonly sizeBytes: number;
  readonly sourceName: string;
  /** The repository's commit, where it is known. */
  readonly revision: string | undefined;
  readonly compilerVersion: string;
  /** Of the checkpoint's weights. */
  readonly sourceSha256: string;
  /** As stored features of photos are named. */
  readonly featuresKey: string;
}

export interface ListedModel {
  readonly id: string;
  readonly folder: string;
  /** Came with Vignette; cannot be removed. */
  readonly bundled: boolean;
  readonly facts?: ModelFacts;
  /** Why it cannot be used. */
  readonly problem?: Problem;
}

export interface ImportRequest {
  readonly source: string;
  /** As in ImportOptions. */
  readonly measuresQuality?: boolean | undefined;
  /** As in ImportOptions. */
  readonly arrivals?: Arrivals | undefined;
  /** As in ImportOptions. */
  readonly base?: string | undefined;
  /** Folder of a LoRA adapter that is merged into it. */
  readonly adapter?: string | undefined;
  readonly id: string | undefined;
  readonly precision: string;
  /** As in ImportOptions. */
  readonly replace?: boolean | undefined;
  /** As in ImportOptions. */
  readonly card?: GraphicsCard | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Told what precision `auto` has come to, and why. */
  readonly onPrecision?: ((chosen: SuitablePrecision) => void) | undefined;
}

export interface VerifyRequest {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { doneBytes: number; totalBytes: number }) => void;
}

export interface InstalledModels {
  /** What can be chosen at import. */
  readonly precisions: readonly string[];
  list(): Promise<ListedModel[]>;
  import(request: ImportRequest): Promise<ListedModel>;
  /** In this process, as befits a command that does nothing else. Throws what is wrong with the model. */
  verify(folder: string, request: VerifyRequest): Promise<{ readonly files: number }>;
  remove(id: string): Promise<void>;
}

/** @param startImport starts the process that imports; without it, importing is done in this one, as befits a command that does nothing else */
export function installedModels(
  modelsFolder: string,
  bundledFolder: string | undefined,
  startImport?: StartHostProcess,
): InstalledModels {
  const bundledModels = async () => (bundledFolder === undefined ? [] : await listModels(bundledFolder));
  /** Of an installed model, its name will do: one in float32 can be imported in another precision. */
  const folderOfModel = async (source: string) => {
    if (await pathExists(source)) return source;
    const models = [...(await bundledModels()), ...(await listModels(modelsFolder))];
    return models.find(({ id }) => id === source)?.folder ?? source;
  };
  return {
    precisions: precisionChoiceSchema.options,
    async list() {
      const [bundled, installed] = await Promise.all([bundledModels(), listModels(modelsFolder)]);
      return [...bundled.map((model) => listed(model, true)), ...installed.map((model) => listed(model, false))];
    },
    async import({ source: named, precision, ...request }) {
      const source = await folderOfModel(named);
      // the name that the import would choose itself
      const name = request.id ?? (await idOfSource({ ...request, source }));
      if ((await bundledModels()).some((model) => model.id === name)) {
        throw new ModelError('MODEL_ID_TAKEN', `The bundled model is called ${name}. Choose another name with --id.`, {
          id: name,
        });
      }
      await makePrivateFolder(path.dirname(modelsFolder));
      const wanted = precisionChoiceSchema.parse(precision);
      const options = { ...request, source, precision: wanted, modelsFolder };
      const manifest =
        startImport === undefined ? await importHere(options) : await importInProcess(startImport, options);
      return listed({ id: manifest.id, folder: path.join(modelsFolder, manifest.id), manifest }, false);
    },
    async verify(folder, options) {
      const { verifyModel } = await import('../../../native-models/compiler/verifyModel.ts');
      const { files } = await verifyModel(folder, options);
      return { files };
    },
    remove: (id) => removeModel(modelsFolder, id),
  };
}

/** Loaded when needed: it brings the runtime, which everything else would wait for. */
async function importHere(options: ImportOptions): Promise<ModelManifest> {
  const { importModel } = await import('../../../native-models/compiler/importModel.ts');
  return await importModel(options);
}

/** ITM is trained as a yes-or-no question: without calibration, an even chance is where belief ends. */
const uncalibratedThreshold = 0.5;

function listed(model: InstalledModel, bundled: boolean): ListedModel {
  const { id, folder } = model;
  if ('error' in model) return { id, folder, bundled, problem: boundedProblem(model.error) };
  const { kind, architecture, compilerVersion, promptStyle, precision, quality, calibration, sizeBytes, source } =
    model.manifest;
  const doubtfulBelow = kind === 'matcher' ? (calibration?.doubtfulBelow ?? uncalibratedThreshold) : undefined;
  const facts = {
    doubtfulBelow,
    kind,
    architecture,
    promptStyle,
    precision,
    quality,
    sizeBytes,
    sourceName: source.name,
    revision: source.revision,
    compilerVersion,
    sourceSha256: sourceSha256(source),
    featuresKey: modelFeaturesKey(model.manifest),
  };
  return { id, folder, bundled, facts };
}

/** One hash for the whole checkpoint: its file's, or that of the list that `sha256sum` would print of its shards. */
function sourceSha256({ files }: ModelManifest['source']): string {
  const [first, ...others] = files;
  if (first !== undefined && others.length === 0) {
    return first.sha256;
  }
  const lines = files.map((file) => `${file.sha256}  ${file.name}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
