/** @file The architectures that can be imported, and which of them a checkpoint is. Compiler only. */
import * as z from 'zod';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import type { ModelKind } from '../compiler/manifest.ts';
import type { PromptStyle } from '../prompting/promptStyle.ts';
import type { ArchitectureCompiler, GraphDefinition, RawConfig } from './architecture.ts';
import { blip2ItmCompiler } from './blip2Itm/graphs.ts';
import { blip2OptCompiler } from './blip2Opt/graphs.ts';
import { blip2T5Compiler } from './blip2T5/graphs.ts';
import { blipCaptionCompiler } from './blipCaption/graphs.ts';
import { blipItmCompiler } from './blipItm/graphs.ts';
import { blipVqaCompiler } from './blipVqa/graphs.ts';
import { instructBlipLlamaCompiler } from './instructBlipLlama/graphs.ts';
import { instructBlipT5Compiler } from './instructBlipT5/graphs.ts';

/** An architecture and the config of one checkpoint, bound together so that callers need not know the config's type. */
export interface RecognizedModel {
  readonly architecture: string;
  readonly kind: ModelKind;
  readonly promptStyle: PromptStyle | undefined;
  readonly config: unknown;
  readonly graphs: readonly {
    readonly name: string;
    readonly build: (context: Parameters<GraphDefinition<never>['build']>[0]) => void;
  }[];
  readonly mayIgnore: (tensor: string) => boolean;
  readonly tokenizerFolders: readonly string[];
}

const recognizers = [
  recognizer(blipCaptionCompiler),
  recognizer(blipVqaCompiler),
  recognizer(blipItmCompiler),
  recognizer(blip2ItmCompiler),
  recognizer(blip2OptCompiler),
  recognizer(blip2T5Compiler),
  recognizer(instructBlipLlamaCompiler),
  recognizer(instructBlipT5Compiler),
];

/**
 * Finds the architecture of a checkpoint from its config.json.
 * @throws CheckpointError CHECKPOINT_UNSUPPORTED, naming what the checkpoint is and what can be imported
 */
export function recognizeModel(raw: RawConfig): RecognizedModel {
  for (const { recognizes, bind } of recognizers) if (recognizes(raw.config)) return bind(raw);
  const found = describeConfig(raw.config);
  const supported = recognizers.map(({ title }) => title);
  throw new CheckpointError(
    'CHECKPOINT_UNSUPPORTED',
    `This checkpoint is ${found}, which cannot be imported. Supported: ${supported.join(', ')}.`,
    { found, supported },
  );
}

function recognizer<Config>(compiler: ArchitectureCompiler<Config>) {
  return {
    title: compiler.title,
    recognizes: compiler.recognizes,
    bind(raw: RawConfig): RecognizedModel {
      const config = compiler.parse(raw);
      return {
        architecture: compiler.name,
        kind: compiler.kind,
        promptStyle: compiler.kind === 'generator' ? compiler.promptStyle : undefined,
        config,
        graphs: compiler.graphs.map(({ name, build }) => ({ name, build: (context) => build(context, config) })),
        mayIgnore: (tensor) => compiler.mayIgnore(tensor, config),
        tokenizerFolders: compiler.tokenizerFolders,
      };
    },
  };
}

function describeConfig(config: unknown): string {
  const schema = z.object({
    model_type: z.string().optional(),
    architectures: z.array(z.string()).optional(),
    text_config: z.object({ model_type: z.string().optional() }).optional(),
  });
  const { data } = schema.safeParse(config);
  const name = data?.architectures?.[0] ?? data?.model_type;
  if (name === undefined) return 'of no named architecture (config.json has no model_type)';
  return data?.text_config?.model_type === undefined
    ? name
    : `${name} with the language model ${data.text_config.model_type}`;
}
