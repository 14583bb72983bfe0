/** @file Reads one file of a tokenizer, and says what is wrong with it. Compiler and model host. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type * as z from 'zod';
import { ForeignFileError, readForeignFile } from '../foreignFile.ts';
import { type PointerFile, pointerFileOf, pointerLinkAt } from '../pointerFile.ts';
import { TokenizerError } from './tokenizerError.ts';

/** The largest published one, of 250,000 pieces, has 17 MB. */
export const maxTokenizerFileBytes = 128 << 20;
/** Of lists with a piece or a merge a line: 250,000 of them have 5 MB, and nothing but ends of lines are many more lines. */
const maxTextFileBytes = 16 << 20;

/** @throws TokenizerError TOKENIZER_FILE_MISSING, or TOKENIZER_FILE_INVALID for a pointer to the file */
export async function readTokenizerFile(file: string, maxBytes = maxTokenizerFileBytes): Promise<Buffer> {
  const bytes = await readForeignFile(file, maxBytes).catch(async (cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') throw await missingFile(file, cause);
    const what = cause instanceof ForeignFileError ? cause.message : 'cannot be read';
    throw new TokenizerError('TOKENIZER_FILE_MISSING', `The tokenizer file ${file} ${what}.`, { file }, cause);
  });
  const pointer = pointerFileOf(bytes);
  if (pointer !== undefined) throw pointerError(file, pointer);
  return bytes;
}

/** @throws TokenizerError as `readTokenizerFile`, and TOKENIZER_FILE_INVALID for what is no UTF-8 */
export async function readTokenizerText(file: string): Promise<string> {
  return decoded(file, await readTokenizerFile(file, maxTextFileBytes));
}

function decoded(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidFile(file, 'is not UTF-8', cause);
  }
}

/** @throws TokenizerError as `readTokenizerFile`, and TOKENIZER_FILE_INVALID for what does not fit the schema */
export async function readTokenizerJson<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const text = decoded(file, await readTokenizerFile(file));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenizerError('TOKENIZER_FILE_INVALID', `The tokenizer file ${file} is not JSON.`, { file }, cause);
  }
  return parseTokenizerJson(file, value, schema);
}

/** @throws TokenizerError TOKENIZER_FILE_INVALID */
export function parseTokenizerJson<S extends z.ZodType>(file: string, value: unknown, schema: S): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new TokenizerError(
    'TOKENIZER_FILE_INVALID',
    `The tokenizer file ${file} is not one we can read: ${where === '' ? 'its content' : where}: ${issue?.message ?? 'invalid'}.`,
    { file, where },
  );
}

/** @param what begins with its verb: "is not UTF-8" */
export function invalidFile(
  file: string,
  what: string,
  cause?: unknown,
  details: Readonly<Record<string, unknown>> = {},
): TokenizerError {
  return new TokenizerError(
    'TOKENIZER_FILE_INVALID',
    `The tokenizer file ${file} ${what}.`,
    { file, ...details },
    cause,
  );
}

async function missingFile(file: string, cause: unknown): Promise<TokenizerError> {
  const pointer = await pointerLinkAt(file);
  if (pointer !== undefined) return pointerError(file, pointer);
  const folder = path.dirname(file);
  const content: readonly string[] = await readdir(folder).catch(() => []);
  const message = `The tokenizer file ${path.basename(file)} is missing in ${folder}.`;
  const found = content.filter((name) => /token|vocab|merges|\.model$/.test(name));
  return new TokenizerError('TOKENIZER_FILE_MISSING', message, { file, found }, cause);
}

function pointerError(file: string, { kind, fetch }: PointerFile): TokenizerError {
  const message = `The tokenizer file ${file} is a ${kind}, not the file itself. Run “${fetch}” in its folder, or download it.`;
  return new TokenizerError('TOKENIZER_FILE_INVALID', message, { file, pointer: kind });
}
