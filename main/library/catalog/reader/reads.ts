/** @file What reader threads can be asked. Each is a plain function of the connection, so that tests call it directly. */
import { previewTagEdit, type TagEdit } from '../../editing/editTags.ts';
import { type CatalogCheck, checkCatalog } from '../check.ts';
import type { CatalogConnection } from '../connection.ts';
import { TagStore } from '../tags.ts';

const reads = {
  tags: (connection: CatalogConnection, _args: undefined) => new TagStore(connection).list(),
  previewTagEdit: (connection: CatalogConnection, edit: TagEdit) =>
    previewTagEdit({ connection, tags: new TagStore(connection) }, edit),
  check: (connection: CatalogConnection, _args: undefined): CatalogCheck => checkCatalog(connection),
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
