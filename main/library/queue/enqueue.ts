/** @file Enqueues jobs: puts photos into runs, those that a person chose and those that a folder's rule applies to. */
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { FolderRule, RuleAction } from '../catalog/folderRules.ts';
import { fillRun } from '../catalog/jobFilling.ts';
import type { JobRunKind } from '../catalog/jobs.ts';
import type { RunIdentity } from '../catalog/provenance.ts';
import { runIdentityHash } from '../catalog/runs.ts';
import { embeddingKey } from './loadedModel.ts';
import type { RunTracker } from './runTracker.ts';

export interface NewWork {
  readonly kind: JobRunKind;
  readonly description: RunDescription;
  readonly identity: RunIdentity;
  readonly photoIds: readonly number[];
  /** Of work that asks: every photo is asked all of them. */
  readonly questions?: readonly string[] | undefined;
  /** Higher goes first; 0 is usual. */
  readonly priority?: number | undefined;
  /** Also photos that have a result on equal terms. */
  readonly again?: boolean | undefined;
  /** An open run of the same terms to put them into. */
  readonly runId?: number | undefined;
}

export interface AddedWork {
  /** Undefined where there was nothing to do. */
  readonly runId: number | undefined;
  /** Jobs: photos, or photos times questions. */
  readonly added: number;
}

type FillingCatalog = Pick<Catalog, 'connection' | 'runs' | 'answers' | 'folderRules'>;

export class Enqueuer {
  readonly #catalog: FillingCatalog;
  readonly #tracker: RunTracker;

  constructor(catalog: FillingCatalog, tracker: RunTracker) {
    this.#catalog = catalog;
    this.#tracker = tracker;
  }

  async add(work: NewWork, signal?: AbortSignal): Promise<AddedWork> {
    return await this.#fill(work, work.runId, () => {}, signal);
  }

  /** Returns the rules that apply, and the runs that were added to. */
  async applyRules(
    photoIds: readonly number[],
    signal?: AbortSignal,
  ): Promise<{ rules: FolderRule[]; runIds: number[] }> {
    const applying = this.#catalog.folderRules.applying(photoIds);
    const runIds: number[] = [];
    for (const { rule, photoIds: ruled } of applying) {
      const begun = (runId: number) => this.#catalog.folderRules.setRun(rule.id, runId);
      const { runId, added } = await this.#fill(
        { ...workOf(rule.action), photoIds: ruled },
        this.#openRunOf(rule),
        begun,
        signal,
      );
      if (runId !== undefined && added > 0) runIds.push(runId);
    }
    return { rules: applying.map(({ rule }) => rule), runIds };
  }

  /** A rule's photos go into one run until that is over; then another is begun. */
  #openRunOf(rule: FolderRule): number | undefined {
    if (rule.runId === undefined) return undefined;
    const { id, state } = this.#catalog.runs.get(rule.runId);
    return state === 'running' || state === 'paused' ? id : undefined;
  }

  async #fill(
    work: NewWork,
    runId: number | undefined,
    begun: (runId: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<AddedWork> {
    using filling = new DisposableStack();
    const { connection, runs, answers } = this.#catalog;
    const { kind, description, identity, priority, photoIds, again } = work;
    const run = {
      id: runId,
      begin: () => {
        const id = runs.begin({ kind, description, identity, priority });
        begun(id);
        filling.use(this.#tracker.fill(id));
        return id;
      },
    };
    if (runId !== undefined) filling.use(this.#tracker.fill(runId));
    const terms = { kind, identityHash: runIdentityHash(identity), embeddingKey: embeddingKey(identity.model) };
    const questionIds = work.questions?.map((question) => answers.questionId(question));
    const added = await fillRun(connection, { run, terms, photoIds, questionIds, again, signal });
    return { runId: run.id, added };
  }
}

function workOf({ kind, description, identity, questions, priority }: RuleAction): Omit<NewWork, 'photoIds'> {
  return { kind, description, identity, questions, priority };
}
