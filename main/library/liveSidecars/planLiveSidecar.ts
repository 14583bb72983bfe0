/**
 * @file A photo's sidecar and its texts in the catalog, held against what both were when they were last in step: what
 * changed where, and who gives way. Pure.
 */
import type { TextKind } from '../../../schemas/text.ts';
import { type OfEachKind, ofEachKind, type XmpText } from '../interchange/xmpMerge.ts';
import { isProgramKeyword } from '../text/programKeywords.ts';

/** What a sidecar says: its texts, and its tags as paths, `places/France`. */
export interface SidecarContent {
  readonly texts: OfEachKind<string | null>;
  readonly tags: readonly string[];
}

/** When they were last in step. */
export interface LiveBase extends SidecarContent {
  /** The catalog's text that a person wrote while another one was written into the sidecar: both stay. */
  readonly contested: OfEachKind<string | null>;
}

/**
 * What counts as in step where the process died as it wrote: as far as that is in the sidecar, nobody else put it there,
 * or took it away.
 */
export function afterWriting(
  base: LiveBase & { readonly writing?: SidecarContent | undefined },
  sidecar: SidecarContent | undefined,
): LiveBase {
  const { writing, texts, tags, contested } = base;
  if (writing === undefined || sidecar === undefined) return { texts, tags, contested };
  const [there, written] = [new Set(sidecar.tags), new Set(writing.tags)];
  return {
    texts: ofEachKind((kind) => (sidecar.texts[kind] === writing.texts[kind] ? writing.texts[kind] : texts[kind])),
    tags: [
      ...new Set([
        ...tags.filter((tag) => there.has(tag) || written.has(tag)),
        ...writing.tags.filter((tag) => there.has(tag)),
      ]),
    ],
    contested,
  };
}

/** What the catalog would write. */
export interface CatalogContent extends SidecarContent {
  /** A person wrote the text, or approved it. */
  readonly isHuman: OfEachKind<boolean>;
}

/** For one kind of text. */
export interface TextPlan {
  /** The sidecar's text comes into the catalog. */
  readonly taken: string | undefined;
  /** The catalog's text may take the place of what is in the sidecar, whoever wrote that: it was in step before. */
  readonly mayReplace: boolean;
  readonly contested: string | null;
}

export interface LivePlan {
  readonly texts: OfEachKind<TextPlan>;
  /** Tags that come into the catalog, and that leave it. */
  readonly takenTags: readonly string[];
  readonly removedTags: readonly string[];
}

/**
 * @param sidecar undefined where there is none: that it is gone says nothing about the texts
 *
 * A change on one side goes to the other. Where both changed a text, a person's stays before a model's, whichever side
 * it is on; two people's stay where they are, and the sidecar's comes into the catalog beside the other.
 */
export function planLiveSidecar(
  sidecar: SidecarContent | undefined,
  catalog: CatalogContent,
  base: LiveBase,
): LivePlan {
  const tagsThere = sidecar?.tags ?? base.tags;
  const hadBefore = new Set(base.tags);
  const hereNow = new Set(catalog.tags);
  const thereNow = new Set(tagsThere);
  return {
    texts: ofEachKind((kind) => planText(sidecar?.texts[kind] ?? null, catalog, base, kind)),
    takenTags: tagsThere.filter((tag) => !hadBefore.has(tag) && !hereNow.has(tag)),
    removedTags: base.tags.filter((tag) => !thereNow.has(tag) && hereNow.has(tag)),
  };
}

/** What counts as in step once the catalog has what the plan takes in, and before anything is written. */
export function afterTakingIn(base: LiveBase, { texts, takenTags, removedTags }: LivePlan): LiveBase {
  const removed = new Set(removedTags);
  return {
    texts: ofEachKind((kind) => texts[kind].taken ?? base.texts[kind]),
    tags: [...new Set([...base.tags.filter((tag) => !removed.has(tag)), ...takenTags])],
    contested: base.contested,
  };
}

function planText(there: string | null, catalog: CatalogContent, base: LiveBase, kind: TextKind): TextPlan {
  const [here, before, contestedBefore] = [catalog.texts[kind], base.texts[kind], base.contested[kind]];
  const isNewThere = there !== null && there !== before && there !== here;
  const isContested = isNewThere && here !== before && catalog.isHuman[kind];
  const wasContested = contestedBefore !== null && contestedBefore === here && there === before;
  const contested = isContested || wasContested ? here : null;
  return {
    taken: isNewThere ? there : undefined,
    mayReplace: catalog.isHuman[kind] && contested === null && there === before,
    contested,
  };
}

/** Each tag once, in the fullest form in which one of the fields has it. */
export function contentOf({ texts, tags }: Pick<XmpText, 'texts' | 'tags'>): SidecarContent {
  const paths = [
    ...tags['XMP-digiKam:TagsList'],
    ...tags['XMP-lr:HierarchicalSubject'].map((tag) => tag.replaceAll('|', '/')),
  ];
  const names = new Set(paths.flatMap((path) => path.split('/')));
  const flat = tags['XMP-dc:Subject'].filter((tag) => !names.has(tag));
  const own = paths.filter((path) => !isProgramKeyword(path.split('/')));
  return { texts: ofEachKind((kind) => texts[kind][0] ?? null), tags: [...new Set([...own, ...flat])] };
}
