/** @file A photo's tags as a tree, each once, with everybody who gave it. Pure; renderer only. */
import type { Source } from '../../../preload/contract/common.ts';
import type { PhotoDetails } from '../../../preload/contract/photos.ts';

type PhotoTag = PhotoDetails['photoTags'][number];

/** Who gave a tag; a person's word counts most. */
const ranks: Readonly<Record<Source, number>> = { human: 0, import: 1, model: 2 };

export interface TagEntry {
  /** `places/France`. */
  readonly path: string;
  /** The last name of the path. */
  readonly name: string;
  /** What stands above it, outermost first. */
  readonly above: readonly string[];
  readonly source: Source;
  /** Where the source is a model. */
  readonly modelId: string | null;
  /** When a person said of somebody else's tag that it is right. */
  readonly approvedAtMs: number | null;
  /** Of the model that is surest. */
  readonly confidence: number | undefined;
}

export interface TagGroup {
  /** What the tags of the group stand below, `places`; empty for flat tags. */
  readonly above: string;
  readonly tags: readonly TagEntry[];
}

function entryOf(path: string, rows: readonly PhotoTag[]): TagEntry {
  const names = path.split('/');
  const [first] = rows.toSorted((a, b) => ranks[a.source] - ranks[b.source]);
  const confidences = rows.flatMap(({ confidence }) => (confidence === null ? [] : [confidence]));
  return {
    path,
    name: names.at(-1) ?? path,
    above: names.slice(0, -1),
    source: first?.source ?? 'model',
    modelId: first?.modelId ?? null,
    approvedAtMs: first?.approvedAtMs ?? null,
    confidence: confidences.length === 0 ? undefined : Math.max(...confidences),
  };
}

/** Flat tags first, then by what they stand below; in the language's order. */
export function tagGroups(tags: readonly PhotoTag[], language: string): TagGroup[] {
  const order = new Intl.Collator(language, { numeric: true }).compare;
  const byPath = Map.groupBy(tags, ({ path }) => path);
  const entries = [...byPath].map(([path, rows]) => entryOf(path, rows)).sort((a, b) => order(a.name, b.name));
  const groups = Map.groupBy(entries, ({ above }) => above.join('/').toLowerCase());
  return [...groups.values()]
    .map((group) => ({ above: group[0]?.above.join('/') ?? '', tags: group }))
    .sort((a, b) => Number(a.above !== '') - Number(b.above !== '') || order(a.above, b.above));
}

/** Tags to offer for what was typed: those that begin so, then those with a name that begins so, then those that hold it. */
export function tagSuggestions(
  typed: string,
  known: readonly { readonly path: string; readonly photos: number }[],
  given: readonly string[],
  most: number,
): string[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [];
  const taken = new Set(given.map((path) => path.toLowerCase()));
  const rank = (path: string): number => {
    const lower = path.toLowerCase();
    if (lower.startsWith(wanted)) return 0;
    if (lower.includes(`/${wanted}`)) return 1;
    return lower.includes(wanted) ? 2 : 3;
  };
  return known
    .filter(({ path }) => !taken.has(path.toLowerCase()))
    .map(({ path, photos }) => ({ path, photos, rank: rank(path) }))
    .filter((tag) => tag.rank < 3)
    .sort((a, b) => a.rank - b.rank || b.photos - a.photos)
    .slice(0, most)
    .map(({ path }) => path);
}
