/** @file A `vignette` in the test's own process: real files, a model host and models that the test decides on. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type CliContext, type CliHost, PipeClosed, type TextStream } from '../../../main/cli/cliContext.ts';
import { run } from '../../../main/cli/program.ts';
import type { InstalledModels, ListedModel } from '../../../main/library/models/installedModels.ts';
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { DeviceNotice } from '../../../native-models/devices/deviceNotice.ts';
import type { ListedDevice } from '../../../native-models/devices/listedDevice.ts';
import type { MachineFloor } from '../../../native-models/devices/machineFloor.ts';
import type {
  Answer,
  AnswerRequest,
  Candidates,
  CandidatesRequest,
  MatchRequest,
  TextMatch,
} from '../../../native-models/runtime/protocol.ts';

/** A model as installed, with a checkpoint hash made of its id. */
export function modelCalled(id: string, changes: Partial<ListedModel> = {}): ListedModel {
  const facts = {
    kind: 'generator' as const,
    architecture: 'instructblip-t5',
    precision: 'fp32',
    doubtfulBelow: undefined,
    sizeBytes: 8_300_000,
    sourceName: `${id}-checkpoint`,
    revision: undefined,
    compilerVersion: '3',
    featuresKey: Buffer.from(id).toString('hex').padEnd(32, '0').slice(0, 32),
    sourceSha256: Buffer.from(id).toString('hex').padEnd(64, '0'),
  };
  return { id, folder: `/models/${id}`, bundled: false, facts, ...changes };
}

/** Stands in an answer for the prompt that it was asked with. */
const askedPrompt = '<as asked>';

export function answerOf(text: string, changes: Partial<Answer> = {}): Answer {
  const ms = { imageMs: 1, visionMs: 2, qformerMs: 3, prefillMs: 4, decodeMs: 5, totalMs: 15 };
  return {
    prompt: askedPrompt,
    warnings: [],
    text,
    tokenIds: [0, 7, 1],
    finish: 'eos',
    width: 640,
    height: 480,
    ms,
    ...changes,
  };
}

export type FakeAnswer = (
  request: AnswerRequest,
  tools: { signal: AbortSignal | undefined; onText: (delta: string) => void; interrupt: () => void },
) => Answer | Promise<Answer>;

/** "a photo called IMG_1.jpg" and the like. */
export const nameAnswer: FakeAnswer = ({ image }) => answerOf(`a photo called ${path.basename(image)}`);

/** Ctrl-C while the model works on the photo. */
export function interruptedAt(name: string): FakeAnswer {
  return (request, tools) => {
    if (request.image.endsWith(name)) {
      tools.interrupt();
      throw new Error('the host gave up on the photo');
    }
    return nameAnswer(request, tools);
  };
}

class RecordingStream implements TextStream {
  readonly isTty: boolean;
  readonly columns = 80;
  text = '';
  #writesLeft: number;

  constructor(isTty: boolean, closesAfter: number) {
    this.isTty = isTty;
    this.#writesLeft = closesAfter;
  }

  async write(text: string): Promise<void> {
    if (this.#writesLeft <= 0) {
      throw new PipeClosed('closed');
    }
    this.#writesLeft -= 1;
    this.text += text;
  }
}

export interface CliDoubleOptions {
  readonly answer?: FakeAnswer;
  readonly candidates?: (request: CandidatesRequest) => Candidates;
  readonly match?: (request: MatchRequest) => TextMatch[];
  readonly models?: readonly ListedModel[];
  readonly tty?: boolean;
  /** The reader of stdout goes away after so many writes. */
  readonly stdoutClosesAfter?: number;
  readonly load?: (folder: string) => Promise<void>;
  /** Checks a model on a device. */
  readonly verify?: () => Promise<void>;
  /** Said when a model is loaded. */
  readonly notices?: readonly DeviceNotice[];
  /** What models can be computed on. */
  readonly devices?: readonly ListedDevice[];
  readonly env?: CliContext['env'];
  readonly context?: Partial<CliContext>;
  readonly modelActions?: Partial<InstalledModels>;
}

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** File names of the photos that the model was asked about, in order. */
  readonly asked: string[];
  readonly requests: AnswerRequest[];
  readonly loads: string[];
  /** What each of them was to be computed on. */
  readonly devices: (DeviceChoice | undefined)[];
}

export class CliDouble {
  readonly folder: string;
  /** Beside the folder, so that what the command leaves in it is what it wrote there. */
  readonly libraryFolder: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.libraryFolder = `${folder}-library`;
  }

  /** Starts with an empty folder of its own, which goes with the test. */
  static async create(): Promise<CliDouble> {
    const folder = await mkdtemp(path.join(tmpdir(), 'vignette-cli-'));
    const cli = new CliDouble(folder);
    onTestFinished(async () => {
      await rm(cli.folder, { recursive: true, force: true });
      await rm(cli.libraryFolder, { recursive: true, force: true });
    });
    return cli;
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** An empty library. Returns its folder. */
  async makeLibrary(): Promise<string> {
    await mkdir(this.libraryFolder, { recursive: true });
    return this.libraryFolder;
  }

  /** Makes files, each holding its own name unless the content is given. */
  async files(...files: (string | [name: string, content: string])[]): Promise<void> {
    for (const file of files) {
      const [name, content] = typeof file === 'string' ? [file, file] : file;
      await mkdir(path.dirname(this.path(name)), { recursive: true });
      await writeFile(this.path(name), content);
    }
  }

  async read(name: string): Promise<string> {
    return await readFile(this.path(name), 'utf8');
  }

  async run(args: readonly string[], options: CliDoubleOptions = {}): Promise<CliResult> {
    const interrupt = new AbortController();
    const stdout = new RecordingStream(options.tty ?? false, options.stdoutClosesAfter ?? Number.POSITIVE_INFINITY);
    const stderr = new RecordingStream(options.tty ?? false, Number.POSITIVE_INFINITY);
    const requests: AnswerRequest[] = [];
    const loads: string[] = [];
    const devices: (DeviceChoice | undefined)[] = [];
    let tell = (_notices: readonly DeviceNotice[]) => {};
    const host: CliHost = {
      device: 'cpu',
      async load(folder, { device } = {}) {
        loads.push(folder);
        devices.push(device);
        if (options.notices !== undefined) tell(options.notices);
        await options.load?.(folder);
        return {
          id: path.basename(folder),
          architecture: 'x',
          precision: 'fp32',
          device: 'cpu',
          batch: 1,
          loadMs: 1,
          notices: [],
        };
      },
      verify: async (_folder, { device } = {}) => {
        devices.push(device);
        await options.verify?.();
        return { files: 0, device: 'webgpu' };
      },
      devices: async () => [...(options.devices ?? [])],
      async answer(request, { signal, onText } = {}) {
        requests.push(request);
        const tools = { signal, onText: onText ?? (() => undefined), interrupt: () => interrupt.abort() };
        const answer = await (options.answer ?? nameAnswer)(request, tools);
        return answer.prompt === askedPrompt ? { ...answer, prompt: request.prompt } : answer;
      },
      async candidates(request) {
        requests.push(request);
        return await (options.candidates ?? nothingSampled)(request);
      },
      async explain() {
        throw new Error('nothing is explained in this test');
      },
      async embedImages() {
        throw new Error('nothing is embedded in this test');
      },
      async embedTexts() {
        throw new Error('nothing is embedded in this test');
      },
      async match(request) {
        return (options.match ?? nothingScored)(request);
      },
      async [Symbol.asyncDispose]() {},
    };
    let nowMs = 1_700_000_000_000;
    const code = await run(args, {
      stdout,
      stderr,
      env: { VIGNETTE_HOME: this.libraryFolder, ...options.env },
      cwd: this.folder,
      platform: process.platform,
      homeFolder: this.folder,
      temporaryFolder: tmpdir(),
      interrupt: interrupt.signal,
      nowMs: () => {
        nowMs += 250;
        return nowMs;
      },
      models: () => ({
        ...noModelActions,
        list: async () => [...(options.models ?? [modelCalled('tiny')])],
        ...options.modelActions,
      }),
      machineSpeed: () => ({ known: async () => floor, measured: async () => floor }),
      startHost: (_onRestart, onNotice) => {
        tell = onNotice;
        return host;
      },
      imageFor: async ({ file }) => file,
      debounceMs: 0,
      serve: () => Promise.reject(new Error('not served in this test')),
      ...options.context,
    });
    const asked = requests.map(({ image }) => path.basename(image));
    return { code, out: stdout.text, err: stderr.text, asked, requests, loads, devices };
  }
}

/** The machine of BENCHMARKS.md. */
const floor: MachineFloor = {
  memoryBytesPerSecond: 33e9,
  operationsPerSecond: { float: 182e9, int8: 353e9, blocks: 202e9 },
};

const nothingSampled = (): never => {
  throw new Error('nothing is sampled in this test');
};
const nothingScored = (): never => {
  throw new Error('nothing is scored in this test');
};

const noModelActions: InstalledModels = {
  precisions: ['auto', 'fp32'],
  list: async () => [],
  import: () => Promise.reject(new Error('not imported in this test')),
  verify: () => Promise.reject(new Error('not verified in this test')),
  remove: () => Promise.reject(new Error('not removed in this test')),
};
