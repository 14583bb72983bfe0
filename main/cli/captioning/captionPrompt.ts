/** @file What `vignette caption` asks: the prompt typed, a preset, or what suits the model and the kind of text. */
import { promptStyleOf } from '../../../native-models/compiler/manifest.ts';
import { assertAnswerable } from '../../../native-models/prompting/composePrompt.ts';
import type { PromptKind } from '../../../native-models/prompting/promptRequest.ts';
import type { UsableModel } from '../../library/models/chooseModel.ts';
import { defaultCaptionWording } from '../../library/prompting/builtInPresets.ts';
import { presetsOfKinds } from '../../library/prompting/kindDefaults.ts';
import { textWordingFor } from '../../library/prompting/presetList.ts';
import {
  type PromptTemplate,
  photoVariables,
  promptTemplate,
  questionVariable,
} from '../../library/prompting/promptTemplate.ts';
import { UsageError } from '../exitCodes.ts';
import type { PresetSource } from '../presetSource.ts';
import type { CaptionPlan } from './captionPlan.ts';

export const promptVariablesHelp = photoVariables.map((name) => `{${name}}`).join(', ');

export interface CaptionPrompt {
  readonly template: PromptTemplate;
  readonly kind: PromptKind;
}

/** @throws PromptError when the model cannot be asked it, PromptingError when there is something wrong with it */
export async function captionPrompt(
  { prompt, preset: named, writes }: Pick<CaptionPlan, 'prompt' | 'preset' | 'writes'>,
  { facts }: UsableModel,
  presets: PresetSource,
): Promise<CaptionPrompt> {
  const style = promptStyleOf(facts);
  if (prompt !== undefined) {
    assertAnswerable(style, { text: prompt, kind: 'text' });
    return { template: promptTemplate(prompt, photoVariables), kind: 'text' };
  }
  const preset = named ?? presetsOfKinds[writes];
  // without a name, nothing is read: a run does not depend on presets that it has no use for
  const { text, kind } =
    preset === undefined ? defaultCaptionWording(style) : textWordingFor(await presets.find(preset), style);
  assertAnswerable(style, { text, kind });
  const template = promptTemplate(text, [...photoVariables, questionVariable]);
  if (template.variables.has(questionVariable)) {
    throw new UsageError((usage) => usage.presetIsQuestion(preset ?? ''));
  }
  return { template, kind };
}
