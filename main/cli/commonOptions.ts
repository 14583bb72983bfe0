/** @file The options that every command takes, and `--limit` of those that list. */
import type { Command } from 'commander';
import * as z from 'zod';
import type { OptionTexts } from '../../resources/messages/commandLine/texts.ts';
import { settledLibraryFolder } from '../library/files/libraryFolder.ts';
import { pathOfFileUrl } from '../library/photos/fileUrl.ts';
import type { CliContext } from './cliContext.ts';
import { type ExitCode, UsageError } from './exitCodes.ts';

/** How a command's action hands its exit code to whoever runs the program. */
export type SetExitCode = (code: ExitCode) => void;

const commonOptionsSchema = z.object({ library: z.string().optional(), json: z.boolean().default(false) });

export function addCommonOptions(command: Command, options: OptionTexts): void {
  command.option('--library <DIR>', options.library).option('--json', options.json);
}

export function libraryFolderOf(optionValues: unknown, context: CliContext): string {
  const { library } = commonOptionsSchema.parse(optionValues);
  if (library === '') {
    throw new UsageError((usage) => usage.valueMissing('--library', 'folder'));
  }
  const { env, platform, homeFolder, cwd } = context;
  const option = library === undefined ? undefined : pathOfFileUrl(library, platform);
  return settledLibraryFolder({ option, env, platform, homeFolder, cwd });
}

export function wantsJson(optionValues: unknown): boolean {
  return commonOptionsSchema.parse(optionValues).json;
}

/** @throws UsageError */
export function limitOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError((usage) => usage.outOfRange('--limit', { isWhole: true, from: 1 }, text));
}
