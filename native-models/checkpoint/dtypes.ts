/** @file The number formats that checkpoints are stored in, and their conversion to float32. Compiler only. */

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
 * Reads elements as the bit patterns of float32 values. bfloat16 is the upper half of a float32; float16 goes through
 * the platform's Float16Array. Little-endian, as safetensors is.
 *
 * @param bytes whole elements of `dtype`; need not be aligned
 * @returns float32 values, a copy unless `bytes` already holds aligned float32
 */
export function toFloat32(bytes: Uint8Array, dtype: StoredDtype): Float32Array<ArrayBuffer> {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const buffer = aligned.buffer as ArrayBuffer; // files are read into plain buffers, never shared ones
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, aligned.byteOffset, aligned.byteLength / 4);
    case 'F16':
      return new Float32Array(new Float16Array(buffer, aligned.byteOffset, aligned.byteLength / 2));
    case 'BF16': {
      const halves = new Uint16Array(buffer, aligned.byteOffset, aligned.byteLength / 2);
      const bits = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
      return new Float32Array(bits.buffer);
    }
  }
}
