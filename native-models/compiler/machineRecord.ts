/** @file What this machine found out about a model, in hidden files of the model's folder: lost, it only has to be found out again. Compiler and model host. */
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type * as z from 'zod';
import { readForeignFile } from '../foreignFile.ts';

/** Undefined where there is none, or a damaged one. */
export async function readMachineRecord<Content>(
  file: string,
  schema: z.ZodType<Content>,
  maxBytes: number,
): Promise<Content | undefined> {
  try {
    return schema.parse(JSON.parse((await readForeignFile(file, maxBytes)).toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Whole or not at all; not where the folder cannot be written (the program's own models, a drive that is read-only). */
export async function writeMachineRecord(folder: string, name: string, content: unknown): Promise<void> {
  const temporary = path.join(folder, `${name}.${process.pid}`);
  try {
    await writeFile(temporary, JSON.stringify(content), { flush: true });
    await rename(temporary, path.join(folder, name));
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
