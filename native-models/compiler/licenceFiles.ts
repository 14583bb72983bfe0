/** @file The text of a checkpoint's licence, which goes with whatever is made of it. Compiler only. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readForeignFile } from '../foreignFile.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import { sha256OfFile } from './fileHash.ts';

const licenceName = /^(?:licen[cs]e|copying|use_policy)(?:\.(?:txt|md))?$/i;
export const maxLicenceBytes = 1 << 20;

/** Whether a file of this name has the terms of what lies beside it. */
export function isLicenceName(name: string): boolean {
  return licenceName.test(name);
}

/** Whoever gets the model from here gets its terms with it. */
export async function copyLicence(source: string, working: string): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const name of (await readdir(source)).filter(isLicenceName).sort()) {
    const copy = path.join(working, name);
    await writeFile(copy, await readForeignFile(path.join(source, name), maxLicenceBytes), { flush: true });
    files.push({ name, ...(await sha256OfFile(copy)) });
  }
  return files;
}
