/** @file Tensors as a checkpoint stores them: where they are read from, their number formats, and the conversion to float32. Compiler only. */

/** One tensor, as it is stored. */
export interface SourceTensor {
  /** Safetensors' name of its number format. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
}

export interface TensorSource {
  tensorNames(): readonly string[];
  has(tensor: string): boolean;
  /** @throws CheckpointError CHECKPOINT_TENSOR_MISSING */
  entry(tensor: string): SourceTensor;
  /** Reads `target.byteLength` bytes of a tensor, from `offsetBytes` within it. */
  read(tensor: string, offsetBytes: number, target: Uint8Array): Promise<void>;
}

/** Safetensors' names of the formats that weights come in. */
export type StoredDtype = 'F32' | 'F16' | 'BF16';

/** Bytes an element takes, for every dtype name that the safetensors format defines and that we may meet. */
export const dtypeSizeBytes: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};

export function isStoredDtype(dtype: string): dtype is StoredDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/**
 * Writes elements into `target` as float32. bfloat16 is the upper half of a float32; float16 goes through the platform's
 * Float16Array. Little-endian, as safetensors is.
 *
 * @param bytes whole elements of `dtype`, at the start of its buffer
 * @param target as many elements
 */
export function convertToFloat32(bytes: Uint8Array, dtype: StoredDtype, target: Float32Array): void {
  switch (dtype) {
    case 'F32':
      target.set(new Float32Array(bytes.buffer, bytes.byteOffset, target.length));
      return;
    case 'F16':
      target.set(new Float16Array(bytes.buffer, bytes.byteOffset, target.length));
      return;
    case 'BF16': {
      const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, target.length);
      const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
      for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
    }
  }
}
