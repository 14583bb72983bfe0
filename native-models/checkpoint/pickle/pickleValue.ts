/** @file What a restricted pickle can describe. Plain data: nothing here can act. Compiler only. */

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  /** An OrderedDict may carry attributes, a plain dictionary may not. */
  readonly ordered: boolean;
  readonly entries: Map<string | number, PickleValue>;
}

/** The name of one of the few classes and functions that weight files refer to. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly name: string;
}

/** A block of numbers in a record of its own. */
export interface PickledStorage {
  readonly kind: 'storage';
  /** Undefined when the storage is a block of plain bytes, whose tensors bring their own type. */
  readonly dtype: string | undefined;
  /** Name of the record. */
  readonly key: string;
  /** Elements of `dtype`, or bytes. */
  readonly length: number;
}

/** A view of a storage. Offset and strides count elements. */
export interface PickledTensor {
  readonly kind: 'tensor';
  readonly storage: PickledStorage;
  readonly dtype: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickledStorage
  | PickledTensor;

/** What a value is, in words. Never looks inside: a value may contain itself. */
export function describeValue(value: PickleValue): string {
  if (value === null) return 'empty (None)';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'a truth value';
  switch (value.kind) {
    case 'dict':
      return 'a dictionary';
    case 'global':
      return `the name ${value.name}`;
    default:
      return `a ${value.kind}`;
  }
}
