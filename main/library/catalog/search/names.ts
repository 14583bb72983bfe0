/** @file Folders, tags, people and photos by what is typed of their names, for the palette. For a reader thread: names are many. */
import { matching } from '../../../../schemas/nameMatch.ts';
import { foldText } from '../../text/searchableText.ts';
import type { CatalogConnection } from '../connection.ts';
import { inShownRoot } from '../photos/roots.ts';
import { fileLabels } from './fileLabels.ts';

export type NameKind = 'folder' | 'tag' | 'person' | 'photo';

export interface NamesArgs {
  readonly typed: string;
  /** Of each kind. */
  readonly limit: number;
}

export interface FoundName {
  readonly kind: NameKind;
  /** Of a folder the path by which `folder:` finds it, of a tag its path, of a photo its file's name. */
  readonly name: string;
  /** Of a photo. */
  readonly photoId: number | null;
}

/** Of each kind those that fit best, the best first. Of photos, those whose names begin so. */
export function foundNames(connection: CatalogConnection, { typed, limit }: NamesArgs): FoundName[] {
  if (typed.trim() === '') return [];
  const best = (kind: NameKind, names: readonly string[]): FoundName[] =>
    matching(names, (name) => name, typed)
      .slice(0, limit)
      .map(({ item }) => ({ kind, name: item, photoId: null }));
  return [
    ...best('folder', folderPaths(connection)),
    ...best('tag', tagPaths(connection)),
    ...best('person', fileLabels(connection, 'person')),
    ...photosNamed(connection, foldText(typed.trim()), limit),
  ];
}

function folderPaths(connection: CatalogConnection): string[] {
  return connection
    .prepare<[], { rootPath: string; relativePath: string }>(
      `SELECT root.path AS rootPath, relative_path AS relativePath FROM root JOIN folder ON folder.root_id = root.id
       WHERE root.state <> 'removed' ORDER BY root.id, folder.path_key`,
    )
    .all()
    .map(({ rootPath, relativePath }) => {
      const root = rootPath.split(/[\\/]/).findLast((part) => part !== '') ?? rootPath;
      return relativePath === '' ? root : `${root}/${relativePath}`;
    });
}

/** Without how many photos have each: counting them takes ten times as long. */
function tagPaths(connection: CatalogConnection): string[] {
  return connection.prepare<[], string>('SELECT path FROM tag ORDER BY path_key').pluck().all();
}

function photosNamed(connection: CatalogConnection, folded: string, limit: number): FoundName[] {
  return connection
    .prepare<[string, string, number], { id: number; name: string }>(
      `SELECT id, name FROM photo WHERE name_folded >= ? AND name_folded < ? AND missing_since_ms IS NULL
         AND ${inShownRoot} ORDER BY name_folded LIMIT ?`,
    )
    .all(folded, `${folded}\u{10ffff}`, limit)
    .map(({ id, name }) => ({ kind: 'photo', name, photoId: id }));
}
