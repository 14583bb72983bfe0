/** @file The `presets.json` of a library from before there was a catalog: its presets move there, once. Main process and CLI. */
import { renameSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { readForeignFileSync } from '../../../native-models/foreignFile.ts';
import type { LibraryNotice } from '../../../schemas/notice.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { type OwnPreset, ownPresetSchema, presetNameSchema } from './presetList.ts';

const fileSchema = z.strictObject({
  version: z.literal(1),
  presets: z.record(presetNameSchema, ownPresetSchema),
});

const maxFileBytes = 16 << 20;

/** Where the presets go to. */
export interface PresetKeeper {
  save(name: string, preset: OwnPreset): void;
}

/**
 * Moves what the file holds and renames it, so that it is read once. A file that cannot be read stays as it is.
 * Returns what to tell the person, where there is something to tell.
 */
export function takeOverPresetsFile(libraryFolder: string, presets: PresetKeeper): LibraryNotice | undefined {
  const file = presetsFile(libraryFolder);
  try {
    const read = fileSchema.parse(JSON.parse(readForeignFileSync(file, maxFileBytes).toString('utf8')));
    for (const [name, preset] of Object.entries(read.presets)) presets.save(name, preset);
    renameSync(file, `${file}.imported`);
    return undefined;
  } catch (error) {
    if (fileSystemCode(error) === 'ENOENT') return undefined;
    return { code: 'presetsNotTaken', params: { file, ...reasonOf(error) } };
  }
}

export function presetsFile(libraryFolder: string): string {
  return path.join(libraryFolder, 'presets.json');
}

function reasonOf(
  error: unknown,
): Pick<Extract<LibraryNotice, { code: 'presetsNotTaken' }>['params'], 'reason' | 'detail'> {
  if (error instanceof z.ZodError) return { reason: 'invalid', detail: z.prettifyError(error).replaceAll('\n', ' ') };
  if (error instanceof SyntaxError) return { reason: 'notJson', detail: '' };
  return { reason: 'unreadable', detail: fileSystemReason(error) };
}
