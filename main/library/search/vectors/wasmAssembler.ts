/**
 * @file As much of a WebAssembly assembler as the scan kernel needs: expressions are functions that nest as in the text
 * format, and give bytes. Opcodes: https://webassembly.github.io/spec/core/binary/instructions.html. Scan workers.
 */

/** Instructions that leave at most one value on the stack. */
export type Code = readonly number[];

export type ValueType = 'i32' | 'v128';
const valueTypes = { i32: 0x7f, v128: 0x7b } as const;

/** A parameter or local variable of the function, by its place. */
export type Local = number;

export const get = (local: Local): Code => [0x20, ...unsigned(local)];
export const set = (local: Local, value: Code): Code => [...value, 0x21, ...unsigned(local)];

export const constant = (value: number): Code => [0x41, ...signed(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const subtract = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
export const lessThan = (a: Code, b: Code): Code => [...a, ...b, 0x49]; // unsigned
export const isPositive = (a: Code): Code => [...a, ...constant(0), 0x4a];

/** Repeats the body as long as the condition holds at its end. */
export const doWhile = (body: readonly Code[], condition: Code): Code => [
  ...[0x03, 0x40],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0x00],
  0x0b,
];

export const zeroVector: Code = simd(12, ...new Array<number>(16).fill(0));
export const loadVector = (address: Code, offset = 0): Code => [...address, ...simd(0, 0, ...unsigned(offset))];
export const storeVector = (address: Code, value: Code): Code => [...address, ...value, ...simd(11, 0, 0)];
/** Eight bytes, made eight 16-bit lanes by their sign. */
export const loadBytesWidened = (address: Code, offset = 0): Code => [...address, ...simd(1, 0, ...unsigned(offset))];
/** Products of 16-bit lanes, neighbours added: four 32-bit lanes. */
export const dotPairs = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xba)];
export const addLanes = (a: Code, b: Code): Code => [...a, ...b, ...simd(0xae)];
/** 32-bit lanes by their place in the two operands together: 0 to 3 of `a`, 4 to 7 of `b`. */
export const shuffleLanes = (a: Code, b: Code, lanes: readonly [number, number, number, number]): Code => [
  ...a,
  ...b,
  ...simd(13, ...lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3])),
];

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  /** Further locals, in groups of one type. */
  readonly locals: readonly (readonly [count: number, type: ValueType])[];
  readonly body: readonly Code[];
}

/** A module with one function that returns nothing and works in memory that it imports as `env.memory`. */
export function assembleModule({ name, parameters, locals, body }: FunctionDefinition): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...list(parameters.map((parameter) => [valueTypes[parameter]])), ...list([])];
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, ...unsigned(1)];
  const declared = list(locals.map(([count, kind]) => [...unsigned(count), valueTypes[kind]]));
  const code = [...declared, ...body.flat(), 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([type])),
    ...section(2, list([memory])),
    ...section(3, list([[0]])),
    ...section(7, list([[...text(name), 0x00, 0x00]])),
    ...section(10, list([[...unsigned(code.length), ...code]])),
  ]);
}

function simd(opcode: number, ...operands: readonly number[]): Code {
  return [0xfd, ...unsigned(opcode), ...operands];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): Code {
  return list([...Buffer.from(value)].map((byte) => [byte]));
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128 of a number with a sign: ends where the rest is the sign of the last byte. */
function signed(value: number): Code {
  const rest = value >> 7;
  const bits = value & 0x7f;
  const isLast = (rest === 0 && (bits & 0x40) === 0) || (rest === -1 && (bits & 0x40) !== 0);
  return isLast ? [bits] : [bits | 0x80, ...signed(rest)];
}
