/**
 * @file What people and other programs wrote about a photo, out of the tags of its file or of a sidecar. Pure; picture
 * process.
 */
import type { FileInfo } from '../../../../schemas/fileInfo.ts';
import type { TagValues } from '../tagValues.ts';
import { keywordsOf, keywordTags } from './keywords.ts';
import { peopleOf, peopleTags } from './people.ts';
import { placesOf, placeTags } from './places.ts';
import { ratingOf, ratingTags } from './rating.ts';
import { iptcDigestTags, textsOf, textTags } from './texts.ts';

/** What is asked of ExifTool for it, as `wantedTags`. */
export const fileInfoTags: readonly string[] = [
  ...textTags,
  ...keywordTags,
  ...peopleTags,
  ...placeTags,
  ...ratingTags,
  ...iptcDigestTags,
];

/** @param sidecar the name of the sidecar that the tags are from; null for those of the photo's file */
export function fileInfoOf(tags: TagValues, sidecar: string | null): FileInfo {
  const found = { tags, sidecar };
  const people = peopleOf(found);
  return {
    texts: textsOf(found),
    keywords: keywordsOf(found, people),
    people,
    places: placesOf(found),
    rating: ratingOf(found),
  };
}

/**
 * What a photo's file and its sidecars say together. Of each kind of information the first that says anything counts,
 * and counts whole: whoever removed a keyword in a sidecar does not get it back from the file.
 *
 * @param infos sidecars before the file
 */
export function mergedFileInfo(infos: readonly FileInfo[]): FileInfo {
  const first = <T>(of: (info: FileInfo) => readonly T[]): T[] => [
    ...(infos.map(of).find((values) => values.length > 0) ?? []),
  ];
  const kinds = new Set(infos.flatMap(({ texts }) => texts.map(({ kind }) => kind)));
  return {
    texts: [...kinds].flatMap((kind) => first(({ texts }) => texts.filter((text) => text.kind === kind))),
    keywords: first(({ keywords }) => keywords),
    people: first(({ people }) => people),
    places: first(({ places }) => places),
    rating: infos.find(({ rating }) => rating !== null)?.rating ?? null,
  };
}
