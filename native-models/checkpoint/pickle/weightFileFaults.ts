/** @file Words what is wrong with a PyTorch weight file, in one voice for its zip, its pickle and its tensors. Compiler only. */
import path from 'node:path';
import { CheckpointError } from '../checkpointError.ts';

type Details = Readonly<Record<string, unknown>>;

/** The errors of one file; every message begins with the file's name. */
export class WeightFileFaults {
  readonly #file: string;
  readonly #name: string;

  constructor(file: string) {
    this.#file = file;
    this.#name = path.basename(file);
  }

  /** The file breaks the rules of its format. */
  invalid(what: string, details: Details = {}, cause?: unknown): CheckpointError {
    const message = `${this.#name} is not a valid PyTorch weight file: ${what}.`;
    return new CheckpointError('CHECKPOINT_HEADER_INVALID', message, { file: this.#file, ...details }, cause);
  }

  /** The file asks for something that could run code. */
  unsafe(what: string, details: Details): CheckpointError {
    const message = `${this.#name} asks for ${what}, which no file of weights needs. It may be malicious; nothing in it was run. Use a safetensors file, or another source.`;
    return new CheckpointError('CHECKPOINT_PICKLE_UNSAFE', message, { file: this.#file, ...details });
  }

  /** The file may be sound, but is of a kind that is not read. */
  unsupported(what: string, details: Details = {}): CheckpointError {
    return new CheckpointError('CHECKPOINT_UNSUPPORTED', `${this.#name} ${what}.`, { file: this.#file, ...details });
  }

  truncated(what: string, details: Details = {}, cause?: unknown): CheckpointError {
    const message = `${this.#name} is cut off: ${what}. Download it again.`;
    return new CheckpointError('CHECKPOINT_TRUNCATED', message, { file: this.#file, ...details }, cause);
  }
}

/** Text out of a file as a message may show it: short, and on one line. */
export function shown(text: string): string {
  return /^[\w.]{1,120}$/.test(text) ? text : JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
