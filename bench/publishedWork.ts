/** @file What published models take: sizes in each precision and the work of an answer, read off the graphs that are compiled from their configs. Benchmarks and tests only. */
import { fromBinary } from '@bufbuild/protobuf';
import { recognizeModel } from '../native-models/architectures/compilers.ts';
import { TensorAccount } from '../native-models/checkpoint/graphWeights.ts';
import type { SourceTensor, TensorSource } from '../native-models/checkpoint/storedTensors.ts';
import { buildGraphs, type ModelGraph, weightBytes } from '../native-models/compiler/compileGraphs.ts';
import { ModelProtoSchema } from '../native-models/onnx/generated/onnx_pb.js';
import { EqualizedReader } from '../native-models/quantization/equalization.ts';
import { type Precision, precisionSchema } from '../native-models/quantization/precision.ts';
import { weightBytesRead } from './captions/modelWork.ts';
import type { CheckpointShape } from './checkpointShapes.ts';

export interface PublishedWork {
  /** Bytes of the weights after import, as the importer chooses by. */
  readonly sizes: Readonly<Record<Precision, number>>;
  /** Bytes of weights that a token reads; 0 where the model writes nothing. */
  readonly stepBytes: Readonly<Record<Precision, number>>;
  readonly parameters: number;
  /** Weights of matrices by part of the model. */
  readonly partParameters: Readonly<Record<ModelGraph['part'], number>>;
}

export function publishedWork(shape: CheckpointShape): PublishedWork {
  const recognized = recognizeModel({ config: shape.config, generationConfig: undefined });
  const tensors = new ShapesOnly(shape);
  const reader = new EqualizedReader(tensors, []);
  const graphsIn = (precision: Precision) => {
    return buildGraphs(recognized, { tensors, account: new TensorAccount(tensors), reader }, precision);
  };
  const sizes = { fp32: 0, fp16: 0, int8: 0, int4: 0 };
  const stepBytes = { fp32: 0, fp16: 0, int8: 0, int4: 0 };
  const partParameters = { vision: 0, qformer: 0, textEncoder: 0, decoder: 0 };
  for (const precision of precisionSchema.options) {
    for (const { graph, part } of graphsIn(precision)) {
      sizes[precision] += weightBytes(graph);
      if (precision === 'fp32') partParameters[part] += weightBytes(graph) / 4;
      if (graph.name !== 'decoder') continue;
      const located = graph.externalInitializers.map(() => ({ file: '', offsetBytes: 0 }));
      const { graph: proto } = fromBinary(ModelProtoSchema, graph.serialize('0', located));
      if (proto !== undefined) stepBytes[precision] = weightBytesRead(proto);
    }
  }
  return { sizes, stepBytes, partParameters, parameters: sizes.fp32 / 4 };
}

/** A checkpoint that has shapes and no values. */
class ShapesOnly implements TensorSource {
  readonly #entries: ReadonlyMap<string, SourceTensor>;

  constructor({ tensors }: CheckpointShape) {
    this.#entries = new Map(
      tensors.map(({ name, shape }) => {
        return [name, { dtype: 'F32', shape, sizeBytes: 4 * shape.reduce((product, size) => product * size, 1) }];
      }),
    );
  }

  tensorNames(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(tensor: string): boolean {
    return this.#entries.has(tensor);
  }

  entry(tensor: string): SourceTensor {
    const entry = this.#entries.get(tensor);
    if (entry === undefined) throw new RangeError(`the model has no ${tensor}`);
    return entry;
  }

  read(tensor: string): Promise<void> {
    throw new RangeError(`${tensor} has no values`);
  }
}
