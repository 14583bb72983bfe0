/** @file What photos that are compared do not have in common: tags, and facts of their files. Pure; renderer only. */
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import type { Formats } from '../../../resources/messages/format.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import { photoFacts } from '../photo/facts.ts';

export interface DifferingFact {
  readonly key: string;
  readonly label: string;
  /** In the order of the photos; undefined of one that has none. */
  readonly values: readonly (string | undefined)[];
}

/** The name stands above the photo anyway; when the file was changed says nothing about it. */
const leftOut = new Set(['fileName', 'modified']);

/** Facts that are not the same of all photos, in the order in which the details have them. */
export function differingFacts(
  photos: readonly PhotoDetails[],
  texts: Texts['photo'],
  format: Formats,
): DifferingFact[] {
  const facts = photos.map((photo) => photoFacts(photo, texts, format));
  const byKey = new Map<string, string>();
  // One that only a later photo has comes after those of the first.
  for (const { key, label } of facts.flat()) if (!leftOut.has(key)) byKey.set(key, label);
  return [...byKey].flatMap(([key, label]) => {
    const values = facts.map((ofPhoto) => ofPhoto.find((fact) => fact.key === key)?.value);
    return new Set(values).size > 1 ? [{ key, label, values }] : [];
  });
}

export interface ComparedTag {
  readonly path: string;
  /** Not all photos have it. */
  readonly differs: boolean;
}

/** The tags of each photo: first those that all have. */
export function comparedTags(tags: readonly (readonly string[])[]): ComparedTag[][] {
  return tags.map((own) => {
    const compared = own.map((path) => ({ path, differs: !tags.every((other) => other.includes(path)) }));
    return [...compared.filter(({ differs }) => !differs), ...compared.filter(({ differs }) => differs)];
  });
}
