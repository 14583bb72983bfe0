/** @file A caption as plain text in UTF-8: `.txt` and `.caption` sidecars, as training scripts read them. */
import { createAtomically, readIfPresent, writeAtomically } from '../files/atomicWrite.ts';

/** A file with nothing but white space holds no text. */
export async function readTextSidecar(file: string): Promise<string | undefined> {
  const bytes = await readIfPresent(file);
  const text = bytes === undefined ? '' : new TextDecoder().decode(bytes).trim();
  return text === '' ? undefined : text;
}

export async function writeTextSidecar(file: string, text: string): Promise<boolean> {
  const content = textSidecarContent(text);
  if ((await readIfPresent(file)) === undefined) {
    return await createAtomically(file, content);
  }
  await writeAtomically(file, content);
  return true;
}

export function textSidecarContent(text: string): string {
  return `${text.trim()}\n`;
}
