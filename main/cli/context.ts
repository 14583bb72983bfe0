/** @file The composition root of the command: the real streams, models, host and server. */
import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelManifest, precisionSchema } from '../../native-models/compiler/manifest.ts';
import { ModelError } from '../../native-models/compiler/modelError.ts';
import { type InstalledModel, listModels, removeModel } from '../../native-models/compiler/modelStore.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import type { CliContext, CliModels, ListedModel, ServedLibrary, ServeRequest } from './cliContext.ts';
import { nodeStream } from './nodeStream.ts';
import { openInBrowser } from './openInBrowser.ts';
import { bundledModelsFolder } from './resources.ts';

export function realContext(interrupt: AbortSignal): CliContext {
  return {
    stdout: nodeStream(process.stdout),
    stderr: nodeStream(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    homeFolder: homedir(),
    temporaryFolder: tmpdir(),
    interrupt,
    nowMs: () => performance.now() + performance.timeOrigin,
    models: (libraryFolder) => installedModels(path.join(libraryFolder, 'models'), bundledModelsFolder()),
    startHost: (onRestart) => ModelHost.start({ onRestart }),
    serve,
  };
}

/** The library's models and the bundled ones, seen as one list. */
export function installedModels(modelsFolder: string, bundledFolder: string | undefined): CliModels {
  const bundledModels = async () => (bundledFolder === undefined ? [] : await listModels(bundledFolder));
  return {
    precisions: precisionSchema.options,
    async list() {
      const [bundled, installed] = await Promise.all([bundledModels(), listModels(modelsFolder)]);
      return [...bundled.map((model) => listed(model, true)), ...installed.map((model) => listed(model, false))];
    },
    async import({ source, id, precision, signal, onProgress }) {
      // The name that the import would choose itself, as far as it can meet a bundled one.
      const name = id ?? path.basename(source).toLowerCase();
      if ((await bundledModels()).some((model) => model.id === name)) {
        throw new ModelError('MODEL_ID_TAKEN', `The bundled model is called ${name}. Choose another name with --id.`, {
          id: name,
        });
      }
      const options = { source, id, precision: precisionSchema.parse(precision), modelsFolder, signal, onProgress };
      // Loaded when needed: they bring the runtime, which every other command would wait for.
      const { importCheckpoint } = await import('../../native-models/compiler/importCheckpoint.ts');
      const manifest = await importCheckpoint(options);
      return listed({ id: manifest.id, folder: path.join(modelsFolder, manifest.id), manifest }, false);
    },
    async verify(folder, options) {
      const { verifyModel } = await import('../../native-models/compiler/verifyModel.ts');
      const { files } = await verifyModel(folder, options);
      return { files };
    },
    remove: (id) => removeModel(modelsFolder, id),
  };
}

/** ITM is trained as a yes-or-no question: without calibration, an even chance is where belief ends. */
const uncalibratedThreshold = 0.5;

function listed(model: InstalledModel, bundled: boolean): ListedModel {
  const { id, folder } = model;
  if ('error' in model) {
    const { code, message } = model.error;
    return { id, folder, bundled, problem: { code, message } };
  }
  const { kind, architecture, promptStyle, precision, calibration, sizeBytes, source } = model.manifest;
  const doubtfulBelow = kind === 'matcher' ? (calibration?.doubtfulBelow ?? uncalibratedThreshold) : undefined;
  const facts = {
    doubtfulBelow,
    kind,
    architecture,
    promptStyle,
    precision,
    sizeBytes,
    sourceName: source.name,
    sourceSha256: sourceSha256(source),
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

async function serve(request: ServeRequest): Promise<ServedLibrary> {
  const { folders, model, port, host, open, signal } = request;
  const { openFolderLibrary } = await import('../api/openFolderLibrary.ts');
  const { startServer } = await import('../server/serve.ts');
  const library = await openFolderLibrary({ folders, model, startHost: () => ModelHost.start(), signal });
  try {
    const server = await startServer({ library, port, host });
    if (open) {
      openInBrowser(server.url);
    }
    return {
      url: server.url,
      close: () => server.close(),
      closed: server.closed.then(() => library[Symbol.asyncDispose]()),
    };
  } catch (error) {
    await library[Symbol.asyncDispose]();
    throw error;
  }
}
