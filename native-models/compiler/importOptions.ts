/** @file What an import is asked for, and what it reports meanwhile. */
import type { GraphicsCard } from '../devices/listedDevice.ts';
import type { PrecisionChoice } from '../quantization/precision.ts';
import type { SuitablePrecision } from '../quantization/suitablePrecision.ts';
import type { Arrivals } from './arrivals.ts';

export interface ImportProgress {
  /** `unpack` copies a packed model; `compile` writes the graphs, `hash` reads the source once more for its checksum, `verify` runs the self-test, `measure` compares a quantized model with float32. */
  readonly stage: 'unpack' | 'compile' | 'hash' | 'verify' | 'measure';
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ImportOptions {
  /** A packed model, a file of weights as BLIP's and LAVIS's training save them, or the folder of the checkpoint, its repository's in the Hugging Face cache, or of a model that was imported in float32. */
  readonly source: string;
  /** Of a published checkpoint: its weight files, where they arrive while it is imported. `source` holds all others. */
  readonly arrivals?: Arrivals | undefined;
  /** Where the source is a file of weights (.pth), the published checkpoint whose other files are used, and weights that it lacks. */
  readonly base?: string | undefined;
  /** Folder of a LoRA adapter (PEFT) that is merged into it. */
  readonly adapter?: string | undefined;
  /** Folder that holds the compiled models. */
  readonly modelsFolder: string;
  /** Name of the new model; the default is made from the checkpoint's and the adapter's. */
  readonly id?: string | undefined;
  readonly precision?: PrecisionChoice | undefined;
  /** Whether a model of that name gives its place, once the new one is complete and tested. */
  readonly replace?: boolean | undefined;
  /** What `auto` chooses for; without one, the CPU. */
  readonly card?: GraphicsCard | undefined;
  /**
   * Whether a quantized model is compared with float32, and layers that do too much harm are stored wider; the default is
   * true. Benchmarks and tests of a precision want it as it is.
   */
  readonly measuresQuality?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** Told what `auto` has come to. */
  readonly onPrecision?: ((chosen: SuitablePrecision) => void) | undefined;
}
