/**
 * @file Gives a checkpoint's activations the outlier channels that trained models have and random ones lack, and leaves
 * what it computes as it is, up to float32's rounding: what makes a channel is multiplied, what reads it divided.
 */
import { optNames } from '../../native-models/architectures/blip2Opt.ts';
import { llamaNames } from '../../native-models/architectures/instructBlipLlama.ts';
import { t5Names } from '../../native-models/architectures/shared/t5.ts';
import { visionNames } from '../../native-models/architectures/shared/visionTower.ts';
import { floatsIn, type StoredTensor, type Tensors } from './editedCheckpoint.ts';
import { randomNumbers } from './randomNumbers.ts';

/** Channels that one or more matrices read, and everything that makes them. */
interface Channels {
  /** Norms or linear layers: their scales or rows, and their biases, grow. */
  readonly makers: readonly string[];
  /** The first of the makers' rows that belongs to the channels. */
  readonly offset?: number;
  /** Matrices whose columns shrink: all that read the channels. */
  readonly readers: readonly string[];
}

const channelsAtOnce = 4;
const [minFactor, maxFactor] = [16, 100];

/**
 * Edits `tensors` in place, those that change stored as float32 from then on. Post-norm BERTs (the Q-Former, BLIP's text
 * towers) stay as they are: their norms are part of the residual stream, so that no factor can be taken out again.
 * @returns the names of the matrices that read outliers from then on
 */
export function addOutliers(tensors: Tensors): string[] {
  const random = randomNumbers(1);
  const places = outlierPlaces(tensors);
  for (const { makers, offset = 0, readers } of places) {
    const size = matrix(tensors, readers[0]).shape[1] as number;
    const channels = new Set<number>();
    while (channels.size < Math.min(channelsAtOnce, size)) channels.add(Math.floor(random() * size));
    for (const channel of channels) {
      const factor = minFactor + random() * (maxFactor - minFactor);
      for (const maker of makers) growRow(tensors, maker, offset + channel, factor);
      for (const reader of readers) scaleColumn(matrix(tensors, reader), channel, 1 / factor);
    }
  }
  return places.flatMap(({ readers }) => readers).map((name) => (tensors.has(name) ? name : `${name}.weight`));
}

/** How many times `up` and `wo` of a random T5 must grow for what they give to pass float16's 65,504, as trained ones' does. */
const feedForwardGrowth = { up: 1e3, down: 1e4 };

/** Makes what the feed-forwards of a T5 give as large as in trained ones, but no weight too large. Its function changes. */
export function growT5FeedForward(tensors: Tensors): void {
  const encoder = layersOf(tensors, t5Names.encoderLayer, ({ attention }) => attention.norm);
  const decoder = layersOf(tensors, t5Names.decoderLayer, ({ selfAttention }) => selfAttention.norm);
  for (const { feedForward } of [...encoder, ...decoder]) {
    for (const part of ['up', 'down'] as const) {
      const [rows = 0] = matrix(tensors, feedForward[part]).shape;
      for (let row = 0; row < rows; row++) growRow(tensors, feedForward[part], row, feedForwardGrowth[part]);
    }
  }
}

/** In the order of the checkpoint's parts, whichever of them it has. */
function outlierPlaces(tensors: Tensors): Channels[] {
  return [...visionPlaces(tensors), ...t5Places(tensors), ...optPlaces(tensors), ...llamaPlaces(tensors)];
}

function visionPlaces(tensors: Tensors): Channels[] {
  return layersOf(tensors, visionNames.layer, ({ norm1 }) => norm1).flatMap((layer) => {
    const hiddenSize = matrix(tensors, layer.projection).shape[1] as number;
    return [
      { makers: [layer.norm1], readers: [layer.qkv] },
      { makers: [layer.qkv], offset: 2 * hiddenSize, readers: [layer.projection] },
      { makers: [layer.norm2], readers: [layer.mlpUp] },
    ];
  });
}

function t5Places(tensors: Tensors): Channels[] {
  const encoder = layersOf(tensors, t5Names.encoderLayer, ({ attention }) => attention.norm);
  const decoder = layersOf(tensors, t5Names.decoderLayer, ({ selfAttention }) => selfAttention.norm);
  if (encoder.length === 0) return [];
  const selfAttention = ({ norm, query, key, value, output }: (typeof decoder)[number]['selfAttention']) => [
    { makers: [norm], readers: [query, key, value] },
    { makers: [value], readers: [output] },
  ];
  const feedForward = ({ norm, gate, up, down }: (typeof decoder)[number]['feedForward']) => [
    { makers: [norm], readers: [gate, up] },
    { makers: [up], readers: [down] },
  ];
  return [
    ...encoder.flatMap((layer) => [...selfAttention(layer.attention), ...feedForward(layer.feedForward)]),
    {
      makers: [t5Names.encoderFinalNorm],
      readers: decoder.flatMap(({ crossAttention: { key, value } }) => [key, value]),
    },
    ...decoder.flatMap((layer) => [
      ...selfAttention(layer.selfAttention),
      { makers: [layer.crossAttention.norm], readers: [layer.crossAttention.query] },
      { makers: [layer.crossAttention.value], readers: [layer.crossAttention.output] },
      ...feedForward(layer.feedForward),
    ]),
    ...outputPlaces(tensors, t5Names.decoderFinalNorm, t5Names.outputLayer),
  ];
}

/** Between ReLU's two matrices too: it lets positive factors through. */
function optPlaces(tensors: Tensors): Channels[] {
  const layers = layersOf(tensors, optNames.layer, ({ attentionNorm }) => attentionNorm);
  return layers.flatMap(({ attentionNorm, query, key, value, output, mlpNorm, mlpUp, mlpDown }) => [
    { makers: [attentionNorm], readers: [query, key, value] },
    { makers: [value], readers: [output] },
    { makers: [mlpNorm], readers: [mlpUp] },
    { makers: [mlpUp], readers: [mlpDown] },
  ]);
}

function llamaPlaces(tensors: Tensors): Channels[] {
  const layers = layersOf(tensors, llamaNames.layer, ({ attentionNorm }) => attentionNorm);
  if (layers.length === 0) return [];
  return [
    ...layers.flatMap(({ attentionNorm, query, key, value, output, mlpNorm, gate, up, down }) => [
      { makers: [attentionNorm], readers: [query, key, value] },
      { makers: [value], readers: [output] },
      { makers: [mlpNorm], readers: [gate, up] },
      { makers: [up], readers: [down] },
    ]),
    ...outputPlaces(tensors, llamaNames.finalNorm, llamaNames.outputLayer),
  ];
}

/** None where the output layer is the embedding table, whose other reader is the start of the model. */
function outputPlaces(tensors: Tensors, finalNorm: string, outputLayer: string): Channels[] {
  return tensors.has(outputLayer) ? [{ makers: [finalNorm], readers: [outputLayer] }] : [];
}

/** The names of all layers whose norm the checkpoint has. */
function layersOf<Names>(tensors: Tensors, layer: (i: number) => Names, normOf: (names: Names) => string): Names[] {
  const layers: Names[] = [];
  while (partsOf(tensors, normOf(layer(layers.length))).length > 0) layers.push(layer(layers.length));
  return layers;
}

/** The tensor of this name, or the layer's weight and bias. */
function partsOf(tensors: Tensors, name: string): string[] {
  return [name, `${name}.weight`, `${name}.bias`].filter((part) => tensors.has(part));
}

function growRow(tensors: Tensors, name: string, row: number, factor: number): void {
  for (const part of partsOf(tensors, name)) {
    const tensor = tensors.get(part);
    if (tensor === undefined) continue;
    const values = floatsIn(tensor);
    const rowSize = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
    for (let i = row * rowSize; i < (row + 1) * rowSize; i++) values[i] = (values[i] ?? Number.NaN) * factor;
  }
}

function scaleColumn(tensor: StoredTensor, column: number, factor: number): void {
  const [rows = 0, columns = 0] = tensor.shape;
  const values = floatsIn(tensor);
  for (let row = 0; row < rows; row++) {
    const i = row * columns + column;
    values[i] = (values[i] ?? Number.NaN) * factor;
  }
}

/** @param name of a linear layer, or of a table */
function matrix(tensors: Tensors, name = ''): StoredTensor {
  const tensor = tensors.get(`${name}.weight`) ?? tensors.get(name);
  if (tensor === undefined) throw new Error(`no matrix ${name}`);
  return tensor;
}
