/**
 * @file The keywords of a file, which every program writes in places and ways of its own, most of them in several at
 * once. Each comes out once, as a path. Pure; picture process.
 */
import type { FileKeyword, FilePerson } from '../../../../schemas/fileInfo.ts';
import { isProgramKeyword } from '../../text/programKeywords.ts';
import { caselessKey } from '../../text/textKeys.ts';
import { textOf, textsOf } from '../tagValues.ts';
import { isPersonPath } from './people.ts';
import { type FoundTags, inOrder } from './texts.ts';

export const keywordTags: readonly string[] = [
  ...['TagsList', 'HierarchicalSubject', 'LastKeywordXMP', 'CatalogSets', 'Categories'],
  ...['Subject', 'Keywords', 'XPKeywords'],
];

const maxKeywords = 2000;

/** With their levels apart. In the order of digiKam, which reads them all. */
const hierarchical: readonly (readonly [
  property: string,
  pathsOf: (value: unknown) => readonly (readonly string[])[],
])[] = [
  ['XMP-digiKam:TagsList', (value) => textsOf(value).map((text) => levelsOf(text, '/'))],
  ['XMP-lr:HierarchicalSubject', (value) => textsOf(value).map((text) => levelsOf(text, '|'))],
  ['XMP-microsoft:LastKeywordXMP', (value) => textsOf(value).map((text) => levelsOf(text, '/'))],
  ['XMP-mediapro:CatalogSets', (value) => textsOf(value).map((text) => levelsOf(text, '|'))],
  ['XMP-acdsee:Categories', (value) => textsOf(value).flatMap(acdseePaths)],
];

const flat: readonly (readonly [property: string, keywordsOf: (value: unknown) => readonly string[]])[] = [
  ['XMP-dc:Subject', textsOf],
  ['IPTC:Keywords', textsOf],
  // Windows writes one text with semicolons.
  ['IFD0:XPKeywords', (value) => (textOf(value) ?? '').split(';').flatMap((keyword) => textsOf(keyword))],
];

/** @param people found in the same file: their names are no keywords */
export function keywordsOf({ tags, sidecar }: FoundTags, people: readonly FilePerson[]): FileKeyword[] {
  const found = new Map<string, FileKeyword>();
  /** Every level of every path: a flat list has them once more, each by itself. */
  const levels = new Set(people.map(({ name }) => caselessKey(name)));
  for (const [property, pathsOf] of hierarchical) {
    for (const path of pathsOf(tags.get(property))) {
      if (path.length === 0) continue;
      // "AC/DC" is one level, and two where levels are told by slashes: its ends count, too.
      const joined = path.join('/');
      for (const [index, level] of path.entries()) {
        levels.add(caselessKey(level));
        levels.add(caselessKey(path.slice(index).join('/')));
      }
      if (isPersonPath(path) || isProgramKeyword(path)) continue;
      const key = caselessKey(joined);
      if (!found.has(key)) found.set(key, { path: joined, property, sidecar });
    }
  }
  const order = inOrder(
    tags,
    flat.map(([property]) => property),
  );
  for (const property of order) {
    const keywords = flat.find(([name]) => name === property)?.[1](tags.get(property)) ?? [];
    for (const keyword of keywords) {
      const key = caselessKey(keyword);
      if (!levels.has(key) && !found.has(key)) found.set(key, { path: keyword, property, sidecar });
    }
  }
  return [...found.values()].slice(0, maxKeywords);
}

function levelsOf(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((level) => level.trim())
    .filter((level) => level !== '');
}

const acdseeMark = /<Category(?:\s+Assigned="(\d)")?[^<>]*>|<\/Category>|[^<>]+/g;
const xmlEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** ACDSee nests its categories in XML of its own, and marks those that the photo has. */
function acdseePaths(xml: string): string[][] {
  const paths: string[][] = [];
  const levels: { name: string; isAssigned: boolean }[] = [];
  for (const [mark, assigned] of xml.matchAll(acdseeMark)) {
    const level = levels.at(-1);
    if (mark.startsWith('</')) {
      if (level?.isAssigned === true) {
        paths.push(levels.map(({ name }) => name.trim()).filter((name) => name !== ''));
      }
      levels.pop();
    } else if (mark.startsWith('<')) levels.push({ name: '', isAssigned: assigned === '1' });
    else if (level !== undefined) {
      level.name += mark.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => xmlEntities[entity] ?? '');
    }
  }
  return paths;
}
