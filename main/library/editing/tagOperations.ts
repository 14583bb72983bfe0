/** @file What can be done to the tags of many photos, worked out for one photo's tags. Pure; any process. */

import type { TagOperation } from '../../../schemas/tagOperation.ts';
import type { NewPhotoTag, PhotoTag } from '../catalog/texts/tags.ts';
import { tagNames } from '../catalog/texts/tags.ts';
import { caselessKey } from '../text/textKeys.ts';
import { textReplacer } from './textReplacement.ts';

export interface TagChanges {
  readonly removed: readonly PhotoTag[];
  readonly added: readonly NewPhotoTag[];
}

/** A function that says what the operation does to one photo's tags. @throws TextReplacementError TAG_PATTERN_INVALID, CatalogError TAG_NAME_INVALID */
export function tagChanges(operation: TagOperation): (tags: readonly PhotoTag[]) => TagChanges {
  switch (operation.type) {
    case 'add': {
      const paths = operation.paths.map(normalised);
      return (tags) => ({ removed: [], added: paths.filter((path) => !hasOwn(tags, path)).map(byHuman) });
    }
    case 'remove': {
      const keys = operation.paths.map((path) => caselessKey(normalised(path)));
      return (tags) => ({ removed: tags.filter(({ path }) => keys.some((key) => isAtOrBelow(path, key))), added: [] });
    }
    case 'merge': {
      const keys = operation.from.map((path) => caselessKey(normalised(path)));
      const into = normalised(operation.into);
      return renaming((path) => {
        const key = keys.find((candidate) => isAtOrBelow(path, candidate));
        // Cut by names, not by characters: capitals and small letters can differ in length.
        return key === undefined ? path : [into, ...path.split('/').slice(key.split('/').length)].join('/');
      });
    }
    case 'move': {
      const keys = operation.paths.map((path) => caselessKey(normalised(path)));
      const above = operation.below.trim() === '' ? [] : tagNames(operation.below);
      return renaming((path) => {
        const key = keys.find((candidate) => isAtOrBelow(path, candidate));
        return key === undefined ? path : [...above, ...path.split('/').slice(key.split('/').length - 1)].join('/');
      });
    }
    case 'replace':
      return renaming(textReplacer(operation));
    case 'keep-only': {
      const keys = new Set(operation.paths.map((path) => caselessKey(normalised(path))));
      return (tags) => ({ removed: tags.filter(({ path }) => !keys.has(caselessKey(path))), added: [] });
    }
    case 'drop-implied':
      return (tags) => ({
        removed: tags.filter(({ path }) =>
          tags.some(
            (other) => caselessKey(other.path) !== caselessKey(path) && isAtOrBelow(other.path, caselessKey(path)),
          ),
        ),
        added: [],
      });
  }
}

/** A renamed tag keeps its author, confidence and approval: who renames it neither gave it nor vouches for it. */
function renaming(newPath: (path: string) => string): (tags: readonly PhotoTag[]) => TagChanges {
  // Photos are many, the paths of their tags few.
  const newPaths = new Map<string, string>();
  const rename = (path: string) => {
    const renamed = newPaths.get(path) ?? newPath(path);
    newPaths.set(path, renamed);
    return renamed;
  };
  return (tags) => {
    const removed: PhotoTag[] = [];
    const kept: { tag: PhotoTag; renamed: NewPhotoTag }[] = [];
    for (const tag of tags) {
      const path = rename(tag.path);
      if (path === tag.path) continue;
      removed.push(tag);
      if (path.trim() === '') continue;
      const { source, confidence, authorRunId, approval } = tag;
      const renamed = { path: normalised(path), source, confidence, authorRunId, approvedAtMs: approval?.atMs };
      const isSame = (other: { readonly source: string; readonly path: string }) =>
        other.source === source && caselessKey(other.path) === caselessKey(renamed.path);
      const staying = tags.find((other) => rename(other.path) === other.path && isSame(other));
      const duplicate = kept.findIndex((other) => isSame(other.renamed));
      // Where two become one, the one that a person here stands for is kept, or else one that some person approved.
      const rival = duplicate === -1 ? staying : kept[duplicate]?.tag;
      if (rival !== undefined && standing(tag) <= standing(rival)) continue;
      kept.splice(duplicate === -1 ? kept.length : duplicate, 1, { tag, renamed });
    }
    return { removed, added: kept.map(({ renamed }) => renamed) };
  };
}

function standing({ isOfPersonHere, approval }: PhotoTag): number {
  if (isOfPersonHere) return 2;
  return approval === undefined ? 0 : 1;
}

function normalised(path: string): string {
  return tagNames(path).join('/');
}

function byHuman(path: string): NewPhotoTag {
  return { path, source: 'human' };
}

/** What a person gave elsewhere and an import brought, the person here may give too. */
function hasOwn(tags: readonly PhotoTag[], path: string): boolean {
  return tags.some(
    (tag) => tag.source === 'human' && tag.isOfPersonHere && caselessKey(tag.path) === caselessKey(path),
  );
}

function isAtOrBelow(path: string, key: string): boolean {
  const ownKey = caselessKey(path);
  return ownKey === key || ownKey.startsWith(`${key}/`);
}
