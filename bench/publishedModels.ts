/** @file Published models by name, as checkpoints of random weights: their real shapes, read off the graphs that are compiled from their configs. */
import path from 'node:path';
import { recognizeModel } from '../native-models/architectures/compilers.ts';
import type { StoredMatrix, StoredTable, WeightProvider } from '../native-models/checkpoint/graphWeights.ts';
import { Graph } from '../native-models/onnx/graph.ts';
import type { Value } from '../native-models/onnx/value.ts';
import {
  type CheckpointShape,
  instructBlipFlanT5Xl,
  instructBlipT5Shape,
  type TensorFill,
} from './checkpointShapes.ts';
import { type PublishedConfig, publishedConfigs } from './publishedConfigs.ts';

export interface PublishedModel {
  readonly shape: CheckpointShape;
  /** A folder with tokenizer files of its kind; small ones, whose ids all lie in the real vocabulary. */
  readonly tokenizerFolder: string;
}

const fixtures = path.join(import.meta.dirname, '../test/fixtures/reference');

const models: ReadonlyMap<string, () => PublishedModel> = new Map([
  [
    'instructblip-flan-t5-xl',
    () => ({
      shape: instructBlipT5Shape(instructBlipFlanT5Xl),
      tokenizerFolder: path.join(fixtures, 'instructblip-t5'),
    }),
  ],
  ...Object.entries(publishedConfigs).map(([name, { config, imageSize, tokenizer }]) => {
    const model = () => ({
      shape: shapeOfConfig(config, imageSize),
      tokenizerFolder: path.join(fixtures, tokenizer),
    });
    return [name, model] as const;
  }),
]);

export const publishedNames: readonly string[] = [...models.keys()];

/** @throws RangeError for a name that is not known here */
export function publishedModel(name: string): PublishedModel {
  const make = models.get(name);
  if (make === undefined) throw new RangeError(`no published model ${name}; known: ${publishedNames.join(', ')}`);
  return make();
}

/** What the architecture that `config` names asks its checkpoint for. */
function shapeOfConfig(config: PublishedConfig, imageSize: number): CheckpointShape {
  const isUntied = config.text_config.tie_word_embeddings === false;
  const shapes = new Map<string, readonly number[]>();
  for (const { name, build } of recognizeModel({ config, generationConfig: undefined }).graphs) {
    const graph = new Graph(name);
    build({ graph, weights: new Recorder(shapes, isUntied) });
  }
  return {
    config,
    imageSize,
    tensors: [...shapes].map(([name, shape]) => ({ name, shape, fill: fillOf(name, shape) })),
  };
}

/** Has whatever it is asked for and remembers its shape; an output layer of its own only where the model is not tied. */
class Recorder implements WeightProvider {
  readonly #shapes: Map<string, readonly number[]>;

  readonly #isUntied: boolean;

  constructor(shapes: Map<string, readonly number[]>, isUntied: boolean) {
    this.#shapes = shapes;
    this.#isUntied = isUntied;
  }

  has(tensor: string): boolean {
    return this.#isUntied && tensor.endsWith('lm_head.weight');
  }

  stored(tensor: string, shape: readonly number[]): Value<'float'> {
    this.#shapes.set(tensor, shape);
    return { name: tensor, type: 'float', shape };
  }

  matrix(tensor: string, shape: readonly [number, number]): StoredMatrix {
    return this.table(tensor, shape);
  }

  joined(): undefined {
    return undefined;
  }

  table(tensor: string, shape: readonly [number, number]): StoredTable {
    return { form: 'float', weight: this.stored(tensor, shape) };
  }
}

/** As in a fresh network: scales are one, shifts zero, matrices and tables random. */
function fillOf(name: string, shape: readonly number[]): TensorFill {
  if (shape.length > 1) return 'normal';
  return name.endsWith('.bias') ? 'zeros' : 'ones';
}
