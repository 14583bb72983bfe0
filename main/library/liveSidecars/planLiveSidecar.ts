/**
 * @file A photo's sidecar and its texts in the catalog, held against what both were when they were last in step: what
 * changed where, and who gives way. Pure.
 */
import type { XmpText } from '../interchange/xmpMerge.ts';

/** What a sidecar says: its description, and its tags as paths, `places/France`. */
export interface SidecarContent {
  readonly caption: string | null;
  readonly tags: readonly string[];
}

/** When they were last in step. */
export interface LiveBase extends SidecarContent {
  /** The catalog's caption that a person wrote while another one was written into the sidecar: both stay. */
  readonly contested: string | null;
}

/** What the catalog would write. */
export interface CatalogContent extends SidecarContent {
  /** A person wrote its caption. */
  readonly isHuman: boolean;
}

export interface LivePlan {
  /** The sidecar's caption comes into the catalog. */
  readonly takenCaption: string | undefined;
  /** Tags that come into the catalog, and that leave it. */
  readonly takenTags: readonly string[];
  readonly removedTags: readonly string[];
  /** The catalog's caption may take the place of what is in the sidecar, whoever wrote that: it was in step before. */
  readonly mayReplace: boolean;
  readonly contested: string | null;
}

/**
 * @param sidecar undefined where there is none: that it is gone says nothing about the texts
 *
 * A change on one side goes to the other. Where both changed, a person's caption stays before a model's, whichever side
 * it is on; two people's stay where they are, and the sidecar's comes into the catalog beside the other.
 */
export function planLiveSidecar(
  sidecar: SidecarContent | undefined,
  catalog: CatalogContent,
  base: LiveBase,
): LivePlan {
  const { caption: there, tags: tagsThere } = sidecar ?? { caption: null, tags: base.tags };
  const isNewThere = there !== null && there !== base.caption && there !== catalog.caption;
  const isNewHere = catalog.caption !== base.caption;
  const isContested = isNewThere && isNewHere && catalog.isHuman;
  const wasContested = base.contested !== null && base.contested === catalog.caption && there === base.caption;
  const contested = isContested || wasContested ? catalog.caption : null;
  const hadBefore = new Set(base.tags);
  const hereNow = new Set(catalog.tags);
  const thereNow = new Set(tagsThere);
  return {
    takenCaption: isNewThere ? there : undefined,
    takenTags: tagsThere.filter((tag) => !hadBefore.has(tag) && !hereNow.has(tag)),
    removedTags: base.tags.filter((tag) => !thereNow.has(tag) && hereNow.has(tag)),
    mayReplace: catalog.isHuman && contested === null && there === base.caption,
    contested,
  };
}

/** Each tag once, in the fullest form in which one of the fields has it. */
export function contentOf({ texts, tags }: XmpText): SidecarContent {
  const paths = new Set([
    ...tags['XMP-digiKam:TagsList'],
    ...tags['XMP-lr:HierarchicalSubject'].map((tag) => tag.replaceAll('|', '/')),
  ]);
  const names = new Set([...paths].flatMap((path) => path.split('/')));
  const flat = tags['XMP-dc:Subject'].filter((tag) => !names.has(tag));
  return { caption: texts.caption[0] ?? null, tags: [...paths, ...flat] };
}
