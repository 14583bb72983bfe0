/** @file Which model is used when none is named, and what to say when that cannot be told. Pure. */
import type { ModelKind } from '../../../native-models/compiler/manifest.ts';
import { VignetteError, type VignetteErrorOptions } from '../../../native-models/errors.ts';
import type { ListedModel, ModelFacts } from './installedModels.ts';

export class ModelChoiceError extends VignetteError {
  constructor(code: string, message: string, options: Pick<VignetteErrorOptions, 'details'> = {}) {
    super(code, message, { ...options, retry: 'never', blames: 'model' });
  }
}

const howToGetOne =
  'Import one with: vignette models import FOLDER (in a checkout, npm run build makes the demo model).';

export interface UsableModel extends ListedModel {
  readonly facts: ModelFacts;
}

/**
 * A model of the kind that is needed: the one named; else the one that was imported; else the bundled one. Several
 * imported ones are asked about rather than guessed between, and one that cannot be used is not replaced by the demo
 * model behind the person's back.
 * @throws ModelChoiceError
 */
export function chooseModel(
  models: readonly ListedModel[],
  id: string | undefined,
  kind: ModelKind = 'generator',
): UsableModel {
  if (id !== undefined) {
    return namedModel(models, id, kind);
  }
  // one that cannot be read may be of either kind
  const fitting = models.filter(({ facts }) => facts === undefined || facts.kind === kind);
  const imported = fitting.filter((model) => !model.bundled);
  if (imported.length > 1) {
    const ids = imported.map((model) => model.id);
    throw new ModelChoiceError('MODEL_NOT_CHOSEN', `There are several models: say which one (${ids.join(', ')}).`, {
      details: { ids },
    });
  }
  const model = imported[0] ?? fitting.find((candidate) => candidate.bundled);
  if (model === undefined) {
    throw new ModelChoiceError('MODEL_NOT_FOUND', `No model is installed. ${howToGetOne}`);
  }
  return usable(model);
}

/**
 * The model that checks, for each photo of a stack, what is written once for it; undefined where none is installed. The
 * demo models know drawn scenes only: what they make of a real model's text is worth nothing, unless they are named.
 * @param id as for `chooseModel` @throws ModelChoiceError
 */
export function stackChecker(
  models: readonly ListedModel[],
  id: string | undefined,
  writer: ListedModel,
): UsableModel | undefined {
  if (!models.some(({ facts }) => facts?.kind === 'matcher')) return undefined;
  const model = chooseModel(models, id, 'matcher');
  return id === undefined && model.bundled !== writer.bundled ? undefined : model;
}

function namedModel(models: readonly ListedModel[], id: string, kind: ModelKind): UsableModel {
  const named = models.find((model) => model.id === id);
  if (named === undefined) {
    throw new ModelChoiceError('MODEL_NOT_FOUND', `There is no model named ${id}. ${installedSentence(models)}`, {
      details: { id, installed: models.map((model) => model.id) },
    });
  }
  const model = usable(named);
  if (model.facts.kind !== kind) {
    const purpose = kind === 'generator' ? 'write text' : 'score text';
    throw new ModelChoiceError('MODEL_WRONG_KIND', `The model ${id} (${model.facts.architecture}) cannot ${purpose}.`, {
      details: { id, kind: model.facts.kind },
    });
  }
  return model;
}

function usable(model: ListedModel): UsableModel {
  const { facts, problem } = model;
  if (facts === undefined) {
    throw new ModelChoiceError(
      problem?.code ?? 'MODEL_DAMAGED',
      `The model ${model.id} cannot be used: ${problem?.message ?? 'it is damaged.'}`,
      { details: { id: model.id } },
    );
  }
  return { ...model, facts };
}

function installedSentence(models: readonly ListedModel[]): string {
  return models.length === 0 ? 'None is installed.' : `Installed: ${models.map((model) => model.id).join(', ')}.`;
}
