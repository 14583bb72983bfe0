/** @file `vignette runs undo ID`: everything that a run changed becomes as it was. */
import { Command } from 'commander';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { ownCatalog, readCatalog } from '../openCatalog.ts';
import { runIdOf } from '../runs/runText.ts';
import { Terminal } from '../terminal.ts';

export function runsUndoCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('undo').description(help.runs.undo).argument('<ID>', help.runs.numberToUndo);
  addCommonOptions(command, common);
  return command.action(async (idText: string, options: unknown) => {
    const id = runIdOf(idText);
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    const texts = terminal.texts.commandLine.runs;
    const libraryFolder = libraryFolderOf(options, context);
    const before = await stateBefore(id, libraryFolder);
    await using catalog = await ownCatalog({ libraryFolder, context, terminal, command: 'runs undo' });
    // One that was cut short is finished by opening the catalog.
    const isFinished = before.undoIsRunning && catalog.runs.get(id).revertedByRunId === before.undoId;
    const { runId, reverted, leftAlone } = isFinished
      ? { runId: before.undoId, reverted: catalog.runs.changeCount(before.undoId), leftAlone: 0 }
      : await catalog.undo.revert(id, {
          signal: context.interrupt,
          onProgress: (done, total) => void terminal.progress(() => texts.undoing(done, total)),
        });
    await terminal.clearProgress();
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify({ undone: id, run: runId, reverted, leftAlone }));
    } else {
      const redone = redoneBy(catalog.runs.get(id), catalog.runs.get(runId));
      if (redone === undefined) {
        await terminal.note(texts.undid(id, reverted, leftAlone));
        await terminal.note(texts.toRedo(runId));
      } else {
        await terminal.note(texts.redid(redone, reverted, leftAlone));
        await terminal.note(texts.toUndo(redone));
      }
    }
    setExitCode(exitCode.done);
  });
}

/** The run that is in effect again, where an undo was undone. */
function redoneBy(undo: Run, redo: Run): number | undefined {
  return undo.kind === 'undo' && redo.revertsRunId === undo.id ? undo.revertsRunId : undefined;
}

interface StateBefore {
  readonly undoId: number;
  readonly undoIsRunning: boolean;
}

/** Nothing is opened for writing for a run that does not exist. @throws CatalogError NO_SUCH_RUN */
async function stateBefore(id: number, libraryFolder: string): Promise<StateBefore> {
  await using catalog = readCatalog(libraryFolder);
  if (catalog === undefined) {
    throw new CatalogError('NO_SUCH_RUN', `There is no run ${id}.`, { runId: id });
  }
  const { revertedByRunId: undoId } = catalog.runs.get(id);
  return undoId === undefined
    ? { undoId: 0, undoIsRunning: false }
    : { undoId, undoIsRunning: catalog.runs.get(undoId).state === 'running' };
}
