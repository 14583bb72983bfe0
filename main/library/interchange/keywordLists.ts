/**
 * @file Keywords in the lists where programs look for them: Vignette's come and go, other people's stay. Programs look no
 * further than the first list that they find, so that one that would hold Vignette's alone gets copies of the others. Pure.
 */
import { isProgramKeyword } from '../text/programKeywords.ts';
import { caselessKey } from '../text/textKeys.ts';

/** Where digiKam, Lightroom and everybody else look for tags. */
export const tagFields = ['XMP-digiKam:TagsList', 'XMP-lr:HierarchicalSubject', 'XMP-dc:Subject'] as const;
export type TagField = (typeof tagFields)[number];

/** What is between the levels of a keyword. Other lists have the last level alone. */
const separators: ReadonlyMap<string, string> = new Map<TagField, string>([
  ['XMP-digiKam:TagsList', '/'],
  ['XMP-lr:HierarchicalSubject', '|'],
]);

export interface KeywordList<Field extends string> {
  readonly field: Field;
  readonly values: readonly string[];
  /** The library's tags as the list spells them; undefined: what is Vignette's stays as it is. */
  readonly wanted: readonly string[] | undefined;
}

/** By field: what Vignette put there, copies among it; and by `copiesIn`, which keywords it copied there. */
export type WrittenKeywords = Readonly<Record<string, readonly string[]>>;

export interface KeywordChanges<Field extends string> {
  readonly edits: readonly {
    readonly field: Field;
    readonly removed: readonly string[];
    readonly added: readonly string[];
  }[];
  /** Of what the lists hold then. */
  readonly written: WrittenKeywords;
}

export interface CopyRules {
  /** The library's tags are all that the photo is to have: others' keywords are among them, or were removed by a person. */
  readonly isWhole: boolean;
  readonly canHold: (field: string, keyword: string) => boolean;
}

/** Where it is kept which of others' keywords were copied into a list. One that left it since was removed there. */
function copiesIn(field: string): string {
  return `${field}, copied`;
}

/** What Vignette put into a list, but for copies of others' keywords. */
export function writtenTags(written: WrittenKeywords | undefined, field: TagField): readonly string[] {
  const copied = new Set(written?.[copiesIn(field)]);
  return (written?.[field] ?? []).filter((value) => !copied.has(value));
}

/** @param before what Vignette put there earlier */
export function keywordChanges<Field extends string>(
  lists: readonly KeywordList<Field>[],
  before: WrittenKeywords,
  { isWhole, canHold }: CopyRules,
): KeywordChanges<Field> {
  const parted = lists.map((list) => {
    const there = new Set(list.values);
    const ours = (before[list.field] ?? []).filter((value) => there.has(value));
    const [own, copied] = [new Set(ours), before[copiesIn(list.field)] ?? []];
    return { ...list, ours, others: list.values.filter((value) => !own.has(value)), copied };
  });
  const theirs = isWhole ? [] : othersKeywords(parted);
  const edits: KeywordChanges<Field>['edits'][number][] = [];
  const written: Record<string, readonly string[]> = {};
  for (const list of parted) {
    const { field, wanted, ours, others, copied } = list;
    const copies =
      wanted === undefined ? { present: [], known: copied } : copiesFor({ ...list, wanted }, theirs, canHold);
    const after = new Set(wanted === undefined ? ours : [...wanted, ...copies.present]);
    const kept = ours.filter((value) => after.has(value));
    // Others' keywords that differ in capitals only, or in how accents are composed, are the same ones.
    const keys = new Set([...others, ...kept].map(caselessKey));
    const added = [...after].filter((value) => !keys.has(caselessKey(value)));
    const removed = ours.filter((value) => !after.has(value));
    if (added.length > 0 || removed.length > 0) edits.push({ field, removed, added });
    if (kept.length + added.length > 0) written[field] = [...kept, ...added];
    if (copies.known.length > 0) written[copiesIn(field)] = copies.known;
  }
  return { edits, written };
}

/** Of somebody else. */
interface Keyword {
  readonly levels: readonly string[];
  /** From a list without levels. */
  readonly isFlat: boolean;
}

interface PartedList {
  readonly field: string;
  readonly values: readonly string[];
  readonly wanted: readonly string[];
  readonly others: readonly string[];
  readonly copied: readonly string[];
}

/** Others' keywords that the list is to hold as copies, and all that are known to have been copied there. */
function copiesFor(
  { field, values, wanted, others, copied }: PartedList,
  theirs: readonly Keyword[],
  canHold: CopyRules['canHold'],
): { readonly present: readonly string[]; readonly known: readonly string[] } {
  // Where nothing else stays in it, the list goes, and hides nothing.
  if (wanted.length + others.length === 0) return { present: [], known: [] };
  const isVignettes = others.length === 0 || copied.length > 0;
  const [there, before] = [new Set(values), new Set(copied)];
  const names = new Set([...wanted, ...others].map(caselessKey));
  const levels = new Set([...wanted, ...others].flatMap((value) => levelKeys(levelsOf(field, value))));
  const [present, known]: [string[], string[]] = [[], []];
  for (const keyword of theirs) {
    const value = spelled(field, keyword.levels);
    const key = caselessKey(value);
    const isThere = names.has(key) || (keyword.isFlat && levels.has(key));
    const isNew = !before.has(value);
    if (isThere || (isNew && !isVignettes) || !canHold(field, value)) continue;
    names.add(key);
    known.push(value);
    if (isNew || there.has(value)) present.push(value);
  }
  return { present, known };
}

/** Each once. A list without levels may have every level of the other lists' once more. */
function othersKeywords(lists: readonly Pick<PartedList, 'field' | 'others'>[]): Keyword[] {
  const keywords = lists
    .flatMap(({ field, others }) =>
      others.map((value) => ({ levels: levelsOf(field, value), isFlat: !separators.has(field) })),
    )
    .filter(({ levels }) => levels.length > 0);
  const [flat, paths] = [keywords.filter(({ isFlat }) => isFlat), keywords.filter(({ isFlat }) => !isFlat)];
  const ofPaths = new Set(paths.flatMap(({ levels }) => levelKeys(levels)));
  const found = new Map<string, Keyword>();
  for (const keyword of [...paths, ...flat]) {
    const key = caselessKey(keyword.levels.join('/'));
    const isKnown = found.has(key) || (keyword.isFlat && ofPaths.has(key));
    if (!isKnown && !isProgramKeyword(keyword.levels)) found.set(key, keyword);
  }
  return [...found.values()];
}

function levelsOf(field: string, value: string): string[] {
  const separator = separators.get(field);
  const levels = separator === undefined ? [value] : value.split(separator);
  return levels.map((level) => level.trim()).filter((level) => level !== '');
}

function spelled(field: string, levels: readonly string[]): string {
  const separator = separators.get(field);
  return separator === undefined ? (levels.at(-1) ?? '') : levels.join(separator);
}

/** "AC/DC" is one level, and two where levels are told by slashes: a path's ends count, too. */
function levelKeys(path: readonly string[]): string[] {
  return path.flatMap((level, index) => [caselessKey(level), caselessKey(path.slice(index).join('/'))]);
}
