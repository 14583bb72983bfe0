/** @file One graph loaded into onnxruntime. Runs in the model host; `run` blocks its thread although it returns a promise. */
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { ModelError } from '../compiler/modelError.ts';
import { type Device, providerOf } from '../devices/device.ts';
import { deviceErrorOf } from '../devices/deviceError.ts';
import type { AttentionForm } from '../onnx/graph.ts';
import { modelFileName } from '../onnx/modelFiles.ts';
import { isOutOfMemory } from './outOfMemory.ts';
import type { PackingTarget } from './packedForm.ts';

export type Tensor = ort.Tensor;

/** Where and how graphs run. */
export interface SessionSettings {
  readonly device: Device;
  /** How attention is built; by default fused on the CPU, and composed where fused attention may be wrong. */
  readonly attention?: AttentionForm | undefined;
  /** Threads of one operator; 0 takes one a physical core, and a single one for a small model. */
  readonly threads: number;
  /**
   * Whether weights are rearranged for their operators when they are loaded. Quantized ones must be: they are a hundred
   * times slower otherwise. Float32 ones are not: they are used where they lie on the disk.
   */
  readonly prepacks?: boolean;
  /** Whether what was rearranged is kept on the disk, see packedForm.ts; by default where that pays. */
  readonly keepsPacked?: boolean;
}

/** How a graph is read: as the compiler wrote it, being packed meanwhile, or in its packed form. */
export type GraphSource =
  | { readonly type: 'compiled' }
  | { readonly type: 'compiled-and-kept'; readonly target: PackingTarget }
  | { readonly type: 'packed'; readonly folder: string };

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
  static async open(
    folder: string,
    name: string,
    settings: SessionSettings,
    source: GraphSource = { type: 'compiled' },
  ): Promise<GraphSession> {
    const { device, attention = device === 'cpu' ? 'fused' : 'composed' } = settings;
    const file =
      source.type === 'packed'
        ? path.join(source.folder, `${name}.onnx`)
        : path.join(folder, modelFileName(name, attention));
    const target = source.type === 'compiled-and-kept' ? source.target : undefined;
    try {
      const session = await ort.InferenceSession.create(file, {
        ...(target === undefined ? {} : { optimizedModelFilePath: target.model }),
        executionProviders: [providerOf(device)],
        // a packed graph was optimised when it was written down
        graphOptimizationLevel: source.type === 'packed' ? 'disabled' : 'all',
        intraOpNumThreads: settings.threads,
        // a pattern is planned anew for every length of the cache, and reserves one block as large as all weights, which
        // the system refuses when that is more than its memory
        enableMemPattern: false,
        logSeverityLevel: 3, // errors; warnings are about optimisations and go to stderr
        // threads that wait for the next operator sleep: spinning takes a core from whatever else runs, another host too,
        // and where all cores are busy captions took two to three times as long with it
        extra: {
          session: {
            ...(target === undefined ? {} : keptIn(target)),
            disable_prepacking: settings.prepacks === true ? '0' : '1',
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
      throw new ModelError(
        'MODEL_DAMAGED',
        `The graph ${name} of the model in ${folder} cannot be loaded. Import it again.`,
        { folder, graph: name, reason: String(cause) },
        cause,
      );
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

/** Options that have the weights written down as they are held in memory. */
function keptIn({ data }: PackingTarget): Readonly<Record<string, string>> {
  return {
    optimized_model_external_initializers_file_name: data,
    optimized_model_external_initializers_min_size_in_bytes: '1024',
    save_external_prepacked_constant_initializers: '1',
  };
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
