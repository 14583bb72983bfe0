/** @file A folder that is turned upside down, one random file operation at a time. Deterministic by its seed. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { randomNumbers } from '../../support/randomNumbers.ts';

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

export class Churn {
  /** What is on the disk: contents by path from the top, all of them photos. */
  readonly files = new Map<string, string>();
  readonly folders = new Set<string>();
  /** Folders in which something happened, and those that were moved whole, since the last `settle`. */
  readonly touched = new Set<string>();
  readonly moved = new Set<string>();
  readonly #top: string;
  readonly #random: () => number;
  readonly #deleted: { readonly content: string; readonly from: string; readonly modifiedMs: number }[] = [];
  readonly #unfinished = new Map<string, string>();
  #count = 0;
  /** Of files that were made in one burst. */
  #burstMs = 1_000_000_000_000;

  /** @param roots folders below `top`, between which files move as well */
  constructor(top: string, roots: readonly string[], seed: number) {
    this.#top = top;
    this.#random = randomNumbers(seed);
    for (const root of roots) {
      this.folders.add(root);
      mkdirSync(path.join(top, root));
      for (const name of ['1', '2', '2/deep', '3']) this.#makeFolder(`${root}/${name}`);
    }
  }

  /** What is finished, and what was noticed. */
  settle(): void {
    this.touched.clear();
    this.moved.clear();
  }

  step(): void {
    this.#count += 1;
    const operations: readonly (readonly [weight: number, operation: () => void])[] = [
      [16, () => this.#create()],
      [4, () => this.#createPart()],
      [4, () => this.#finishPart()],
      [12, () => this.#rename(false)],
      [12, () => this.#rename(true)],
      [3, () => this.#moveOver()],
      [8, () => this.#swap()],
      [6, () => this.#copy()],
      [2, () => this.#copyOver()],
      [8, () => this.#edit()],
      [8, () => this.#delete()],
      [7, () => this.#restore()],
      [3, () => this.#renameFolder()],
      [1, () => this.#swapFolders()],
      [2, () => this.#makeNewFolder()],
      [2, () => this.#touch()],
    ];
    let pick = this.#random() * operations.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, operation] of operations) {
      pick -= weight;
      if (pick < 0) {
        operation();
        return;
      }
    }
  }

  #pick<T>(from: Iterable<T>): T | undefined {
    const all = [...from];
    return all[Math.floor(this.#random() * all.length)];
  }

  #pickFile(): string | undefined {
    return this.#pick(this.files.keys());
  }

  #newPath(folder = this.#pick(this.folders) ?? ''): string {
    // Names are few, so that they are taken again soon.
    for (let tried = 0; tried < 20; tried += 1) {
      const file = `${folder}/IMG_${Math.floor(this.#random() * 30)}.jpg`;
      if (!this.files.has(file)) return file;
    }
    return `${folder}/more_${this.#count}.jpg`;
  }

  /** Contents are of equal length. */
  #newContent(): string {
    return `content ${String(this.#count).padStart(8, '0')}`;
  }

  #absolute(relativePath: string): string {
    return path.join(this.#top, relativePath);
  }

  #touchFolderOf(file: string): void {
    this.touched.add(path.posix.dirname(file));
  }

  #put(file: string, content: string, modifiedMs: number): void {
    writeFileSync(this.#absolute(file), content);
    utimesSync(this.#absolute(file), modifiedMs / 1000, modifiedMs / 1000);
    this.files.set(file, content);
    this.#unfinished.delete(file);
    this.#touchFolderOf(file);
  }

  #take(file: string): string {
    const content = this.files.get(file) ?? '';
    this.files.delete(file);
    this.#unfinished.delete(file);
    this.#touchFolderOf(file);
    return content;
  }

  #create(): void {
    if (this.#random() < 0.3) this.#burstMs += 10_000;
    this.#put(this.#newPath(), this.#newContent(), this.#burstMs);
  }

  #createPart(): void {
    const file = this.#newPath();
    this.#put(file, `half of ${this.#newContent()}`, this.#editTime());
    this.#unfinished.set(file, ' and the other half');
  }

  #finishPart(): void {
    const [file, rest] = this.#pick(this.#unfinished) ?? [];
    if (file === undefined || rest === undefined) return;
    appendFileSync(this.#absolute(file), rest);
    this.files.set(file, `${this.files.get(file)}${rest}`);
    this.#unfinished.delete(file);
    this.#touchFolderOf(file);
  }

  #rename(intoAnother: boolean): void {
    const from = this.#pickFile();
    if (from === undefined) return;
    this.#move(from, this.#newPath(intoAnother ? undefined : path.posix.dirname(from)));
  }

  #move(from: string, to: string): void {
    renameSync(this.#absolute(from), this.#absolute(to));
    const content = this.#take(from);
    this.#take(to);
    this.files.set(to, content);
  }

  #moveOver(): void {
    const [from, to] = [this.#pickFile(), this.#pickFile()];
    if (from !== undefined && to !== undefined && from !== to) this.#move(from, to);
  }

  #swap(): void {
    const [a, b] = [this.#pickFile(), this.#pickFile()];
    if (a === undefined || b === undefined || a === b) return;
    const between = `${path.posix.dirname(a)}/between.jpg`;
    this.#move(a, between);
    this.#move(b, a);
    this.#move(between, b);
  }

  #copy(): void {
    const from = this.#pickFile();
    if (from !== undefined) this.#copyTo(from, this.#newPath());
  }

  #copyOver(): void {
    const [from, to] = [this.#pickFile(), this.#pickFile()];
    if (from !== undefined && to !== undefined && from !== to) this.#copyTo(from, to);
  }

  #copyTo(from: string, to: string): void {
    const keepsTime = this.#random() < 0.5;
    copyFileSync(this.#absolute(from), this.#absolute(to));
    const modifiedMs = keepsTime ? statSync(this.#absolute(from)).mtimeMs : this.#editTime();
    utimesSync(this.#absolute(to), modifiedMs / 1000, modifiedMs / 1000);
    this.files.set(to, this.files.get(from) ?? '');
    this.#unfinished.delete(to);
    this.#touchFolderOf(to);
  }

  #editTime(): number {
    return 1_500_000_000_000 + this.#count * 1000;
  }

  #edit(): void {
    const file = this.#pickFile();
    if (file !== undefined) this.#put(file, this.#newContent(), this.#editTime());
  }

  #touch(): void {
    const file = this.#pickFile();
    if (file === undefined) return;
    utimesSync(this.#absolute(file), this.#editTime() / 1000, this.#editTime() / 1000);
    this.#touchFolderOf(file);
  }

  #delete(): void {
    const file = this.#pickFile();
    if (file === undefined) return;
    const { mtimeMs } = statSync(this.#absolute(file));
    rmSync(this.#absolute(file));
    this.#deleted.push({ content: this.#take(file), from: file, modifiedMs: mtimeMs });
  }

  #restore(): void {
    const index = Math.floor(this.#random() * this.#deleted.length);
    const [file] = this.#deleted.splice(index, 1);
    if (file === undefined) return;
    const isFree = !this.files.has(file.from) && this.folders.has(path.posix.dirname(file.from));
    this.#put(isFree && this.#random() < 0.7 ? file.from : this.#newPath(), file.content, file.modifiedMs);
  }

  #makeNewFolder(): void {
    if (this.folders.size > 20) return;
    this.#makeFolder(`${this.#pick(this.folders)}/new ${this.#count}`);
  }

  #makeFolder(folder: string): void {
    mkdirSync(this.#absolute(folder));
    this.folders.add(folder);
    this.touched.add(path.posix.dirname(folder));
  }

  #renameFolder(): void {
    const folder = this.#pickInner();
    const into = this.#pick(this.folders);
    if (folder === undefined || into === undefined || isWithin(into, folder)) return;
    // Old names are taken again, too.
    const to = `${into}/${this.#random() < 0.5 ? path.posix.basename(folder) : Math.floor(this.#random() * 4)}`;
    if (!this.folders.has(to)) this.#moveFolder(folder, to);
  }

  #swapFolders(): void {
    const [a, b] = [this.#pickInner(), this.#pickInner()];
    if (a === undefined || b === undefined || isWithin(a, b) || isWithin(b, a)) return;
    const between = `${path.posix.dirname(a)}/between`;
    this.#moveFolder(a, between);
    this.#moveFolder(b, a);
    this.#moveFolder(between, b);
  }

  #pickInner(): string | undefined {
    return this.#pick([...this.folders].filter((folder) => folder.includes('/')));
  }

  #moveFolder(from: string, to: string): void {
    renameSync(this.#absolute(from), this.#absolute(to));
    const renamed = (name: string) => `${to}${name.slice(from.length)}`;
    for (const folder of [...this.folders].filter((name) => isWithin(name, from))) {
      this.folders.delete(folder);
      this.folders.add(renamed(folder));
    }
    for (const [file, content] of [...this.files].filter(([name]) => isWithin(name, from))) {
      const rest = this.#unfinished.get(file);
      this.#take(file);
      this.files.set(renamed(file), content);
      if (rest !== undefined) this.#unfinished.set(renamed(file), rest);
    }
    this.touched.add(path.posix.dirname(from));
    this.touched.add(path.posix.dirname(to));
    this.moved.add(from);
    this.moved.add(to);
  }
}

function isWithin(name: string, folder: string): boolean {
  return name === folder || name.startsWith(`${folder}/`);
}
