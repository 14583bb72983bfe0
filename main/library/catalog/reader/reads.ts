/** @file What reader threads can be asked. Each is a plain function of the connection, so that tests call it directly. */
import { previewTagEdit, type TagEdit } from '../../editing/editTags.ts';
import {
  type DocumentListArgs,
  type DocumentTextArgs,
  documentList,
  documentPart,
  type ExportListArgs,
  exportCount,
  type SidecarListArgs,
  type SidecarTextsArgs,
  sidecarList,
  sidecarTexts,
} from '../../interchange/exportReads.ts';
import type { ValuesRequest } from '../../search/query/completeQuery.ts';
import { type AnswerTableArgs, answerTable } from '../answerTable.ts';
import { photoCards } from '../cards.ts';
import { type CatalogCheck, checkCatalog } from '../check.ts';
import type { CatalogConnection } from '../connection.ts';
import { historySteps } from '../history.ts';
import { type LibraryStatus, libraryStatus } from '../libraryStatus.ts';
import { libraryOverview } from '../overview.ts';
import { type PhotoListArgs, packedList, photoList } from '../photoList.ts';
import { photoSummary } from '../photoSummary.ts';
import { type SearchArgs, type SearchPageArgs, searchCount, searchIds, searchPage } from '../searchPhotos.ts';
import { searchSuggestions } from '../searchSuggestions.ts';
import { TagStore } from '../tags.ts';

const reads = {
  tags: (connection: CatalogConnection, _args: undefined) => new TagStore(connection).list(),
  previewTagEdit: (connection: CatalogConnection, edit: TagEdit) =>
    previewTagEdit({ connection, tags: new TagStore(connection) }, edit),
  check: (connection: CatalogConnection, _args: undefined): CatalogCheck => checkCatalog(connection),
  status: (connection: CatalogConnection, _args: undefined): LibraryStatus => libraryStatus(connection),
  historySteps: (connection: CatalogConnection, _args: undefined) => historySteps(connection),
  overview: (connection: CatalogConnection, _args: undefined) => libraryOverview(connection),
  cards: (connection: CatalogConnection, ids: readonly number[]) => photoCards(connection, ids),
  photoSummary: (connection: CatalogConnection, photoIds: readonly number[]) => photoSummary(connection, photoIds),
  photoList: (connection: CatalogConnection, args: PhotoListArgs) => photoList(connection, args),
  packedList: (connection: CatalogConnection, photoIds: readonly number[]) => packedList(connection, photoIds),
  searchPage: (connection: CatalogConnection, args: SearchPageArgs) => searchPage(connection, args),
  suggestions: (connection: CatalogConnection, request: ValuesRequest) => searchSuggestions(connection, request),
  searchIds: (connection: CatalogConnection, args: SearchArgs) => searchIds(connection, args),
  searchCount: (connection: CatalogConnection, args: SearchArgs) => searchCount(connection, args),
  answerTable: (connection: CatalogConnection, args: AnswerTableArgs) => answerTable(connection, args),
  documentList: (connection: CatalogConnection, args: DocumentListArgs) => documentList(connection, args),
  exportCount: (connection: CatalogConnection, args: ExportListArgs) => exportCount(connection, args),
  documentPart: (connection: CatalogConnection, args: DocumentTextArgs) => documentPart(connection, args),
  sidecarList: (connection: CatalogConnection, args: SidecarListArgs) => sidecarList(connection, args),
  sidecarTexts: (connection: CatalogConnection, args: SidecarTextsArgs) => sidecarTexts(connection, args),
};

export type ReadName = keyof typeof reads;
export type ReadArgs<Name extends ReadName> = Parameters<(typeof reads)[Name]>[1];
export type ReadResult<Name extends ReadName> = ReturnType<(typeof reads)[Name]>;

export function isReadName(name: string): name is ReadName {
  return Object.hasOwn(reads, name);
}

/** @param args of the type that belongs to the name: both sides are this program, and the client is typed */
export function runRead(connection: CatalogConnection, name: ReadName, args: unknown): unknown {
  const read: (connection: CatalogConnection, args: never) => unknown = reads[name];
  return read(connection, args as never);
}
