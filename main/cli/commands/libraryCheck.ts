/** @file `vignette library check`: whether the catalog is whole and agrees with itself. */
import { Command } from 'commander';
import * as z from 'zod';
import type { Catalog } from '../../library/catalog/catalog.ts';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import { type CatalogCheck, type CatalogProblem, repairCatalog } from '../../library/catalog/check.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { type CatalogOwner, ownCatalog, readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ repair: z.boolean().default(false) });

interface Findings {
  readonly found: readonly CatalogProblem[];
  /** After repairing, where that was asked for. */
  readonly left: readonly CatalogProblem[];
}

export function libraryCheckCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('check').description(help.library.check).option('--repair', help.library.repair);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const { repair } = optionValuesSchema.parse(options);
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    const owner = { libraryFolder: libraryFolderOf(options, context), context, terminal, command: 'library check' };
    await terminal.progress(() => terminal.texts.commandLine.library.checking);
    const findings = repair ? await repaired(owner) : await looked(owner);
    await terminal.clearProgress();
    await (wantsJson(options) ? terminal.print(findingsJson(findings)) : say(findings, repair, terminal));
    setExitCode(findings.left.length === 0 ? exitCode.done : exitCode.failed);
  });
}

async function looked({ libraryFolder, context }: CatalogOwner): Promise<Findings> {
  try {
    await using catalog = readCatalog(libraryFolder);
    const { problems } = catalog === undefined ? { problems: [] } : await check(catalog, context.interrupt);
    return { found: problems, left: problems };
  } catch (error) {
    if (!(error instanceof CatalogError) || error.code !== 'CATALOG_DAMAGED') throw error;
    const problems: CatalogProblem[] = [{ code: 'DAMAGED', message: error.message, ids: [] }];
    return { found: problems, left: problems };
  }
}

async function repaired(owner: CatalogOwner): Promise<Findings> {
  await using catalog = await ownCatalog(owner);
  const found = await check(catalog, owner.context.interrupt);
  const left = found.problems.length === 0 ? found : repairCatalog(catalog.connection, found);
  return { found: found.problems, left: left.problems };
}

/** In a thread of its own: Ctrl-C is heard meanwhile. */
async function check(catalog: Catalog, signal: AbortSignal): Promise<CatalogCheck> {
  return await catalog.reader.read('check', undefined, signal);
}

function findingsJson({ found, left }: Findings): string {
  const problems = found.map((problem) => ({
    ...problem,
    repaired: !left.some(({ code }) => code === problem.code),
  }));
  return JSON.stringify({ ok: left.length === 0, problems }, null, 2);
}

async function say({ found, left }: Findings, repair: boolean, terminal: Terminal): Promise<void> {
  const texts = terminal.texts.commandLine.library;
  if (found.length === 0) {
    await terminal.note(texts.notDamaged);
    return;
  }
  for (const problem of found) {
    const sentence = printable(texts.problem(problem));
    await terminal.print(left.some(({ code }) => code === problem.code) ? sentence : texts.repaired(sentence));
  }
  if (left.some(({ code }) => code === 'DAMAGED' || code === 'BROKEN_REFERENCE')) {
    await terminal.note(texts.toRestore);
  } else if (!repair) {
    await terminal.note(texts.toRepair);
  }
}
