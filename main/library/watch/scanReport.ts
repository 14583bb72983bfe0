/** @file Counts what reconciling did, and tells of it. Main process, CLI. */

import type { Applied } from './applyPlan.ts';
import type { ScanCounts, ScanProblem, WatchContext } from './watchContext.ts';

const tellEveryMs = 100;
/** More are counted, but not kept. */
const maxProblems = 1000;

export class ScanReport {
  readonly #context: WatchContext;
  readonly #expectedFiles: number;
  readonly #startedMs = performance.now();
  readonly #problems: ScanProblem[] = [];
  #counts: ScanCounts = { folders: 0, files: 0, found: 0, changed: 0, moved: 0, missing: 0, problems: 0 };
  #toldMs = Number.NEGATIVE_INFINITY;

  /** @param expectedFiles how many there may be, as far as anybody knows */
  constructor(context: WatchContext, expectedFiles: number) {
    this.#context = context;
    this.#expectedFiles = expectedFiles;
  }

  folder(): void {
    this.#count({ folders: 1 });
  }

  files(count: number): void {
    this.#count({ files: count });
  }

  applied({ found = [], changed = [], missing = [], moved = [] }: Partial<Applied>): void {
    this.#count({ found: found.length, changed: changed.length, missing: missing.length, moved: moved.length });
    this.#tell('found', found);
    this.#tell('changed', changed);
    this.#tell('missing', missing);
    this.#tell('moved', moved);
  }

  problems(problems: readonly ScanProblem[]): void {
    this.#count({ problems: problems.length });
    for (const problem of problems) {
      if (this.#problems.length < maxProblems) this.#problems.push(problem);
      this.#context.onEvent?.({ kind: 'problem', problem });
    }
  }

  finish(): ScanCounts & { readonly problemList: readonly ScanProblem[] } {
    this.#tellProgress();
    return { ...this.#counts, problemList: this.#problems };
  }

  #count(more: Partial<ScanCounts>): void {
    const before = this.#counts;
    this.#counts = {
      folders: before.folders + (more.folders ?? 0),
      files: before.files + (more.files ?? 0),
      found: before.found + (more.found ?? 0),
      changed: before.changed + (more.changed ?? 0),
      moved: before.moved + (more.moved ?? 0),
      missing: before.missing + (more.missing ?? 0),
      problems: before.problems + (more.problems ?? 0),
    };
    if (performance.now() - this.#toldMs >= tellEveryMs) this.#tellProgress();
  }

  #tell(kind: 'found' | 'changed' | 'moved' | 'missing', photoIds: readonly number[]): void {
    if (photoIds.length > 0) this.#context.onEvent?.({ kind, photoIds });
  }

  #tellProgress(): void {
    this.#toldMs = performance.now();
    const filesPerSecond = this.#counts.files / Math.max((this.#toldMs - this.#startedMs) / 1000, 0.001);
    this.#context.onEvent?.({
      kind: 'progress',
      progress: { ...this.#counts, filesPerSecond, expectedFiles: this.#expectedFiles },
    });
  }
}
