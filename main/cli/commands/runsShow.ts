/** @file `vignette runs show ID`. */
import { Command } from 'commander';
import { errorText } from '../../../resources/messages/errorText.ts';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { ModelVersion } from '../../../schemas/provenance.ts';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { formatTime } from '../dates.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { changesOf, runIdOf, runJson, stateOf } from '../runs/runText.ts';
import { table } from '../table.ts';
import { Terminal } from '../terminal.ts';

/** Of photos that failed. */
const maxListed = 200;

interface Failure {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export function runsShowCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('show')
    .description('Shows a run: its model, settings, changes and failures.')
    .argument('<ID>', 'number of the run');
  addCommonOptions(command);
  return command.action(async (idText: string, options: unknown) => {
    const id = runIdOf(idText);
    const terminal = new Terminal(context, { plain: true });
    const texts = textsOf(context);
    await using catalog = readCatalog(libraryFolderOf(options, context));
    if (catalog === undefined) {
      throw new CatalogError('NO_SUCH_RUN', `There is no run ${id}.`, { runId: id });
    }
    const run = catalog.runs.get(id);
    const changes = catalog.runs.changeCount(id);
    const modelVersions = catalog.modelVersions.of(id);
    const failures = catalog.jobs.failures({ runId: id, limit: maxListed }).map(({ photoId, code, message }) => ({
      path: catalog.photos.photoFile(photoId),
      code,
      message,
    }));
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify({ ...runJson(run, texts), modelVersions, changes, failures }, null, 2));
    } else {
      await terminal.print(described(run, modelVersions, changes, texts));
      for (const failure of failures) {
        await terminal.print(`  ${printable(failure.path)}: ${printable(errorText(failure, texts))}`);
      }
      await sayMore(run, failures, terminal);
    }
    setExitCode(exitCode.done);
  });
}

function described(run: Run, modelVersions: readonly ModelVersion[], changes: number, texts: Texts): string {
  const { identity } = run;
  const { filter } = identity ?? {};
  const rows = [
    ['Run', `${run.id}: ${printable(runTitle(run.description, texts))}`],
    ['State', stateOf(run)],
    ['Begun', formatTime(run.createdAtMs)],
    ...(run.finishedAtMs === undefined ? [] : [['Finished', formatTime(run.finishedAtMs)]]),
    ['Changed', changesOf(changes)],
    ...(identity === undefined
      ? []
      : [
          ['Model', `${identity.model.id} (${identity.model.precision}, ${identity.model.sha256.slice(0, 12)}…)`],
          ...modelVersions.map((version) => ['Version', printable(versionText(version))]),
          ['Prompt', printable(identity.prompt)],
          ['Settings', JSON.stringify(identity.settings)],
        ]),
    ...(filter === undefined
      ? []
      : [['Filter', `${filter.model.id}, ${filter.candidates} candidates, doubtful below ${filter.doubtfulBelow}`]]),
    ...(run.device === undefined ? [] : [['Device', run.device]]),
    ...(run.importSource === undefined ? [] : [['Source', printable(run.importSource)]]),
    ...(run.revertsRunId === undefined ? [] : [['Undoes', `run ${run.revertsRunId}`]]),
  ];
  return table(rows);
}

function versionText({ id, source, revision, precision, compiler }: ModelVersion): string {
  const commit = revision === null ? '' : `revision ${revision}, `;
  return `${id}: ${source}, ${commit}${precision}, compiler ${compiler}`;
}

async function sayMore(run: Run, failures: readonly Failure[], terminal: Terminal): Promise<void> {
  const more = run.failed - failures.length;
  if (more > 0) await terminal.print(`  … and ${more} more.`);
  if (run.revertedByRunId === undefined) await terminal.note(`To undo it: vignette runs undo ${run.id}`);
}
