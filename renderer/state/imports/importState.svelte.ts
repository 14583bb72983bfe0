/** @file An import: what the file would bring, what the person chooses where texts stand against each other, and its end. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type {
  ConflictChoice,
  ContractConflict,
  ContractImportPlan,
  ImportEvent,
  ImportedFile,
  ImportFormat,
  TextUse,
} from '../../../preload/contract/imports.ts';
import type { Client } from '../connection.ts';
import { isAbort, problemOf } from '../problems.ts';

export type FormatChoice = ImportFormat | 'byFile';

interface Progress {
  readonly work: 'reading' | 'importing';
  readonly done: number;
  readonly total: number | null;
}

interface ConflictChosen extends Pick<ContractConflict, 'photoId' | 'kind' | 'question'> {
  readonly choice: ConflictChoice;
}

/** A conflict as a key: a photo may have one about its caption, and one about each question. */
function keyOf({ photoId, kind, question }: ContractConflict): string {
  return JSON.stringify([photoId, kind, question]);
}

export class ImportState {
  path = $state('');
  format = $state<FormatChoice>('byFile');
  use = $state<TextUse>();
  /** Of all conflicts but those that were chosen one by one. */
  forAll = $state<ConflictChoice>('keep');
  #choices = $state.raw<ReadonlyMap<string, ConflictChosen>>(new Map());
  readonly #imports: Client['imports'];
  #plan = $state.raw<ContractImportPlan | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #stop: AbortController | undefined;

  constructor(imports: Client['imports']) {
    this.#imports = imports;
  }

  /** Null before the file was read. */
  get plan(): ContractImportPlan | null {
    return this.#plan;
  }
  /** Null while nothing is read or imported. */
  get progress(): Progress | null {
    return this.#progress;
  }
  get problem(): Problem | null {
    return this.#problem;
  }

  choiceOf(conflict: ContractConflict): ConflictChoice {
    return this.#choices.get(keyOf(conflict))?.choice ?? this.forAll;
  }

  choose(conflict: ContractConflict, choice: ConflictChoice): void {
    const { photoId, kind, question } = conflict;
    this.#choices = new Map(this.#choices).set(keyOf(conflict), { photoId, kind, question, choice });
  }

  chooseForAll(choice: ConflictChoice): void {
    this.forAll = choice;
    this.#choices = new Map();
  }

  /** Back to which file. */
  forget(): void {
    this.#plan = null;
    this.#problem = null;
    this.use = undefined;
    this.chooseForAll('keep');
  }

  stop(): void {
    this.#stop?.abort();
  }

  async read(): Promise<void> {
    await this.#work('reading', async (signal) => {
      for await (const event of await this.#imports.plan(this.#file(), { signal })) {
        if (event.type === 'progress') this.#progress = { work: 'reading', ...event };
        else this.#plan = event.plan;
      }
    });
    this.use = this.#plan?.use;
  }

  /** Undefined where it was stopped, or failed: then nothing was imported. */
  async run(): Promise<Extract<ImportEvent, { type: 'done' }> | undefined> {
    let end: Extract<ImportEvent, { type: 'done' }> | undefined;
    const input = { ...this.#file(), onConflict: this.forAll, choices: [...this.#choices.values()] };
    await this.#work('importing', async (signal) => {
      for await (const event of await this.#imports.run(input, { signal })) {
        if (event.type === 'done') end = event;
        else this.#progress = { work: 'importing', ...event };
      }
    });
    return end;
  }

  #file(): ImportedFile {
    return {
      path: this.path,
      format: this.format === 'byFile' ? null : this.format,
      use: this.use ?? null,
      column: null,
    };
  }

  async #work(work: Progress['work'], doIt: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    this.#problem = null;
    this.#progress = { work, done: 0, total: null };
    try {
      await doIt(stop.signal);
    } catch (error) {
      if (!stop.signal.aborted && !isAbort(error)) this.#problem = problemOf(error);
    } finally {
      this.#progress = null;
    }
  }
}
