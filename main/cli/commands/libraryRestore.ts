/** @file `vignette library restore`: goes back to a backup of the catalog. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { formatBytes, formatTime } from '../../../resources/messages/commandLine/quantities.ts';
import { type Backup, listBackups, restoreChosen } from '../../library/catalog/backups/backups.ts';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import { OwnerLock } from '../../library/catalog/ownerLock.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { printable } from '../printable.ts';
import { isoTime } from '../runs/runText.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ list: z.boolean().default(false) });

export function libraryRestoreCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('restore')
    .description(help.library.restore)
    .argument('[BACKUP]', help.library.backup)
    .option('--list', help.library.listBackups);
  addCommonOptions(command, common);
  return command.action(async (name: string | undefined, options: unknown) => {
    const { list } = optionValuesSchema.parse(options);
    const terminal = new Terminal(context, { plain: true });
    const libraryFolder = libraryFolderOf(options, context);
    const texts = terminal.texts.commandLine.library;
    const backups = listBackups(libraryFolder);
    if (list) {
      await printBackups(backups, wantsJson(options), terminal);
    } else {
      const backup = chosen(backups, name, libraryFolder);
      using _lock = OwnerLock.take(libraryFolder, 'vignette library restore');
      const kept = restoreChosen(libraryFolder, backup, Date.now());
      await (wantsJson(options)
        ? terminal.print(JSON.stringify({ restored: path.basename(backup.file), kept: kept ?? null }))
        : terminal.note(
            texts.restored(backup.takenAtMs) + (kept === undefined ? '' : texts.beforeKept(printable(kept))),
          ));
    }
    setExitCode(exitCode.done);
  });
}

function chosen(backups: readonly Backup[], name: string | undefined, libraryFolder: string): Backup {
  const backup = name === undefined ? backups[0] : backups.find(({ file }) => path.basename(file) === name);
  if (backup !== undefined) return backup;
  if (name !== undefined) {
    throw new UsageError((usage) => usage.noBackup(name));
  }
  throw new CatalogError('CATALOG_NOT_FOUND', `There is no backup of the catalog in ${libraryFolder}.`, {
    libraryFolder,
  });
}

async function printBackups(backups: readonly Backup[], json: boolean, terminal: Terminal): Promise<void> {
  const texts = terminal.texts.commandLine.library;
  const rows = await Promise.all(
    backups.map(async ({ file, takenAtMs }) => ({
      name: path.basename(file),
      takenAtMs,
      sizeBytes: (await stat(file)).size,
    })),
  );
  if (json) {
    await terminal.print(
      JSON.stringify(
        rows.map(({ name, takenAtMs, sizeBytes }) => ({ name, takenAt: isoTime(takenAtMs), sizeBytes })),
        null,
        2,
      ),
    );
  } else if (rows.length === 0) {
    await terminal.note(texts.noBackups);
  } else {
    const lines = rows.map(({ name, takenAtMs, sizeBytes }) => [name, formatTime(takenAtMs), formatBytes(sizeBytes)]);
    await terminal.print(table([texts.backupColumns, ...lines]));
  }
}
