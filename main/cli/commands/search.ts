/** @file `vignette search QUERY`: photos of the library, by words, filters and what they show. */
import { Command } from 'commander';
import * as z from 'zod';
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { Catalog } from '../../library/catalog/catalog.ts';
import type { PhotoCard } from '../../library/catalog/photos/cards.ts';
import { defaultDirection, type OrderBy, searchOrders } from '../../library/catalog/search/orders.ts';
import { parseQuery } from '../../library/query/parseQuery.ts';
import { printQuery } from '../../library/query/printQuery.ts';
import { readerSearch } from '../../library/search/catalogSearch.ts';
import { type FoundReason, foundReasons } from '../../library/search/foundReasons.ts';
import { type SimilaritySearch, searchPhotos } from '../../library/search/searchPhotos.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, limitOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption, namedDevice } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { resolvedQuery } from '../searching/queriedPhotos.ts';
import { sayQueryProblem } from '../searching/queryProblem.ts';
import type { SimilarityParts } from '../searching/similarity.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({
  limit: z.string(),
  order: z.string().default('relevance'),
  reverse: z.boolean().default(false),
  words: z.boolean().default(false),
});

interface SearchPlan {
  readonly query: string;
  readonly limit: number;
  readonly order: OrderBy;
  /** In place of the one in the settings. */
  readonly device: DeviceChoice | undefined;
  /** Only by words, also where photos indexed for visual search. */
  readonly wordsOnly: boolean;
}

interface FoundPhoto {
  readonly path: string;
  readonly card: PhotoCard;
  readonly reason: FoundReason | undefined;
}

export function searchCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('search')
    .summary(help.search.summary)
    .description(help.search.description)
    .argument('<QUERY...>', help.search.query)
    .option('--limit <N>', help.search.limit, '50')
    .option('--order <ORDER>', help.search.order(common.oneOf(searchOrders)))
    .option('--reverse', help.search.reverse)
    .option('--words', help.search.words);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (words: string[], options: unknown) => {
    const plan = planOf(words.join(' '), options);
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    try {
      await search(plan, {
        libraryFolder: libraryFolderOf(options, context),
        json: wantsJson(options),
        context,
        terminal,
      });
      setExitCode(exitCode.done);
    } catch (error) {
      setExitCode(await sayQueryProblem(terminal, plan.query, error));
    }
  });
}

function planOf(query: string, options: unknown): SearchPlan {
  const { limit, order: named, reverse, words } = optionValuesSchema.parse(options);
  const order = searchOrders.find((known) => known === named);
  if (order === undefined) {
    throw new UsageError((usage) => usage.noChoice('--order', searchOrders, named));
  }
  const byDefault = defaultDirection(order);
  return {
    query,
    limit: limitOf(limit),
    order: reverse ? { order, descending: !byDefault.descending } : byDefault,
    device: namedDevice(options),
    wordsOnly: words,
  };
}

interface SearchParts {
  readonly libraryFolder: string;
  readonly json: boolean;
  readonly context: CliContext;
  readonly terminal: Terminal;
}

async function search(plan: SearchPlan, { libraryFolder, json, context, terminal }: SearchParts): Promise<void> {
  // A query that cannot be understood is so in an empty library, too.
  const query = parseQuery(plan.query);
  const texts = terminal.texts.commandLine;
  await using resources = new AsyncDisposableStack();
  const catalog = resources.use(readCatalog(libraryFolder));
  if (catalog === undefined || catalog === null) {
    await (json ? terminal.print('[]') : terminal.note(texts.usage.libraryEmpty));
    return;
  }
  const signal = context.interrupt;
  const isRanked = plan.order.order === 'relevance' && !plan.wordsOnly;
  const similarity = isRanked
    ? await similarityIn({ catalog, context, terminal, resources, device: plan.device })
    : undefined;
  const resolved = await resolvedQuery(query, { catalog, context, resources });
  const request = { ...plan, query: resolved, similarity };
  const { photoIds, completed, foundBy } = await searchPhotos(readerSearch(catalog.reader), request, signal);
  // Without a model, all were found by the words, where there are any.
  const byWords = new Map(photoIds.map((id) => [id, { words: true, looks: false }]));
  const reasons = await foundReasons(catalog.reader, completed ?? query, foundBy ?? byWords, signal);
  const found = await describe(catalog, reasons, signal);
  await terminal.clearProgress();
  if (completed !== null) {
    await terminal.note(texts.photos.noExactMatch(printable(printQuery(completed))));
  }
  if (json) {
    await terminal.print(
      JSON.stringify(
        found.map((photo) => photoJson(photo, catalog)),
        null,
        2,
      ),
    );
    return;
  }
  for (const photo of found) await terminal.print(lineOf(photo));
  if (found.length === 0) {
    await terminal.note(texts.photos.noneFound);
  } else if (found.length === plan.limit && similarity === undefined) {
    const total = await catalog.reader.read(
      'searchCount',
      { query: completed ?? resolved.query, nowMs: Date.now() },
      signal,
    );
    if (total > found.length) await terminal.note(texts.photos.showing(found.length, total));
  }
}

/** Loaded when needed: it brings the vectors' machinery. */
async function similarityIn(parts: SimilarityParts): Promise<SimilaritySearch | undefined> {
  const { similarityOf } = await import('../searching/similarity.ts');
  return await similarityOf(parts);
}

async function describe(
  catalog: Catalog,
  reasons: readonly FoundReason[],
  signal: AbortSignal,
): Promise<readonly FoundPhoto[]> {
  const photoIds = reasons.map(({ photoId }) => photoId);
  const cards = await catalog.reader.read('cards', photoIds, signal);
  const byId = new Map(reasons.map((reason) => [reason.photoId, reason]));
  return cards.map((card) => ({ path: catalog.photos.photoFile(card.id), card, reason: byId.get(card.id) }));
}

function photoJson({ path, card, reason }: FoundPhoto, catalog: Catalog): Record<string, unknown> {
  const { id, caption, tags, width, height, unreachable } = card;
  const [shown] = caption === null ? [] : catalog.captions.of(id);
  return {
    id,
    path,
    caption: caption?.text ?? null,
    ...(caption === null
      ? {}
      : { source: caption.source, model: caption.modelId, stale: caption.stale, itm: caption.itm }),
    ...(shown?.copiedFromId === undefined ? {} : { copiedFrom: catalog.photos.find(shown.copiedFromId)?.path ?? null }),
    tags,
    width,
    height,
    stack: stackJson(id, catalog),
    fileInfo: catalog.fileInfo.of(id),
    foundBy: reasonCodes(reason),
    ...(unreachable === null ? {} : { unreachable }),
  };
}

/** By the numbers of photos, as `stack:` takes them; null where it is in none. */
function stackJson(photoId: number, { stacks }: Catalog): { top: number; photos: readonly number[] } | null {
  const photos = stacks.photosWith(photoId);
  return photos.length < 2 ? null : { top: photos[0] ?? photoId, photos };
}

/** Scripts read it: what stands behind the texts are the words that JSON has, too, in every language. */
function lineOf({ path, card, reason }: FoundPhoto): string {
  const { caption, unreachable } = card;
  const reasons = reasonCodes(reason);
  const columns = [
    printable(path),
    printable(caption?.text ?? ''),
    ...(reasons.length === 0 ? [] : [`[${reasons.join(', ')}]`]),
    ...(unreachable === null ? [] : [`(${unreachable})`]),
  ];
  return columns.join('\t');
}

function reasonCodes(reason: FoundReason | undefined): string[] {
  return [...(reason?.places ?? []), ...(reason?.looks === true ? ['visualMatch'] : [])];
}
