/**
 * @file `npm run bench download [DIVISOR] [MB/S]`: downloading InstructBLIP with Flan-T5-XL from a hub on this machine and
 * compiling it to int4, both together against each alone; the disk and the memory that it takes. The checkpoint has
 * random weights in float32, in two files as it is published. With a divisor, there are so many times fewer layers. The network has 100 MB/s unless told otherwise.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type InstalledModels, installedModels } from '../main/library/models/installedModels.ts';
import { ModelDownloads } from '../main/library/models/modelDownloads.ts';
import { importMessageSchema } from '../native-models/compiler/importMessages.ts';
import { forkImport } from '../native-models/compiler/remoteImport.ts';
import { CheckpointDownload } from '../native-models/hub/checkpointDownload.ts';
import { ConnectionLog } from '../native-models/hub/connectionLog.ts';
import { HubConnection } from '../native-models/hub/hubConnection.ts';
import { hubSettings } from '../native-models/hub/hubSettings.ts';
import type { StartHostProcess } from '../native-models/runtime/hostConnection.ts';
import { instructBlipFlanT5Xl, instructBlipT5Shape } from './checkpointShapes.ts';
import { MemoryWatch } from './processMemory.ts';
import { publishedModel } from './publishedModels.ts';
import { writeRandomCheckpoint } from './randomCheckpoint.ts';
import type { Row } from './report.ts';

const repo = 'bench/instructblip-flan-t5-xl';
const precision = 'int4';
/** Of the published checkpoint's 16 GB, the first file has 10. */
const firstFileShare = 10 / 16;
const pollEveryMs = 100;

export async function downloadBench([divisor = '1', megabytesPerSecond = '100']: readonly string[]): Promise<Row[]> {
  const folder = await mkdtemp(path.join(process.env.VIGNETTE_BENCH_DIR ?? tmpdir(), 'vignette-bench-'));
  try {
    return await measure(folder, Number(divisor), 1e6 * Number(megabytesPerSecond));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, divisor: number, bytesPerSecond: number): Promise<Row[]> {
  const checkpoint = path.join(folder, 'checkpoint');
  process.stderr.write('writing the checkpoint …\n');
  const { totalBytes, largestFileBytes } = await writeCheckpoint(checkpoint, divisor);
  const server = fork(new URL('./localHub.ts', import.meta.url));
  try {
    server.send({ folder: checkpoint, bytesPerSecond });
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const env = { HF_HOME: path.join(folder, 'huggingface'), HF_ENDPOINT: `http://127.0.0.1:${port}` };
    const watch = new ProcessWatch();
    const models = (name: string) => installedModels(path.join(folder, name), undefined, watch.start);

    process.stderr.write('downloading alone …\n');
    const downloadMs = await timed(() => downloadAlone(env, folder));
    await rm(env.HF_HOME, { recursive: true });
    process.stderr.write('compiling alone …\n');
    const compileMs = await timed(() => compileAlone(models('alone'), checkpoint));
    const alonePeaks = watch.takePeaks();
    await rm(path.join(folder, 'alone'), { recursive: true });
    process.stderr.write('both together …\n');
    const modelsFolder = path.join(folder, 'together');
    using disk = new DiskWatch([modelsFolder, env.HF_HOME]);
    using main = new MemoryWatch(process.pid);
    let modelBytes = 0;
    const togetherMs = await timed(async () => {
      modelBytes = await downloadAndCompile(env, folder, { modelsFolder, models: models('together') });
    });
    const common = { 'checkpoint MB': totalBytes / 1e6 };
    return [
      { what: 'download alone', seconds: downloadMs / 1e3, ...common },
      { what: 'compile alone', seconds: compileMs / 1e3, ...common, ...alonePeaks },
      {
        what: 'download and compile',
        seconds: togetherMs / 1e3,
        ...common,
        'times the longer': togetherMs / Math.max(downloadMs, compileMs),
        'peak disk MB': disk.peakBytes / 1e6,
        'model + largest file MB': (modelBytes + largestFileBytes) / 1e6,
        ...watch.takePeaks(),
        'peak memory of the downloading process MB': main.peaks.anonymousBytes / 1e6,
      },
    ];
  } finally {
    server.disconnect();
  }
}

async function writeCheckpoint(folder: string, divisor: number) {
  const { vision, qformer, text } = instructBlipFlanT5Xl;
  const fewer = (layers: number) => Math.max(1, Math.round(layers / divisor));
  const shape = instructBlipT5Shape({
    ...instructBlipFlanT5Xl,
    vision: { ...vision, layers: fewer(vision.layers) },
    qformer: { ...qformer, layers: fewer(qformer.layers) },
    text: { ...text, encoderLayers: fewer(text.encoderLayers), decoderLayers: fewer(text.decoderLayers) },
  });
  const weights = shape.tensors.reduce((sum, { shape: dims }) => sum + dims.reduce((a, b) => a * b, 1), 0);
  const { tokenizerFolder } = publishedModel('instructblip-flan-t5-xl');
  const maxShardBytes = 4 * weights * firstFileShare;
  const totalBytes = await writeRandomCheckpoint(folder, shape, {
    dtype: 'fp32',
    seed: 1,
    tokenizerFolder,
    maxShardBytes,
  });
  const files = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(path.join(folder, name))).size));
  return { totalBytes, largestFileBytes: Math.max(...sizes) };
}

function connect(env: Readonly<Record<string, string>>, homeFolder: string): HubConnection {
  const settings = hubSettings(env, homeFolder);
  const log = new ConnectionLog();
  return new HubConnection({ settings, env, token: async () => undefined, isNetworkOff: () => false, log });
}

async function downloadAlone(env: Readonly<Record<string, string>>, homeFolder: string): Promise<void> {
  await using connection = connect(env, homeFolder);
  const { signal } = new AbortController();
  const download = await CheckpointDownload.begin(connection, { repo, signal });
  await download.fetchAll({ signal });
}

async function compileAlone(models: InstalledModels, source: string): Promise<void> {
  const { signal } = new AbortController();
  await models.import({ source, id: 'alone', precision, measuresQuality: false, signal, onProgress: () => undefined });
}

async function downloadAndCompile(
  env: Readonly<Record<string, string>>,
  homeFolder: string,
  places: { readonly modelsFolder: string; readonly models: InstalledModels },
): Promise<number> {
  await using downloads = await ModelDownloads.open({ connection: connect(env, homeFolder), ...places });
  const { id } = await downloads.start({ repo, precision, keepsCheckpoint: false });
  return (await downloads.whenDone(id)).facts?.sizeBytes ?? 0;
}

/** Watches the memory of the import's process: while it compiles, and while it runs the model to test it. */
class ProcessWatch {
  #compiling: MemoryWatch | undefined;
  #testing: MemoryWatch | undefined;

  readonly start: StartHostProcess = ({ onMessage, onExit }) => {
    const { pid, ...connection } = forkImport({
      onExit,
      onMessage: (message) => {
        const said = importMessageSchema.safeParse(message).data;
        if (said?.type === 'progress' && said.stage === 'verify' && pid !== undefined && this.#testing === undefined) {
          this.#compiling?.[Symbol.dispose]();
          this.#testing = new MemoryWatch(pid);
        }
        onMessage(message);
      },
    });
    if (pid !== undefined) this.#compiling = new MemoryWatch(pid);
    return { pid, ...connection };
  };

  /** Of one import, which has ended. */
  takePeaks(): Row {
    const [compiling, testing] = [this.#compiling, this.#testing];
    this.#compiling = this.#testing = undefined;
    compiling?.[Symbol.dispose]();
    testing?.[Symbol.dispose]();
    const megabytes = (watch: MemoryWatch | undefined) => (watch?.peaks.anonymousBytes ?? 0) / 1e6;
    return { 'peak memory MB': megabytes(compiling), 'self-test: peak memory MB': megabytes(testing) };
  }
}

/** Watches what the files in folders take of the disk: those that are being written have holes. */
class DiskWatch implements Disposable {
  peakBytes = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(folders: readonly string[]) {
    this.#timer = setInterval(() => void this.#sample(folders), pollEveryMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #sample(folders: readonly string[]): Promise<void> {
    let bytes = 0;
    for (const folder of folders) {
      for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
        const about = await stat(path.join(folder, name)).catch(() => undefined);
        if (about?.isFile() === true) bytes += about.blocks * 512;
      }
    }
    this.peakBytes = Math.max(this.peakBytes, bytes);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
