/** @file Which tags an import adds to a photo, and which it keeps behind the person's own. Pure. */
import type { OwnTexts } from '../../catalog/imports/ownTexts.ts';
import type { PhotoTag } from '../../catalog/texts/tags.ts';
import { caselessKey } from '../../text/textKeys.ts';
import type { ImportedTag } from './importRecord.ts';
import { approvalOf, type Behind, isApproved, type PlannedApproval } from './plannedRows.ts';

export interface TagsPlan {
  readonly added: readonly ImportedTag[];
  readonly behind: readonly Behind<ImportedTag>[];
  /** Those that are here, and that a person approved there only. */
  readonly approvals: readonly PlannedApproval[];
  readonly same: number;
}

/** @param own those of `here` that the person here gave */
export function planTags(here: readonly PhotoTag[], own: OwnTexts, there: readonly ImportedTag[]): TagsPlan {
  const isHere = (tag: ImportedTag) => here.some((other) => isSameTag(other, tag));
  // As nobody's in particular: those of people, here or elsewhere, are one.
  const fromThere = there
    .filter(({ source }) => source !== 'model')
    .map((tag) => ({ ...tag, source: 'import' }) as const);
  const behind = distinctTags(fromThere).flatMap((said): Behind<ImportedTag>[] => {
    const same = here.filter((other) => isSameTag(other, said));
    const [mine] = same.flatMap(({ id }) => own.get(id) ?? []);
    // What somebody else gave as well stays anyway.
    if (mine === undefined || mine.behind.length > 0 || same.some(({ id }) => !own.has(id))) return [];
    return [{ said, ownRunId: mine.runId }];
  });
  return {
    added: distinctTags(there.filter((tag) => !isHere(tag))),
    behind,
    approvals: approvedTags(here, there),
    same: there.filter(isHere).length,
  };
}

/** Whoever gave it, where the document does not say who did. */
function isSameTag(here: PhotoTag, { path, source }: ImportedTag): boolean {
  return caselessKey(here.path) === caselessKey(path) && (source === 'import' || here.source === source);
}

/** Those here that no person gave or approved yet, and that one there did approve: each once. */
function approvedTags(here: readonly PhotoTag[], there: readonly ImportedTag[]): PlannedApproval[] {
  const approvals = new Map<number, PlannedApproval>();
  for (const tag of there.filter(isApproved)) {
    const same = here.filter((other) => isSameTag(other, tag));
    const [first] = same;
    if (first === undefined || same.some(({ source, approval }) => source === 'human' || approval !== undefined))
      continue;
    approvals.set(first.id, { row: { photoTagId: first.id }, ...approvalOf(tag) });
  }
  return [...approvals.values()];
}

/** Each once of each source. */
function distinctTags(tags: readonly ImportedTag[]): ImportedTag[] {
  const keys = new Set<string>();
  return tags.filter(({ path, source }) => {
    const key = `${source} ${caselessKey(path)}`;
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}
