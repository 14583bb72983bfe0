/** @file `vignette export --format embed`: texts in the photos' own files. */
import { errorText } from '../../../resources/messages/errorText.ts';
import { type ExportFilter, embedFormat } from '../../../schemas/exports.ts';
import { Embedding } from '../../library/embedding/embedTexts.ts';
import { parseQuery } from '../../library/query/parseQuery.ts';
import type { CliContext } from '../cliContext.ts';
import { libraryFolderOf, wantsJson } from '../commonOptions.ts';
import { UsageError } from '../exitCodes.ts';
import { ownCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { queriedPhotos } from '../searching/queriedPhotos.ts';
import type { Terminal } from '../terminal.ts';

export interface EmbedTarget {
  readonly kind: 'originals';
  readonly format: typeof embedFormat;
  readonly isReplacing: boolean;
  readonly isRestoring: boolean;
}

interface EmbedOptions {
  readonly format?: string | undefined;
  readonly out?: string | undefined;
  readonly replace: boolean;
  readonly restore: boolean;
}

/** Undefined for another format. @throws UsageError */
export function embedTarget({ format, out, replace, restore }: EmbedOptions): EmbedTarget | undefined {
  if (format !== embedFormat) {
    const option = replace ? '--replace' : restore ? '--restore' : undefined;
    if (option !== undefined) throw new UsageError((usage) => usage.onlyWithEmbed(option));
    return undefined;
  }
  if (out !== undefined) throw new UsageError((usage) => usage.embedOut);
  if (replace && restore) throw new UsageError((usage) => usage.excludes('--replace', '--restore'));
  return { kind: 'originals', format, isReplacing: replace, isRestoring: restore };
}

export interface EmbedParts {
  readonly context: CliContext;
  readonly terminal: Terminal;
  readonly options: unknown;
}

/** False when some photos failed. What was written is remembered, so that nobody else may have the library meanwhile. */
export async function embedPhotos(
  { isReplacing, isRestoring }: EmbedTarget,
  { query, filter }: { readonly query: string; readonly filter: ExportFilter },
  { context, terminal, options }: EmbedParts,
): Promise<boolean> {
  const signal = context.interrupt;
  const { general, photos: texts } = terminal.texts.commandLine;
  const parsed = parseQuery(query);
  const libraryFolder = libraryFolderOf(options, context);
  await using catalog = await ownCatalog({ libraryFolder, context, terminal, command: 'export' });
  const photoIds = await queriedPhotos(parsed, { catalog, context });
  const course = {
    signal,
    onProgress: (done: number, total: number) =>
      void terminal.progress(() => ({ line: `${done}/${total}`, logLine: general.done(done, total) })),
  };
  await using embedding = await Embedding.start({ catalog, temporaryFolder: context.temporaryFolder });
  const { written, kept, failures } = isRestoring
    ? await embedding.restore(photoIds, course)
    : await embedding.write({ photoIds, filter, isReplacing }, course);
  await terminal.clearProgress();
  for (const { file, ...error } of failures) {
    await terminal.note(general.failed(printable(file), printable(errorText(error, terminal.texts))));
  }
  const sentence = isRestoring ? texts.restored(written) : texts.embedded(written);
  if (wantsJson(options)) await terminal.print(JSON.stringify({ written, kept, failed: failures }));
  else await terminal.note(texts.result(general.list([sentence, ...(kept === 0 ? [] : [general.kept(kept)])])));
  return failures.length === 0;
}
