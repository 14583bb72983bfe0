/** @file Which model a command uses, in the command's words. Pure. */
import type { ModelKind } from '../../native-models/compiler/manifest.ts';
import { chooseModel, ModelChoiceError, type UsableModel } from '../library/models/chooseModel.ts';
import type { ListedModel } from '../library/models/installedModels.ts';
import { UsageError } from './exitCodes.ts';

export const modelChoiceHelp =
  "model to use (default: the library's default model, the model you imported, or the bundled demo model)";

/** @throws ModelChoiceError; UsageError where the person has to say which one */
export function chosenModel(
  models: readonly ListedModel[],
  id: string | undefined,
  kind: ModelKind = 'generator',
): UsableModel {
  try {
    return chooseModel(models, id, kind);
  } catch (error) {
    if (!(error instanceof ModelChoiceError) || error.code !== 'MODEL_NOT_CHOSEN') throw error;
    const { details } = error;
    const ids = Array.isArray(details.ids) ? details.ids.map(String) : [];
    throw new UsageError((usage) => usage.severalModels(ids));
  }
}

/** Said when nobody chose the demo model: its captions of real photos would surprise. */
export function demoNotice(model: ListedModel, id: string | undefined): string | undefined {
  return model.bundled && id === undefined
    ? 'Using the bundled demo model, which knows only drawn scenes. To use a real one: vignette models download REPO.'
    : undefined;
}
