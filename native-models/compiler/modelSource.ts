/** @file What a model is made of: a published checkpoint, or a model that was imported before. Compiler only. */
import path from 'node:path';
import type { CheckpointFacts } from '../architectures/architecture.ts';
import type { RecognizedModel } from '../architectures/compilers.ts';
import type { ArrivingCheckpoint } from '../checkpoint/arrivingCheckpoint.ts';
import type { TensorSource } from '../checkpoint/storedTensors.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import { loadTokenizer, type TextTokenizer } from '../tokenizers/tokenizer.ts';
import type { Arrivals } from './arrivals.ts';
import type { ImportOptions } from './importOptions.ts';
import type { Calibration } from './manifest.ts';

export interface ModelSource extends AsyncDisposable {
  /** Holds the tokenizers' files. */
  readonly folder: string;
  readonly name: string;
  /** The repository's commit, where it is known. */
  readonly revision?: string | undefined;
  readonly recognized: RecognizedModel;
  readonly tensors: TensorSource;
  /** The same tensors, where they arrive while they are compiled, and how. */
  readonly arriving?: { readonly checkpoint: ArrivingCheckpoint; readonly arrivals: Arrivals } | undefined;
  readonly image: ImageProcessorConfig;
  readonly calibration: Calibration | undefined;
  /** Folder of the same model in float32, where that is what the source is. */
  readonly floatModel?: string | undefined;
  /** Changes when the source does. */
  readonly identity: unknown;
  /** Whether the tokenizers in `folder` belong to this model. @throws CheckpointError CHECKPOINT_FILES_DISAGREE */
  assertTokenizers(tokenizers: ReadonlyMap<string, TextTokenizer>): void;
  /** The checkpoint's weight files with their checksums. @throws CheckpointError CHECKPOINT_CHANGED */
  weightFiles(options: Pick<ImportOptions, 'signal' | 'onProgress'>): Promise<readonly WrittenFile[]>;
}

/** Each tokenizer by its folder. @throws TokenizerError */
export async function loadTokenizers(facts: CheckpointFacts, folder: string): Promise<Map<string, TextTokenizer>> {
  const tokenizers = new Map<string, TextTokenizer>();
  for (const vocabulary of facts.vocabularies) {
    tokenizers.set(vocabulary.folder, await loadTokenizer(path.join(folder, vocabulary.folder)));
  }
  return tokenizers;
}
