/** @file A graph under construction: nodes, inputs, outputs and initializers, written out as an ONNX model. Compiler only. */
import { create, toBinary } from '@bufbuild/protobuf';
import { fuseResidualNorms } from './fuseResidualNorms.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { type Dim, type ElementType, onnxDataType, type Value } from './value.ts';

/** Attribute values: integers as bigint so that 1 (an int) and 1.0 (a float) cannot be confused. */
export type Attribute = number | bigint | string | readonly bigint[];

/** The bytes of an initializer, produced piece by piece so that a weight never has to be in memory whole. */
export interface WeightStream {
  readonly sizeBytes: number;
  /** The tensors of the checkpoint that are read for it. */
  readonly tensors: readonly string[];
  /** Made together with this one, which comes right before it. */
  readonly follows?: WeightStream;
  /** Calls `write` with consecutive pieces; a piece may be reused by the producer once `write` has resolved. */
  stream(write: (piece: Uint8Array) => Promise<void>, signal?: AbortSignal): Promise<void>;
}

/** An initializer whose bytes go into the data file beside the model. */
export interface ExternalInitializer {
  readonly value: Value;
  readonly weight: WeightStream;
}

/** Where an external initializer ended up in the data file. */
export interface ExternalLocation {
  readonly file: string;
  readonly offsetBytes: number;
}

const domains = { '': 21n, 'com.microsoft': 1n } as const;
export type OperatorDomain = keyof typeof domains;

const irVersion = 10n;

/**
 * How attention is built: `fused` is onnxruntime's MultiHeadAttention, `composed` is made of MatMul and Softmax. WebGPU's
 * MultiHeadAttention (onnxruntime 1.30) is wrong for 32 and more query positions where its flash kernel runs on
 * SwiftShader's subgroups, so graphs for that device are composed.
 */
export type AttentionForm = 'fused' | 'composed';

/** The model file of a graph in one of its forms. */
export function modelFileName(name: string, attention: AttentionForm): string {
  return attention === 'fused' ? `${name}.onnx` : `${name}.${attention}.onnx`;
}

/** Collects one graph. Not reusable after `serialize`. */
export class Graph {
  readonly name: string;
  readonly attention: AttentionForm;
  readonly externalInitializers: ExternalInitializer[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly #nodes: NodeProto[] = [];
  readonly #inlineInitializers: TensorProto[] = [];
  readonly #constants = new Map<string, Value>();
  readonly #names = new Set<string>();
  /** Of the values that nodes read, by name. */
  readonly #shapes = new Map<string, readonly Dim[]>();
  readonly #usedDomains = new Set<OperatorDomain>(['']);
  #scope: readonly string[] = [];

  constructor(name: string, attention: AttentionForm = 'fused') {
    this.name = name;
    this.attention = attention;
  }

  /** Node names inside `build` start with `name/`, so that they mirror the checkpoint's paths. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = [...outer, name];
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  input<T extends ElementType>(name: string, type: T, shape: readonly Dim[]): Value<T> {
    const value = { name: this.#claim(name), type, shape };
    this.inputs.push(value);
    return value;
  }

  /** Makes `value` an output called `name`. */
  output<T extends ElementType>(name: string, value: Value<T>): Value<T> {
    const [renamed] = this.node('Identity', '', [value], {}, [{ type: value.type, shape: value.shape }], name);
    const result = { ...(renamed as Value<T>) };
    this.outputs.push(result);
    return result;
  }

  /**
   * Adds an operator and returns its outputs in order; an output that nobody needs is undefined and gets no name.
   * `outputName` overrides the name of the first one.
   */
  node(
    operator: string,
    domain: OperatorDomain,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: readonly ({ readonly type: ElementType; readonly shape: readonly Dim[] } | undefined)[],
    outputName?: string,
  ): (Value | undefined)[] {
    const name = this.#claim([...this.#scope, operator].join('/'));
    const values = outputs.map((output, i): Value | undefined => {
      if (output === undefined) return undefined;
      const own = i === 0 ? `${name}:out` : `${name}:out${i}`;
      return { ...output, name: i === 0 && outputName !== undefined ? this.#claim(outputName) : own };
    });
    this.#usedDomains.add(domain);
    for (const input of inputs) if (input !== undefined) this.#shapes.set(input.name, input.shape);
    const names = inputs.map((input) => input?.name ?? '');
    while (names.at(-1) === '') names.pop();
    this.#nodes.push(
      create(NodeProtoSchema, {
        name,
        opType: operator,
        domain,
        input: names,
        output: values.map((value) => value?.name ?? ''),
        attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
      }),
    );
    return values;
  }

  /** A weight, named as in the checkpoint; its bytes are streamed to the data file later. */
  weight<T extends ElementType>(name: string, type: T, shape: readonly number[], weight: WeightStream): Value<T> {
    const value = { name: this.#claim(name), type, shape };
    this.externalInitializers.push({ value, weight });
    return value;
  }

  /** A small constant stored in the model file itself (the runtime needs shape constants there). Equal ones are shared. */
  constant<T extends ElementType>(type: T, shape: readonly number[], bytes: Uint8Array): Value<T> {
    const key = `${type}[${shape.join(',')}]${Buffer.from(bytes).toString('base64')}`;
    const existing = this.#constants.get(key);
    if (existing !== undefined) return existing as Value<T>;
    const value = { name: this.#claim(`constant_${this.#constants.size}`), type, shape };
    this.#constants.set(key, value);
    this.#inlineInitializers.push(
      create(TensorProtoSchema, {
        name: value.name,
        dims: shape.map(BigInt),
        dataType: onnxDataType[type],
        rawData: bytes,
      }),
    );
    return value;
  }

  /** The model file. `locations` says where the data file holds each external initializer, in order. */
  serialize(producerVersion: string, locations: readonly ExternalLocation[]): Uint8Array {
    const external = this.externalInitializers.map(({ value, weight }, i) => {
      const location = locations[i];
      if (location === undefined) throw new RangeError(`no location for ${value.name}`);
      return create(TensorProtoSchema, {
        name: value.name,
        dims: value.shape.map((dim) => BigInt(dim)),
        dataType: onnxDataType[value.type],
        dataLocation: TensorProto_DataLocation.EXTERNAL,
        externalData: [
          { key: 'location', value: location.file },
          { key: 'offset', value: String(location.offsetBytes) },
          { key: 'length', value: String(weight.sizeBytes) },
        ],
      });
    });
    const nodes = fuseResidualNorms(this.#nodes, ([a = '', b = '']) => this.#haveSameShape(a, b));
    const used = new Set([...this.#usedDomains, ...nodes.map(({ domain }) => domain as OperatorDomain)]);
    return toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        irVersion,
        producerName: 'vignette',
        producerVersion,
        opsetImport: [...used].map((domain) => ({ domain, version: domains[domain] })),
        graph: create(GraphProtoSchema, {
          name: this.name,
          node: nodes,
          initializer: [...this.#inlineInitializers, ...external],
          input: this.inputs.map(valueInfo),
          output: this.outputs.map(valueInfo),
        }),
      }),
    );
  }

  /** For tests that assert what a layer builds; `serialize` fuses some of them. */
  get nodes(): readonly NodeProto[] {
    return this.#nodes;
  }

  #haveSameShape(a: string, b: string): boolean {
    const [first = [], second] = [this.#shapes.get(a), this.#shapes.get(b)];
    return first.length === second?.length && first.every((dim, i) => dim === second[i]);
  }

  #claim(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#names.has(name); i++) name = `${wanted}_${i}`;
    this.#names.add(name);
    return name;
  }
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'bigint')
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: value });
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  }
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints: [...value] });
}

function valueInfo(value: Value): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name: value.name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: onnxDataType[value.type],
          shape: {
            dim: value.shape.map((dim) =>
              typeof dim === 'number'
                ? { value: { case: 'dimValue' as const, value: BigInt(dim) } }
                : { value: { case: 'dimParam' as const, value: dim } },
            ),
          },
        },
      },
    },
  });
}
