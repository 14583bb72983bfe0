/** @file `vignette runs show ID`. */
import { Command } from 'commander';
import { formatTime } from '../../../resources/messages/commandLine/quantities.ts';
import { errorText, type ToldError } from '../../../resources/messages/errorText.ts';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import type { ModelVersion } from '../../../schemas/provenance.ts';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import type { OwnSettings } from '../../library/queue/queue.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { runIdOf, runJson, stateOf } from '../runs/runText.ts';
import { Terminal } from '../terminal.ts';

/** Of photos that failed. */
const maxListed = 200;

interface Failure extends ToldError {
  readonly path: string;
}

export function runsShowCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('show').description(help.runs.show).argument('<ID>', help.runs.number);
  addCommonOptions(command, common);
  return command.action(async (idText: string, options: unknown) => {
    const id = runIdOf(idText);
    const terminal = new Terminal(context, { plain: true });
    const { texts } = terminal;
    await using catalog = readCatalog(libraryFolderOf(options, context));
    if (catalog === undefined) {
      throw new CatalogError('NO_SUCH_RUN', `There is no run ${id}.`, { runId: id });
    }
    const run = catalog.runs.get(id);
    const ownSettings = catalog.questionTerms.of(id);
    const changes = catalog.runs.changeCount(id);
    const modelVersions = catalog.modelVersions.of(id);
    const failures = catalog.jobs
      .failures({ runId: id, limit: maxListed })
      .map(({ photoId, code, message, details }) => ({
        path: catalog.photos.photoFile(photoId),
        code,
        message,
        details,
      }));
    if (wantsJson(options)) {
      await terminal.print(
        JSON.stringify({ ...runJson(run, texts, ownSettings), modelVersions, changes, failures }, null, 2),
      );
    } else {
      await terminal.print(described({ run, ownSettings, modelVersions, changes }, texts));
      for (const failure of failures) {
        const reason = printable(errorText(failure, texts));
        await terminal.print(`  ${texts.commandLine.general.reasonOf(printable(failure.path), reason)}`);
      }
      await sayMore(run, failures, terminal);
    }
    setExitCode(exitCode.done);
  });
}

interface ShownRun {
  readonly run: Run;
  /** Of questions that are answered with other settings. */
  readonly ownSettings: readonly OwnSettings[];
  readonly modelVersions: readonly ModelVersion[];
  readonly changes: number;
}

function described({ run, ownSettings, modelVersions, changes }: ShownRun, texts: CliTexts): string {
  const { runs } = texts.commandLine;
  const { facts } = runs;
  const { identity } = run;
  const { filter } = identity ?? {};
  const rows = [
    [facts.run, runs.title(run.id, printable(runTitle(run.description, texts)))],
    [facts.state, stateOf(run, texts)],
    [facts.begun, formatTime(run.createdAtMs)],
    ...(run.finishedAtMs === undefined ? [] : [[facts.finished, formatTime(run.finishedAtMs)]]),
    [facts.changed, runs.changes(changes)],
    ...(identity === undefined
      ? []
      : [
          [facts.model, runs.model(identity.model.id, identity.model.precision, identity.model.sha256.slice(0, 12))],
          ...modelVersions.map((version) => [facts.version, printable(runs.version(version))]),
          [facts.prompt, printable(identity.prompt)],
          [facts.settings, JSON.stringify(identity.settings)],
          ...ownSettings.map(({ question, settings }) => [
            facts.settings,
            `${printable(question)} ${JSON.stringify(settings)}`,
          ]),
        ]),
    ...(filter === undefined
      ? []
      : [[facts.filter, runs.filter(filter.model.id, filter.candidates, filter.doubtfulBelow)]]),
    ...(run.device === undefined ? [] : [[facts.device, run.device]]),
    ...(run.importSource === undefined ? [] : [[facts.source, printable(run.importSource)]]),
    ...(run.revertsRunId === undefined ? [] : [[facts.undoes, runs.number(run.revertsRunId)]]),
  ];
  return table(rows);
}

async function sayMore(run: Run, failures: readonly Failure[], terminal: Terminal): Promise<void> {
  const { general, runs } = terminal.texts.commandLine;
  const more = run.failed - failures.length;
  if (more > 0) await terminal.print(`  ${general.more(more)}`);
  if (run.revertedByRunId === undefined) await terminal.note(runs.toUndo(run.id));
}
