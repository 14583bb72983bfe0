/** @file The architectures that can be imported, and which of them a checkpoint is. Compiler only. */
import * as z from 'zod';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import type { ModelKind } from '../compiler/manifest.ts';
import type { PromptStyle } from '../prompting/promptRequest.ts';
import type { ChannelLink } from '../quantization/equalization.ts';
import type { ModelPart } from '../quantization/precision.ts';
import type { ArchitectureCompiler, CheckpointFacts, GraphDefinition, RawConfig } from './architecture.ts';
import { blip2ItmCompiler } from './blip2Itm.ts';
import { blip2OptCompiler } from './blip2Opt.ts';
import { blip2T5Compiler } from './blip2T5.ts';
import { blipCaptionCompiler } from './blipCaption.ts';
import { blipItmCompiler } from './blipItm.ts';
import { blipVqaCompiler } from './blipVqa.ts';
import { instructBlipLlamaCompiler } from './instructBlipLlama.ts';
import { instructBlipT5Compiler } from './instructBlipT5.ts';

/** An architecture and the config of one checkpoint, bound together so that callers need not know the config's type. */
export interface RecognizedModel {
  readonly architecture: string;
  readonly kind: ModelKind;
  readonly promptStyle: PromptStyle | undefined;
  readonly config: unknown;
  readonly graphs: readonly {
    readonly name: string;
    readonly part: ModelPart;
    readonly build: (context: Parameters<GraphDefinition<never>['build']>[0]) => void;
  }[];
  readonly links: (has: (tensor: string) => boolean) => readonly ChannelLink[];
  readonly mayIgnore: (tensor: string) => boolean;
  readonly facts: CheckpointFacts;
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
 * @param tensors of the checkpoint: where config.json names no class, they tell BLIP's models apart
 * @throws CheckpointError CHECKPOINT_UNSUPPORTED, naming what the checkpoint is and what can be imported
 */
export function recognizeModel(raw: RawConfig, tensors: readonly string[] = []): RecognizedModel {
  refuseQuantized(raw.config);
  const config = withBlipClass(raw.config, tensors);
  for (const { recognizes, bind } of recognizers) if (recognizes(config)) return bind({ ...raw, config });
  const found = describeConfig(raw.config);
  const supported = recognizers.map(({ title }) => title);
  throw new CheckpointError(
    'CHECKPOINT_UNSUPPORTED',
    `This checkpoint is ${found}, which cannot be imported. Supported: ${supported.join(', ')}.`,
    { found, supported },
  );
}

/**
 * The model that model.json describes.
 * @throws CheckpointError CHECKPOINT_UNSUPPORTED; ZodError where the stored config is malformed
 */
export function storedModel(architecture: string, config: unknown): RecognizedModel {
  const found = recognizers.find(({ name }) => name === architecture);
  if (found !== undefined) return found.bindStored(config);
  const message = `There is no architecture called ${architecture}.`;
  throw new CheckpointError('CHECKPOINT_UNSUPPORTED', message, { architecture });
}

function recognizer<Config>(compiler: ArchitectureCompiler<Config>) {
  return {
    name: compiler.name,
    title: compiler.title,
    recognizes: compiler.recognizes,
    bind: (raw: RawConfig) => bound(compiler, compiler.parse(raw)),
    bindStored: (config: unknown) => bound(compiler, compiler.configSchema.parse(config)),
  };
}

function bound<Config>(compiler: ArchitectureCompiler<Config>, config: Config): RecognizedModel {
  return {
    architecture: compiler.name,
    kind: compiler.kind,
    promptStyle: compiler.kind === 'generator' ? compiler.promptStyle : undefined,
    config,
    graphs: compiler.graphs.map(({ name, part, build }) => {
      return { name, part, build: (context) => build(context, config) };
    }),
    links: (has) => compiler.links(config, has),
    mayIgnore: (tensor) => compiler.mayIgnore(tensor, config),
    facts: compiler.facts(config),
  };
}

/** What BLIP's models have in their checkpoints and the others have not, in the order in which they are asked for. */
const blipClasses = [
  ['BlipForImageTextRetrieval', /^itm_head\./],
  ['BlipForQuestionAnswering', /^text_encoder\./],
  ['BlipForConditionalGeneration', /^text_decoder\./],
] as const;

/** The class that a BLIP config without one means: `model_type` is the same for all of them. */
function withBlipClass(config: unknown, tensors: readonly string[]): unknown {
  const shape = z.looseObject({ model_type: z.literal('blip'), architectures: z.array(z.string()).max(0).nullish() });
  const { data } = shape.safeParse(config);
  const found = blipClasses.find(([, pattern]) => tensors.some((tensor) => pattern.test(tensor)));
  return data === undefined || found === undefined ? config : { ...data, architectures: [found[0]] };
}

/** @throws CheckpointError CHECKPOINT_UNSUPPORTED where config.json says that the weights are no plain numbers */
function refuseQuantized(config: unknown): void {
  const quantization = z.looseObject({
    quant_method: z.string().nullish(),
    load_in_8bit: z.boolean().nullish(),
    load_in_4bit: z.boolean().nullish(),
  });
  const part = z.object({ quantization_config: quantization.nullish().catch(null) });
  const { data } = part.extend({ text_config: part.nullish().catch(null) }).safeParse(config);
  const found = data?.quantization_config ?? data?.text_config?.quantization_config;
  // bitsandbytes leaves its settings behind when it is off
  if (found == null || (found.load_in_8bit === false && found.load_in_4bit === false)) return;
  const bits = found.load_in_4bit === true ? ' (4-bit)' : found.load_in_8bit === true ? ' (8-bit)' : '';
  const method = found.quant_method ?? (bits === '' ? 'an unnamed method' : 'bitsandbytes');
  throw new CheckpointError(
    'CHECKPOINT_UNSUPPORTED',
    `The weights are quantized with ${method}${bits}, says config.json. Import the original model, or dequantize() this one in Python and save it.`,
    { method },
  );
}

function describeConfig(config: unknown): string {
  const schema = z.object({
    model_type: z.string().nullish(),
    architectures: z.array(z.string()).nullish(),
    text_config: z.object({ model_type: z.string().nullish() }).nullish(),
  });
  const { data } = schema.safeParse(config);
  const name = data?.architectures?.[0] ?? data?.model_type;
  if (name == null) return 'of no named architecture (config.json has no model_type)';
  return data?.text_config?.model_type == null
    ? name
    : `${name} with the language model ${data.text_config.model_type}`;
}
