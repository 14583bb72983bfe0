/** @file Which model a command uses, in the command's words. Pure. */
import type { ModelKind } from '../../native-models/compiler/manifest.ts';
import { chooseModel, ModelChoiceError, type UsableModel } from '../library/models/chooseModel.ts';
import type { ListedModel } from '../library/models/installedModels.ts';
import { UsageError } from './exitCodes.ts';
import type { Terminal } from './terminal.ts';

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

/** The demo model's captions of real photos would surprise who did not choose it. @param id as named by the person */
export async function sayDemo(terminal: Terminal, model: ListedModel, id: string | undefined): Promise<void> {
  if (model.bundled && id === undefined) await terminal.note(terminal.texts.commandLine.general.demoModel);
}
