/** @file Text files beside photos, `.txt` and `.caption`: of a folder and those below it, or one. Main process, CLI. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { TextUse } from '../../../../schemas/imports.ts';
import { pathBelow } from '../../files/commonFolder.ts';
import { fileSystemReason } from '../../files/fileSystemError.ts';
import { withoutExtension } from '../captionNames.ts';
import { ImportError } from './importError.ts';
import type { ImportItem } from './importRecord.ts';
import { importText } from './importText.ts';
import { soundRecord, unsigned } from './soundTexts.ts';
import { listedTags, lookLikeTags } from './tagList.ts';

const maxFileBytes = 1 << 20;

export interface TextFiles {
  /** Where names start. */
  readonly folder: string;
  /** Absolute, sorted. */
  readonly files: readonly string[];
}

/** Of a folder with all below it, without what is hidden; links are not followed. @throws ImportError IMPORT_UNREADABLE */
export async function textFilesIn(folder: string, extension: 'txt' | 'caption'): Promise<TextFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    const reason = fileSystemReason(cause);
    throw new ImportError('IMPORT_UNREADABLE', `${folder} cannot be read: ${reason}.`, { file: folder }, cause);
  });
  const files = entries
    .filter((entry) => !entry.isDirectory() && path.extname(entry.name).toLowerCase() === `.${extension}`)
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter(
      (file) =>
        !pathBelow(folder, file)
          .split('/')
          .some((name) => name.startsWith('.')),
    );
  return { folder, files: files.sort() };
}

/** What cannot be read is a remark; the others are none the worse for it. @throws the signal's reason */
export async function* readTextFiles(
  { folder, files }: TextFiles,
  use: TextUse,
  signal?: AbortSignal,
): AsyncGenerator<ImportItem, void> {
  for (const file of files) {
    const name = pathBelow(folder, file);
    const text = await textOf(file, signal);
    if (text === undefined) yield { name, remark: 'unreadable' };
    else {
      const said =
        use === 'tags' ? { tags: listedTags(text) } : { captions: [{ ...unsigned(text.trim()), kind: use }] };
      yield* soundRecord({ name: withoutExtension(name), isStem: true, ...said });
    }
  }
}

/** So many are enough to see. */
const looksAt = 50;

/** What the texts look like: a suggestion, since prose can look like a list. */
export async function suggestedUse(
  { files }: Pick<TextFiles, 'files'>,
  signal?: AbortSignal,
): Promise<'tags' | 'caption'> {
  const texts: string[] = [];
  for (const file of files.slice(0, looksAt)) {
    const text = await textOf(file, signal);
    if (text !== undefined && text.trim() !== '') texts.push(text);
  }
  return lookLikeTags(texts) ? 'tags' : 'caption';
}

async function textOf(file: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    let text = '';
    for await (const piece of importText(file, { signal, maxBytes: maxFileBytes })) text += piece;
    return text;
  } catch (error) {
    if (error instanceof ImportError) return undefined;
    throw error;
  }
}
