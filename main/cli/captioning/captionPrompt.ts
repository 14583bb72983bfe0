/** @file What `vignette caption` asks: the prompt typed, a preset, or what suits the model. */
import { promptStyleOf } from '../../../native-models/compiler/manifest.ts';
import { assertAnswerable } from '../../../native-models/prompting/composePrompt.ts';
import type { PromptKind } from '../../../native-models/prompting/promptRequest.ts';
import { builtInPresets, defaultCaptionPreset } from '../../library/prompting/builtInPresets.ts';
import { type PresetStore, wordingFor } from '../../library/prompting/presetStore.ts';
import {
  type PromptTemplate,
  photoVariables,
  promptTemplate,
  questionVariable,
} from '../../library/prompting/promptTemplate.ts';
import type { UsableModel } from '../chooseModel.ts';
import { UsageError } from '../exitCodes.ts';
import type { CaptionPlan } from './captionPlan.ts';

export const promptVariablesHelp = photoVariables.map((name) => `{${name}}`).join(', ');

export interface CaptionPrompt {
  readonly template: PromptTemplate;
  readonly kind: PromptKind;
}

/** @throws PromptError when the model cannot be asked it, PromptingError when there is something wrong with it */
export async function captionPrompt(
  { prompt, preset }: Pick<CaptionPlan, 'prompt' | 'preset'>,
  { facts }: UsableModel,
  presets: PresetStore,
): Promise<CaptionPrompt> {
  const style = promptStyleOf(facts);
  if (prompt !== undefined) {
    assertAnswerable(style, { text: prompt, kind: 'text' });
    return { template: promptTemplate(prompt, photoVariables), kind: 'text' };
  }
  const { text, kind } = wordingFor(await namedPreset(preset, presets), style);
  assertAnswerable(style, { text, kind });
  const template = promptTemplate(text, [...photoVariables, questionVariable]);
  if (template.variables.has(questionVariable)) {
    throw new UsageError(`The preset ${preset} needs a question: it is for vignette ask.`);
  }
  return { template, kind };
}

/** Without a name, nothing is read: a run does not depend on a file that it has no use for. */
async function namedPreset(name: string | undefined, presets: PresetStore) {
  if (name !== undefined) return await presets.find(name);
  const preset = builtInPresets.find((candidate) => candidate.name === defaultCaptionPreset);
  if (preset === undefined) throw new RangeError('the default preset is not built in');
  return preset;
}
