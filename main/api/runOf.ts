/** @file A run as the contract has it. Main process and server. */
import type { GenerationSettings } from '../../native-models/generation/generationSettings.ts';
import type { Run } from '../../preload/contract/runs.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import type { Run as CatalogRun } from '../library/catalog/runs/runs.ts';

export function runOf(catalog: Pick<Catalog, 'modelVersions' | 'pilots' | 'questionTerms'>, run: CatalogRun): Run {
  const { id, kind, description, state, total, done, failed, createdAtMs } = run;
  return {
    id,
    kind,
    description,
    state,
    total,
    done,
    failed,
    createdAtMs,
    modelId: run.identity?.model.id ?? null,
    modelVersions: catalog.modelVersions.of(id),
    device: run.device ?? null,
    prompt: run.identity?.prompt ?? null,
    settings: run.identity === undefined ? null : shownSettings(run.identity.settings),
    ownSettings: catalog.questionTerms
      .of(id)
      .map(({ question, settings }) => ({ question, settings: shownSettings(settings) })),
    finishedAtMs: run.finishedAtMs ?? null,
    revertsRunId: run.revertsRunId ?? null,
    revertedByRunId: run.revertedByRunId ?? null,
    pilotId: catalog.pilots.ofRun(id) ?? null,
  };
}

/** Of a vocabulary how many tags and synonyms it has: a page of runs would be hundreds of megabytes. */
function shownSettings(settings: GenerationSettings): Record<string, unknown> {
  if (settings.tags === undefined) return settings;
  const { vocabulary, synonyms = [], ...tags } = settings.tags;
  return { ...settings, tags: { vocabulary: vocabulary.length, synonyms: synonyms.length, ...tags } };
}
