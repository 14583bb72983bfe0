/** @file Watches the memory of another process, and can hold it under a hard limit. Linux; elsewhere nothing is known. */
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Largest values seen, in bytes. */
export interface MemoryPeaks {
  /** All resident pages, those of mapped files included, which the system can take back at any time. */
  readonly residentBytes: number;
  /** Pages that the process itself wrote: what it needs. */
  readonly anonymousBytes: number;
}

const sampleEveryMs = 50;

/** Samples /proc until disposed of. */
export class MemoryWatch implements Disposable {
  #peaks: MemoryPeaks = { residentBytes: 0, anonymousBytes: 0 };
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#timer = setInterval(() => void this.#sample(pid), sampleEveryMs);
  }

  get peaks(): MemoryPeaks {
    return this.#peaks;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #sample(pid: number): Promise<void> {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    this.#peaks = {
      residentBytes: Math.max(this.#peaks.residentBytes, bytesIn(status, 'VmRSS')),
      anonymousBytes: Math.max(this.#peaks.anonymousBytes, bytesIn(status, 'RssAnon')),
    };
  }
}

/** At this moment. */
export async function residentBytes(pid: number): Promise<number> {
  return bytesIn(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''), 'VmRSS');
}

function bytesIn(status: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
}

/** Has the system forget what it keeps of files. Linux, as root. */
export async function dropPageCache(): Promise<void> {
  await writeFile('/proc/sys/vm/drop_caches', '1');
}

/** A control group that kills its processes rather than let them have more than the limit, page cache included. */
export interface MemoryLimit extends AsyncDisposable {
  readonly limitBytes: number;
  /** Puts a process under the limit. */
  add(pid: number): Promise<void>;
}

/** Undefined where control groups (version 1 or 2) cannot be made: not Linux, or not root. */
export async function createMemoryLimit(limitBytes: number): Promise<MemoryLimit | undefined> {
  const layouts = [
    { root: '/sys/fs/cgroup/memory', limitFile: 'memory.limit_in_bytes' },
    { root: '/sys/fs/cgroup', limitFile: 'memory.max' },
  ];
  for (const { root, limitFile } of layouts) {
    const group = path.join(root, `vignette-bench-${process.pid}`);
    try {
      await mkdir(group);
      await writeFile(path.join(group, limitFile), String(limitBytes));
    } catch {
      await rmdir(group).catch(() => {});
      continue;
    }
    return {
      limitBytes,
      add: (pid) => writeFile(path.join(group, 'cgroup.procs'), String(pid)),
      [Symbol.asyncDispose]: () => rmdir(group).catch(() => {}),
    };
  }
  return undefined;
}
