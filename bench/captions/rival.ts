/** @file The reference implementation as the rival: reference.py in a process of its own, asked a line at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { Question, Side } from './side.ts';

export const rivalTypes = ['bf16', 'fp32'] as const;
export type RivalType = (typeof rivalTypes)[number];

const readySchema = z.object({ loadMs: z.number(), torch: z.string(), transformers: z.string() });
const runSchema = z.object({
  tokens: z.int(),
  visionMs: z.number(),
  prefillMs: z.number(),
  msPerToken: z.number(),
  answerMs: z.number(),
  residentBytes: z.int(),
});

/** Photos that the rival answers about in a round, or a whole batch: it takes long, and its times hardly vary. */
const minPhotos = 3;

/** @param python an interpreter that has torch, transformers and pillow */
export function rivalSide(python: string, checkpointFolder: string, type: RivalType, sizeBytes: number): Side {
  return {
    name: type,
    sizeBytes,
    async open({ batch, ...question }: Question) {
      const process = new LineProcess(python, [path.join(import.meta.dirname, 'reference.py'), checkpointFolder, type]);
      const { loadMs, torch, transformers } = readySchema.parse(await process.read());
      let residentBytes = 0;
      const ask = async (images: readonly string[]) => {
        process.write({ images, ...question });
        const run = runSchema.parse(await process.read());
        residentBytes = run.residentBytes;
        if (run.tokens !== question.tokens) throw new Error(`the rival wrote ${run.tokens} tokens`);
        return run;
      };
      return {
        about: { loadMs, precision: type, device: 'cpu', versions: `PyTorch ${torch}, transformers ${transformers}` },
        residentBytes: () => residentBytes,
        async answer(photos) {
          const some = photos.slice(0, Math.max(batch, minPhotos));
          const start = performance.now();
          const runs = [];
          for (let i = 0; i < some.length; i += batch) runs.push(await ask(some.slice(i, i + batch)));
          return { runs, photos: some.length, wallMs: performance.now() - start };
        },
        [Symbol.asyncDispose]: () => process.end(),
      };
    },
  };
}

/** A program that answers each line of JSON with one. */
class LineProcess {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  write(value: unknown): void {
    this.#child.stdin.write(`${JSON.stringify(value)}\n`);
  }

  async read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#child.spawnfile} ended without an answer`);
    return JSON.parse(value);
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
