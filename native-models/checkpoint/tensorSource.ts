/** @file Where weights are read from, whatever they are stored in. Compiler only. */

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
