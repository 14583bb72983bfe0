/**
 * @file What a model architecture must provide to be imported. To add one: a file here that is read from top to bottom
 * (weight names, config, graphs, how they are run), and a line each in compilers.ts and models.ts; no caller changes. Compiler only.
 */
import type * as z from 'zod';
import type { ModelKind } from '../compiler/manifest.ts';
import type { LayerContext } from '../layers/linear.ts';
import type { PromptStyle } from '../prompting/promptRequest.ts';
import type { ChannelLink } from '../quantization/equalization.ts';
import type { ModelPart } from '../quantization/precision.ts';

/** The JSON files of a checkpoint that describe the model; undefined where a file does not exist. */
export interface RawConfig {
  readonly config: unknown;
  readonly generationConfig: unknown;
  /** The ids of the special and other added tokens, by tokenizer.json. */
  readonly addedTokens?: ReadonlyMap<string, number>;
}

/** What config.json says that other files of the checkpoint say too. */
export interface CheckpointFacts {
  /** Side of the pictures, in pixels. */
  readonly imageSize: number;
  readonly queryTokens?: number;
  /** The tokenizers, the language model's first, each with the rows of the table in which its ids are looked up. */
  readonly vocabularies: readonly {
    /** Relative to the checkpoint. */
    readonly folder: string;
    readonly vocabSize: number;
  }[];
  /** Ids of the first vocabulary, and what the tokenizer calls them where that is the same in every checkpoint. */
  readonly tokenIds: readonly { readonly name: string; readonly id: number; readonly token?: string }[];
}

/** One of the graphs that a model is cut into. */
export interface GraphDefinition<Config> {
  /** Also the stem of its files. */
  readonly name: string;
  readonly part: ModelPart;
  readonly build: (context: LayerContext, config: Config) => void;
}

/** Recognises checkpoints of one architecture and builds their graphs. */
export type ArchitectureCompiler<Config> = CompilerOfAnyKind<Config> &
  (
    | { readonly kind: Extract<ModelKind, 'matcher'> }
    | {
        readonly kind: Extract<ModelKind, 'generator'>;
        /** How its models want to be asked. */
        readonly promptStyle: PromptStyle;
      }
  );

interface CompilerOfAnyKind<Config> {
  /** Stable: written into model.json. */
  readonly name: string;
  /** What the person reads in a list of supported models. */
  readonly title: string;
  /** Whether this `config.json` is of this architecture. Must not throw. */
  readonly recognizes: (config: unknown) => boolean;
  /** The config in our terms, as stored in model.json. @throws CheckpointError CHECKPOINT_CONFIG_INVALID */
  readonly parse: (raw: RawConfig) => Config;
  /** Validates the config that model.json holds. */
  readonly configSchema: z.ZodType<Config>;
  readonly graphs: readonly GraphDefinition<Config>[];
  /** Between which layers scales can be moved without changing what the model computes. */
  readonly links: (config: Config, has: (tensor: string) => boolean) => readonly ChannelLink[];
  /** Tensors that a checkpoint may hold although no graph needs them. */
  readonly mayIgnore: (tensor: string, config: Config) => boolean;
  /** What the checkpoint's other files must agree with. */
  readonly facts: (config: Config) => CheckpointFacts;
}
