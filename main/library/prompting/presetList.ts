/** @file The presets that a person can name: the built-in ones and their own, and the words that a model gets. Pure; any process. */
import * as z from 'zod';
import {
  type PromptStyle,
  promptKindSchema,
  promptStyleSchema,
  promptStyleTitles,
} from '../../../native-models/prompting/promptRequest.ts';
import { presetUseSchema } from '../../../schemas/text.ts';
import { builtInPresets, type Preset, type Wording } from './builtInPresets.ts';
import { PromptingError } from './promptingError.ts';

export const presetNameSchema = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u);

export const ownPresetSchema = z.strictObject({
  text: z.string().max(20_000),
  /** Of a question: it is put into the form that the model's family knows. */
  kind: promptKindSchema.default('text'),
  about: z.string().max(200).default(''),
  /** What it is for. */
  writes: presetUseSchema.default('caption'),
});
export type OwnPreset = z.output<typeof ownPresetSchema>;

/** A preset as listed. */
export interface ListedPreset extends Preset {
  /** The person's; one of the name of a built-in preset stands in its place. */
  readonly isOwn: boolean;
}

/** Built-in ones first. */
export function presetsBeside(own: ReadonlyMap<string, OwnPreset>): ListedPreset[] {
  return [
    ...builtInPresets.filter(({ name }) => !own.has(name)).map((preset) => ({ ...preset, isOwn: false })),
    ...[...own].map(([name, preset]) => ({ name, ...worded(preset), isOwn: true })),
  ];
}

/** @throws PromptingError PRESET_NOT_FOUND */
export function presetCalled(name: string, presets: readonly ListedPreset[]): ListedPreset {
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset !== undefined) return preset;
  const names = presets.map((candidate) => candidate.name);
  throw new PromptingError('PRESET_NOT_FOUND', `There is no preset called ${name}. There are: ${names.join(', ')}.`, {
    name,
    names,
  });
}

/** The words of a preset for a model. @throws PromptingError PRESET_NOT_FOR_MODEL */
export function wordingFor({ name, wordings }: Preset, style: PromptStyle): Wording {
  const wording = wordings[style];
  if (wording !== undefined) return wording;
  const suitable = promptStyleSchema.options.filter((candidate) => wordings[candidate] !== undefined);
  const titles = suitable.map((candidate) => promptStyleTitles[candidate]).join(', ');
  throw new PromptingError(
    'PRESET_NOT_FOR_MODEL',
    `The preset ${name} asks too much of this model (${promptStyleTitles[style]}). It is for: ${titles}.`,
    { name, style, suitable },
  );
}

/** For a caption, or another text. @throws PromptingError PRESET_FOR_QUESTIONS, PRESET_NOT_FOR_MODEL */
export function textWordingFor(preset: Preset, style: PromptStyle): Wording {
  const { name, writes } = preset;
  if (writes !== 'answer') return wordingFor(preset, style);
  throw new PromptingError('PRESET_FOR_QUESTIONS', `The preset ${name} is a question, to be used when you ask.`, {
    name,
  });
}

function worded({ text, kind, about, writes }: OwnPreset): Omit<Preset, 'name'> {
  const wording = { text, kind };
  return {
    about,
    writes,
    wordings: { 'blip-caption': wording, 'blip-vqa': wording, blip2: wording, instruct: wording },
  };
}
