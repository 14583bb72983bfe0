/** @file Files that may still be written, and were therefore not read yet. Main process, CLI. */

import type { DiskState } from '../photos/disk.ts';
import { isSameState } from '../photos/fileState.ts';
import type { FolderOnDisk, NamedFile } from './folderFiles.ts';

export interface FolderPlace {
  readonly rootId: number;
  readonly relativePath: string;
}

export interface WaitingFiles {
  readonly onDisk: FolderOnDisk;
  readonly files: readonly NamedFile[];
}

export class WriteDebounce {
  readonly #debounceMs: number;
  readonly #states = new Map<string, DiskState>();
  #waiting: WaitingFiles[] = [];

  constructor(debounceMs: number) {
    this.#debounceMs = debounceMs;
  }

  /** How many folders have such files. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Written long ago (or in the future, by a clock that is wrong), or as it was when it was last looked at. */
  isStable(path: string, state: DiskState): boolean {
    if (Math.abs(Date.now() - state.modifiedMs) >= this.#debounceMs) return true;
    const before = this.#states.get(path);
    if (before !== undefined && isSameState(before, state)) return true;
    this.#states.set(path, state);
    return false;
  }

  add(onDisk: FolderOnDisk, files: readonly NamedFile[]): void {
    this.#waiting.push({ onDisk, files });
  }

  /** What is to be looked at again; it is forgotten here. */
  take(): readonly WaitingFiles[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  folders(): FolderPlace[] {
    return this.#waiting.map(({ onDisk }) => ({
      rootId: onDisk.root.id,
      relativePath: onDisk.folder.relativePath,
    }));
  }
}
