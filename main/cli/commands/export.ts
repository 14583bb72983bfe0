/** @file `vignette export`: gives the library's captions, tags and answers back, as one document or as sidecars. */
import path from 'node:path';
import { Command } from 'commander';
import { errorText, type ToldError } from '../../../resources/messages/errorText.ts';
import { type ExportFilter, picturesBySchema } from '../../../schemas/exports.ts';
import type { Catalog } from '../../library/catalog/catalog.ts';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import { questionKey } from '../../library/catalog/texts/questionKey.ts';
import { exportDataset } from '../../library/interchange/exportDataset.ts';
import { exportDocument, exportDocumentFile } from '../../library/interchange/exportDocument.ts';
import { exportSidecars } from '../../library/interchange/exportSidecars.ts';
import type { WrittenFiles } from '../../library/interchange/outputFile.ts';
import { type PreviewRequest, previewExport } from '../../library/interchange/previewExport.ts';
import { sidecarVariables } from '../../library/interchange/sidecarTemplate.ts';
import type { XmpMemory } from '../../library/interchange/xmpSidecar.ts';
import { parseQuery } from '../../library/query/parseQuery.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { type EmbedTarget, embedPhotos } from '../exporting/embedPhotos.ts';
import { type ExportPlan, exportFormats, exportPlan } from '../exporting/exportPlan.ts';
import { textsOf } from '../language.ts';
import { ownCatalog, readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { queriedPhotos } from '../searching/queriedPhotos.ts';
import { sayQueryProblem } from '../searching/queryProblem.ts';
import { Terminal } from '../terminal.ts';

export function exportCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('export')
    .summary(help.export.summary)
    .description(help.export.description)
    .option('--format <FORMAT>', common.oneOf(exportFormats))
    .option('--out <PATH>', common.out)
    .option('--dataset <FOLDER>', help.export.dataset)
    .option('--split <SHARES>', help.export.split)
    .option('--pictures <HOW>', help.export.pictures(picturesBySchema.options))
    .option('--filter <QUERY>', help.export.filter)
    .option('--alternatives', help.export.alternatives)
    .option('--alt-text', help.export.altText)
    .option('--long-description', help.export.longDescription)
    .option('--tags', help.export.tags)
    .option('--answers', help.export.answers)
    .option('--question <TEXT>', help.export.question, (text: string, before: string[] = []) => [...before, text])
    .option('--scores', help.export.scores)
    .option('--marks', help.export.marks)
    .option('--template <TEXT>', help.export.template(sidecarVariables.map((name) => `{${name}}`).join(', ')))
    .option('--preview <N>', help.export.preview)
    .option('--no-captions', help.export.noCaptions)
    .option('--human', help.export.human)
    .option('--approved', help.export.approved)
    .option('--no-doubtful', help.export.noDoubtful)
    .option('--bom', common.byteOrderMark)
    .option('--replace', help.export.replace)
    .option('--restore', help.export.restore);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const plan = exportPlan(options, context.cwd);
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    try {
      const { target } = plan;
      const parts = { context, terminal, options };
      const isComplete =
        target.kind === 'originals'
          ? await embedPhotos(target, plan, parts)
          : await runExport({ ...plan, target }, parts);
      setExitCode(isComplete ? exitCode.done : exitCode.someItemsFailed);
    } catch (error) {
      setExitCode(await sayQueryProblem(terminal, plan.query, error));
    }
  });
}

interface ExportParts {
  readonly context: CliContext;
  readonly terminal: Terminal;
  readonly options: unknown;
}

type RunPlan = ExportPlan & { readonly target: Exclude<ExportPlan['target'], EmbedTarget> };

/** False when some photos failed. */
async function runExport(plan: RunPlan, exportParts: ExportParts): Promise<boolean> {
  const { query, target, byteOrderMark, template, preview } = plan;
  const { context, terminal, options } = exportParts;
  const signal = context.interrupt;
  const { general, photos: texts } = terminal.texts.commandLine;
  const parsed = parseQuery(query);
  const { catalog, ...memory } = await openLibrary(
    exportParts,
    preview === undefined && (target.kind === 'file' || target.kind === 'sidecars'),
  );
  await using open = catalog;
  const photoIds = await queriedPhotos(parsed, { catalog: open, context });
  const filter = { ...plan.filter, ...askedOnly(open, plan.questions) };
  if (preview !== undefined) {
    const text = await previewExport(open.reader, previewRequest(plan, { photoIds, filter, limit: preview }), signal);
    await terminal.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
    return true;
  }
  const course = {
    signal,
    onProgress: (done: number, total: number) =>
      void terminal.progress(() => ({ line: `${done}/${total}`, logLine: general.done(done, total) })),
  };
  const say = async (sentence: string, summary: Record<string, unknown>) => {
    await terminal.clearProgress();
    if (wantsJson(options) && target.kind !== 'stdout') await terminal.print(JSON.stringify(summary));
    else await terminal.note(sentence);
  };
  const noteFailures = async (failures: readonly ({ readonly file: string } & ToldError)[]) => {
    for (const { file, ...error } of failures) {
      await terminal.note(general.failed(printable(file), printable(errorText(error, terminal.texts))));
    }
  };
  if (target.kind === 'dataset') {
    const { format: metadata, ...place } = target;
    const { photos, failures } = await exportDataset(open.reader, { ...place, metadata, photoIds, filter }, course);
    await noteFailures(failures);
    const folder = printable(target.folder);
    await say(texts.datasetWritten(photos, folder), { photos, out: target.folder, failed: failures });
    return failures.length === 0;
  }
  if (target.kind === 'sidecars') {
    const { format, folder } = target;
    const sidecarParts = { catalog: open, ...memory, temporaryFolder: context.temporaryFolder };
    const { written, kept, failures } = await exportSidecars(
      sidecarParts,
      { format, folder, photoIds, filter, template },
      course,
    );
    await noteFailures(failures);
    const counts = [texts.sidecarsWritten(written), ...(kept === 0 ? [] : [general.kept(kept)])];
    await say(texts.result(general.list(counts)), { written, kept, failed: failures });
    return failures.length === 0;
  }
  const request = { format: target.format, photoIds, filter, byteOrderMark };
  if (target.kind === 'stdout') {
    await exportDocument(open.reader, request, terminal, course);
    if (target.format === 'json') await terminal.write('\n');
    return true;
  }
  const parts = { reader: open.reader, ...memory };
  const { file, photos, backup } = await exportDocumentFile(
    parts,
    { ...request, file: target.file, isNamed: true },
    course,
  );
  if (backup !== null) await terminal.note(general.previousVersion(printable(file), printable(backup)));
  await say(texts.writtenTo(photos, printable(file)), { photos, out: file, backup });
  return true;
}

/** Of the answers, those to the questions that were named. @throws UsageError for one that nobody asked */
function askedOnly(catalog: Catalog, questions: readonly string[]): Pick<ExportFilter, 'questionIds'> {
  if (questions.length === 0) return {};
  const ids = new Map(catalog.answers.questions().map(({ id, text }) => [questionKey(text), id]));
  return {
    questionIds: questions.map((question) => {
      const id = ids.get(questionKey(question));
      if (id === undefined) throw new UsageError((usage) => usage.noSuchQuestion(question));
      return id;
    }),
  };
}

function previewRequest(
  { target, template }: RunPlan,
  photos: Pick<PreviewRequest, 'photoIds' | 'filter' | 'limit'>,
): PreviewRequest {
  switch (target.kind) {
    case 'stdout':
      return { ...photos, kind: 'document', format: target.format };
    case 'file':
      return { ...photos, kind: 'document', format: target.format, documentFolder: path.dirname(target.file) };
    case 'dataset':
      return { ...photos, kind: 'dataset', format: target.format };
    case 'sidecars':
      return { ...photos, kind: 'sidecars', format: target.format, folder: target.folder, template };
  }
}

/** Whoever writes files wants to remember which; while somebody else owns the library, it is read all the same. */
async function openLibrary(
  { context, terminal, options }: ExportParts,
  remembers: boolean,
): Promise<{ readonly catalog: Catalog; readonly writtenFiles: WrittenFiles; readonly writtenXmp: XmpMemory }> {
  const libraryFolder = libraryFolderOf(options, context);
  if (remembers) {
    try {
      const catalog = await ownCatalog({ libraryFolder, context, terminal, command: 'export' });
      return { catalog, writtenFiles: catalog.writtenFiles, writtenXmp: catalog.writtenXmp };
    } catch (error) {
      if (!(error instanceof CatalogError) || !['CATALOG_IN_USE', 'CATALOG_READ_ONLY'].includes(error.code)) {
        throw error;
      }
    }
  }
  const catalog = readCatalog(libraryFolder);
  if (catalog === undefined) throw new UsageError((usage) => usage.libraryEmpty);
  const { writtenFiles, writtenXmp } = catalog;
  return {
    catalog,
    writtenFiles: { wrote: (file, sha256) => writtenFiles.wrote(file, sha256), add: () => undefined },
    writtenXmp: { of: (photoId) => writtenXmp.of(photoId), set: () => undefined, remove: () => undefined },
  };
}
