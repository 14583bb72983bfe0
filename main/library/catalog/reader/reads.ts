/** @file What reader threads can be asked. Each is a plain function of the connection, so that tests call it directly. */
import type { ValuesRequest } from '../../query/completeQuery.ts';
import { type CatalogCheck, checkCatalog } from '../check.ts';
import type { CatalogConnection } from '../connection.ts';
import { type DueArgs, dueCount, duePhotos } from '../jobs/dueCount.ts';
import { type UnindexedArgs, unindexedPhotos } from '../jobs/unindexed.ts';
import { type LibraryStatus, libraryStatus } from '../libraryStatus.ts';
import { photoCards } from '../photos/cards.ts';
import { dueStacks } from '../photos/dueStacks.ts';
import { byStacks } from '../photos/foldedStacks.ts';
import { libraryOverview } from '../photos/overview.ts';
import { type PackedListArgs, type PhotoListArgs, packedList, photoList } from '../photos/photoList.ts';
import { locatedPhotos, type PhotoClustersArgs, photoClusters } from '../photos/photoMap.ts';
import { photoSummary } from '../photos/photoSummary.ts';
import { samplePhotos } from '../photos/samplePhotos.ts';
import { historySteps } from '../runs/history.ts';
import { type HandledArgs, handledPhotos } from '../runs/pilotResults.ts';
import { type ResultTimesArgs, resultTimes } from '../runs/resultTimes.ts';
import { type FacetsArgs, facets } from '../search/facets.ts';
import { foundNames, type NamesArgs } from '../search/names.ts';
import { type SearchArgs, type SearchPageArgs, searchCount, searchIds, searchPage } from '../search/searchPhotos.ts';
import { searchSuggestions } from '../search/suggestions.ts';
import { photoWordPlaces, type WordPlacesArgs } from '../search/wordPlaces.ts';
import { type AnswerRowsArgs, type AnswerTableArgs, answerRows, answerTable } from '../texts/answerTable.ts';
import { type AnswerValuesArgs, answerValues, photoAnswers } from '../texts/answerValues.ts';
import { type UnreviewedArgs, unreviewedTexts } from '../texts/captionReview.ts';
import { captionDisagreements } from '../texts/disagreements.ts';
import { TagStore } from '../texts/tags.ts';

/** A question under the name by which the thread knows it. */
export interface CatalogRead<Args, Result> {
  readonly name: string;
  run(connection: CatalogConnection, args: Args): Result;
}

/** The functions with their names: how a module above the catalog offers what it reads in a thread. */
export function namedReads<
  Functions extends Readonly<Record<string, (connection: CatalogConnection, args: never) => unknown>>,
>(
  functions: Functions,
): { readonly [Name in keyof Functions]: CatalogRead<Parameters<Functions[Name]>[1], ReturnType<Functions[Name]>> } {
  const entries = Object.entries(functions).map(([name, run]) => [name, { name, run }]);
  // The same keys, each with the function that it had.
  return Object.fromEntries(entries) as ReturnType<typeof namedReads<Functions>>;
}

/** What the catalog itself answers. */
export const catalogReads = namedReads({
  tags: (connection: CatalogConnection, _args: undefined) => new TagStore(connection).list(),
  check: (connection: CatalogConnection, _args: undefined): CatalogCheck => checkCatalog(connection),
  status: (connection: CatalogConnection, _args: undefined): LibraryStatus => libraryStatus(connection),
  historySteps: (connection: CatalogConnection, _args: undefined) => historySteps(connection),
  overview: (connection: CatalogConnection, _args: undefined) => libraryOverview(connection),
  cards: (connection: CatalogConnection, ids: readonly number[]) => photoCards(connection, ids),
  photoSummary: (connection: CatalogConnection, photoIds: readonly number[]) => photoSummary(connection, photoIds),
  locatedPhotos: (connection: CatalogConnection, args: SearchArgs) => locatedPhotos(connection, args),
  photoClusters: (connection: CatalogConnection, args: PhotoClustersArgs) => photoClusters(connection, args),
  photoList: (connection: CatalogConnection, args: PhotoListArgs) => photoList(connection, args),
  packedList: (connection: CatalogConnection, args: PackedListArgs) => packedList(connection, args),
  dueStacks: (connection: CatalogConnection, args: { readonly limit: number }) => dueStacks(connection, args),
  byStacks: (connection: CatalogConnection, photoIds: readonly number[]) => byStacks(connection, photoIds),
  searchPage: (connection: CatalogConnection, args: SearchPageArgs) => searchPage(connection, args),
  foundNames: (connection: CatalogConnection, args: NamesArgs) => foundNames(connection, args),
  suggestions: (connection: CatalogConnection, request: ValuesRequest) => searchSuggestions(connection, request),
  photoWordPlaces: (connection: CatalogConnection, args: WordPlacesArgs) => photoWordPlaces(connection, args),
  facets: (connection: CatalogConnection, args: FacetsArgs) => facets(connection, args),
  searchIds: (connection: CatalogConnection, args: SearchArgs) => searchIds(connection, args),
  searchCount: (connection: CatalogConnection, args: SearchArgs) => searchCount(connection, args),
  dueCount: (connection: CatalogConnection, args: DueArgs) => dueCount(connection, args),
  duePhotos: (connection: CatalogConnection, args: DueArgs) => duePhotos(connection, args),
  unindexedPhotos: (connection: CatalogConnection, args: UnindexedArgs) => unindexedPhotos(connection, args),
  resultTimes: (connection: CatalogConnection, args: ResultTimesArgs) => resultTimes(connection, args),
  handledPhotos: (connection: CatalogConnection, args: HandledArgs) => handledPhotos(connection, args),
  samplePhotos: (connection: CatalogConnection, photoIds: readonly number[]) => samplePhotos(connection, photoIds),
  answerTable: (connection: CatalogConnection, args: AnswerTableArgs) => answerTable(connection, args),
  answerRows: (connection: CatalogConnection, args: AnswerRowsArgs) => answerRows(connection, args),
  answerValues: (connection: CatalogConnection, args: AnswerValuesArgs) => answerValues(connection, args),
  captionDisagreements: (connection: CatalogConnection, _args: undefined) => captionDisagreements(connection),
  unreviewedTexts: (connection: CatalogConnection, args: UnreviewedArgs) => unreviewedTexts(connection, args),
  photoAnswers: (connection: CatalogConnection, args: Omit<AnswerValuesArgs, 'limit'>) =>
    photoAnswers(connection, args),
});

type CatalogReads = typeof catalogReads;
export type ReadName = keyof CatalogReads;
export type ReadArgs<Name extends ReadName> = Parameters<CatalogReads[Name]['run']>[1];
export type ReadResult<Name extends ReadName> = ReturnType<CatalogReads[Name]['run']>;
