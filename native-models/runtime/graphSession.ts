/** @file One graph loaded into onnxruntime, and all graphs of a model. Runs in the model host; `run` blocks its thread although it returns a promise. */
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { ModelError } from '../compiler/modelError.ts';
import { type Device, providerOf } from '../devices/device.ts';
import { deviceErrorOf, isOutOfMemory } from '../devices/deviceError.ts';
import { readForeignFile } from '../foreignFile.ts';
import { type AttentionForm, modelFileName } from '../onnx/graph.ts';

export type Tensor = ort.Tensor;

/** Where and how graphs run. */
export interface SessionSettings {
  readonly device: Device;
  /** How attention is built; by default fused on the CPU, and composed where fused attention may be wrong. */
  readonly attention?: AttentionForm | undefined;
  /** Threads of one operator; 0 takes one a physical core, and a single one for a small model. */
  readonly threads: number;
}

export const defaultSessionSettings: SessionSettings = { device: 'cpu', threads: 0 };

/** A loaded graph. Dispose of it to free its weights. */
export class GraphSession implements AsyncDisposable {
  readonly name: string;
  readonly #session: ort.InferenceSession;
  readonly #device: Device;

  private constructor(name: string, session: ort.InferenceSession, device: Device) {
    this.name = name;
    this.#session = session;
    this.#device = device;
  }

  /** Loads a graph of a compiled model, in the form that the device needs. @throws ModelError MODEL_DAMAGED or OUT_OF_MEMORY; DeviceError */
  static async open(folder: string, name: string, settings: SessionSettings): Promise<GraphSession> {
    const { device, attention = device === 'cpu' ? 'fused' : 'composed' } = settings;
    const file = path.join(folder, modelFileName(name, attention));
    const prepacks = await needsPrepacking(file).catch((cause) => {
      throw damaged(folder, name, cause);
    });
    try {
      const session = await ort.InferenceSession.create(file, {
        executionProviders: [providerOf(device)],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: settings.threads,
        // a pattern is planned anew for every length of the cache, and reserves one block as large as all weights, which
        // the system refuses when that is more than its memory
        enableMemPattern: false,
        logSeverityLevel: 3, // errors; warnings are about optimisations and go to stderr
        // threads that wait for the next operator sleep: spinning takes a core from whatever else runs, another host too,
        // and where all cores are busy captions took two to three times as long with it
        extra: {
          session: {
            disable_prepacking: prepacks ? '0' : '1',
            intra_op: { allow_spinning: '0' },
          },
        },
      });
      return new GraphSession(name, session, device);
    } catch (cause) {
      if (device !== 'cpu') throw deviceErrorOf(device, cause);
      if (isOutOfMemory(cause)) {
        const message = `This machine has not enough memory for the graph ${name} of the model in ${folder}.`;
        throw new ModelError('OUT_OF_MEMORY', message, { folder, graph: name }, cause);
      }
      throw damaged(folder, name, cause);
    }
  }

  /** Whether the graph takes an input of this name: one that an older compiler wrote may not. */
  takes(input: string): boolean {
    return this.#session.inputNames.includes(input);
  }

  /** @throws DeviceError where a graphics card fails */
  async run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> {
    try {
      return await this.#session.run(feeds);
    } catch (cause) {
      throw this.#device === 'cpu' ? cause : deviceErrorOf(this.#device, cause);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}

function damaged(folder: string, graph: string, cause: unknown): ModelError {
  return new ModelError(
    'MODEL_DAMAGED',
    `The graph ${graph} of the model in ${folder} cannot be loaded. Import it again.`,
    { folder, graph, reason: String(cause) },
    cause,
  );
}

/** Model files of graphs are far smaller: their weights lie beside them. */
const maxGraphBytes = 64 << 20;

/**
 * Whether onnxruntime must rearrange the graph's weights when it loads them. Block-wise products are a hundred times
 * slower otherwise. All others use their weights where they lie on the disk, and rearrange them for every run: 2 % of the
 * time of a vision tower in 8 bits, against a second for each loading and 1 GB that the system could not take back.
 */
async function needsPrepacking(file: string): Promise<boolean> {
  return (await readForeignFile(file, maxGraphBytes)).includes('MatMulNBits');
}

/** The output called `name`. @throws RangeError when the graph has no such output */
export function outputOf(outputs: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = outputs[name];
  if (tensor === undefined) throw new RangeError(`the graph returned no ${name}`);
  return tensor;
}

export function floatTensor(data: Float32Array, dims: readonly number[]): Tensor {
  return new ort.Tensor('float32', data, dims);
}

export function int64Tensor(data: BigInt64Array | readonly number[], dims: readonly number[]): Tensor {
  return new ort.Tensor('int64', data instanceof BigInt64Array ? data : BigInt64Array.from(data, BigInt), dims);
}

/** The values of a float32 tensor that lives in ordinary memory. */
export function floatsOf(tensor: Tensor): Float32Array {
  if (!(tensor.data instanceof Float32Array)) throw new RangeError(`expected float32, got ${tensor.type}`);
  return tensor.data;
}

type Sessions<Names extends readonly string[]> = { [K in keyof Names]: GraphSession };

/** Opens all graphs, or none. @throws ModelError, DeviceError */
export async function openSessions<const Names extends readonly string[]>(
  folder: string,
  names: Names,
  settings: SessionSettings,
): Promise<Sessions<Names>> {
  const sessions: GraphSession[] = [];
  try {
    for (const name of names) sessions.push(await GraphSession.open(folder, name, settings));
  } catch (error) {
    await closeSessions(sessions);
    throw error;
  }
  return sessions as Sessions<Names>;
}

export async function closeSessions(sessions: readonly GraphSession[]): Promise<void> {
  for (const session of sessions) await session[Symbol.asyncDispose]();
}
