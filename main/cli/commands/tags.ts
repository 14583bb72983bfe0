/** @file `vignette tags …`: lists the tags, and imports keyword lists of other programs into the vocabulary. */
import { Command } from 'commander';
import * as z from 'zod';
import { readForeignFile } from '../../../native-models/foreignFile.ts';
import { fileSystemReason } from '../../library/files/fileSystemError.ts';
import {
  type KeywordList,
  keywordListText,
  readKeywordList,
  synonymCount,
  writeKeywordPaths,
} from '../../library/interchange/keywordList.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { pathIn } from '../namedFile.ts';
import { ownCatalog, readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';

/** Ten thousand keywords with their synonyms take half a megabyte. */
const maxListBytes = 16 << 20;

export function tagsCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help } = textsOf(context).commandLine;
  return new Command('tags')
    .summary(help.tags.summary)
    .description(help.tags.description)
    .addCommand(listCommand(context, setExitCode))
    .addCommand(importCommand(context, setExitCode));
}

const listOptionsSchema = z.object({ vocabulary: z.boolean().default(false) });

function listCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('list').description(help.tags.list).option('--vocabulary', help.tags.vocabulary);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const { vocabulary } = listOptionsSchema.parse(options);
    const terminal = new Terminal(context, { plain: true });
    await using catalog = readCatalog(libraryFolderOf(options, context));
    const { tagColumns, inVocabulary } = terminal.texts.commandLine.library;
    if (vocabulary) {
      const tags = catalog?.vocabulary.list() ?? [];
      const lines = writeKeywordPaths(tags).split('\n').map(printable);
      await terminal.print(wantsJson(options) ? JSON.stringify(tags, null, 2) : lines.join('\n'));
    } else {
      const tags = catalog?.tags.list() ?? [];
      const rows = tags.map((tag) => [printable(tag.path), String(tag.photos), tag.inVocabulary ? inVocabulary : '']);
      await terminal.print(
        wantsJson(options)
          ? JSON.stringify(
              tags.map(({ path, photos, inVocabulary: isIn }) => ({ path, photos, inVocabulary: isIn })),
              null,
              2,
            )
          : table([tagColumns, ...rows]),
      );
    }
    setExitCode(exitCode.done);
  });
}

const importOptionsSchema = z.object({ replace: z.boolean().default(false) });

function importCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('import')
    .description(help.tags.import)
    .argument('<FILE>', help.tags.file)
    .option('--replace', help.tags.replace);
  addCommonOptions(command, common);
  return command.action(async (file: string, options: unknown) => {
    const { replace } = importOptionsSchema.parse(options);
    const terminal = new Terminal(context, { plain: true });
    const list = await readList(file, context);
    await using catalog = await ownCatalog({
      libraryFolder: libraryFolderOf(options, context),
      context,
      terminal,
      command: 'tags import',
    });
    // A tag that is there keeps its synonyms, and gets those of the list as well.
    catalog.vocabulary.set(replace ? list.tags : [...catalog.vocabulary.list(), ...list.tags]);
    const texts = terminal.texts.commandLine.library;
    const synonyms = synonymCount(list);
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify({ tags: list.tags.length, synonyms, remarks: list.remarks }, null, 2));
    } else {
      const { remark, remarks } = terminal.texts.tags;
      for (const { line, text, kind } of list.remarks)
        await terminal.note(remark(line, printable(text), remarks[kind]));
      await terminal.note(texts.keywordsImported(list.tags.length, synonyms));
    }
    setExitCode(list.remarks.length === 0 ? exitCode.done : exitCode.someItemsFailed);
  });
}

async function readList(file: string, context: CliContext): Promise<KeywordList> {
  try {
    const text = keywordListText(await readForeignFile(pathIn(context.cwd, file), maxListBytes));
    return await readKeywordList(text, { fileName: file });
  } catch (error) {
    throw new UsageError((usage) => usage.keywordListUnreadable(file, fileSystemReason(error)));
  }
}
