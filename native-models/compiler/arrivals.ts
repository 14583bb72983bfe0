/** @file Weight files that arrive while a model is compiled from them. */
import type { ExpectedWeights } from '../checkpoint/arrivingCheckpoint.ts';

/** A weight file that is whole and whose checksum was right. */
export interface CheckedFile {
  readonly path: string;
  /** Less than the whole file's where an earlier import has cut it. */
  readonly sizeBytes: number;
  /**
   * Where the file is this import's alone, which cuts off its end what it has no more need of: told how many bytes are left.
   * Without it, the file stays as it is.
   */
  readonly onCut?: ((leftBytes: number) => void) | undefined;
  /** Nothing of it is needed any more. */
  release(): Promise<void>;
}

/** A weight file that arrives from its beginning on. What comes before it is checked may prove wrong. */
export class ArrivingFile {
  readonly name: string;
  #path: string | undefined;
  #availableBytes = 0;
  #checked: CheckedFile | undefined;
  #failure: { readonly reason: unknown } | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(name: string) {
    this.name = name;
  }

  /** Where its bytes lie until it is checked; undefined before there are any. */
  get path(): string | undefined {
    return this.#path;
  }

  /** How many bytes from its beginning on can be read. */
  get availableBytes(): number {
    return this.#availableBytes;
  }

  get checked(): CheckedFile | undefined {
    return this.#checked;
  }

  advance(path: string, availableBytes: number): void {
    this.#path = path;
    this.#availableBytes = availableBytes;
    this.#notify();
  }

  check(file: CheckedFile): void {
    this.#checked = file;
    this.advance(file.path, file.sizeBytes);
  }

  /** It does not arrive, or proved wrong. */
  fail(reason: unknown): void {
    this.#failure = { reason };
    this.#notify();
  }

  /** Waits until more of it is there than so much, or it was checked. @throws why it does not arrive */
  async moreThan(bytes: number): Promise<void> {
    while (this.#failure === undefined && this.#checked === undefined && this.#availableBytes <= bytes) {
      await this.#changed.promise;
    }
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  /** Waits until it is whole and checked. @throws why it does not arrive */
  async whenChecked(): Promise<CheckedFile> {
    while (this.#checked === undefined) await this.moreThan(this.#availableBytes);
    return this.#checked;
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

export interface Arrivals {
  readonly weights: ExpectedWeights;
  /**
   * Given the names of the files that are needed, by an import that goes on perhaps not all of them. An import that fails
   * or is stopped asks for no more of them.
   */
  readonly files: (needed: readonly string[]) => AsyncIterable<ArrivingFile>;
}

/** The files did not arrive, for the reason that is the cause. What was compiled is kept, for an import that goes on. */
export class ArrivalsEnded extends Error {
  constructor(cause: unknown) {
    super('the files did not arrive', { cause });
  }
}
