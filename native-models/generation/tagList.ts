/**
 * @file Keeps an answer to a list of distinct tags from a closed vocabulary, "boat, sea, sunset". Used in the model host.
 *
 *      ┌──────── first tag ────────┐        ┌─────── ", " and a tag ───────┐
 *  ●───┤ ▁boat ─ s          (boats)├──┬──▶──┤ , ─ ▁sea            (sea)    ├──┐
 *      │ ▁sea ───── gull  (sea gull)│ │     │       └──── gull (sea gull)   │  │
 *      └───────────────────────────┘  │     └──────────────────────────────┘  │
 *                                     ├──────────────◀────────────────────────┘
 *                                     └──▶ end token
 *
 * A synonym is another way to its tag. A tag that was said is closed from then on, in all its words. The model ends the list where it likes within the limits; required tags
 * that it did not say are added at the end, in the order given, and places are kept free for them.
 */
import type { TagSettings } from './generationSettings.ts';
import type { History, LogitsProcessor } from './logitsProcessors.ts';
import { distinctSequences, possibleTokenizations, type TokenizerAdapter, unknownText } from './tokenizerAdapter.ts';
import { TokenTrie, type TrieNode } from './tokenTrie.ts';

/** What has been said so far. */
interface Progress {
  /** Tags that are complete, in order, without the one at `node`. */
  readonly said: readonly number[];
  readonly node: TrieNode;
}

export class TagList {
  readonly #tags: readonly string[];
  readonly #required: readonly number[];
  readonly #min: number;
  readonly #max: number;
  readonly #eosTokenIds: ReadonlySet<number>;
  readonly #first: TokenTrie;
  readonly #later: TokenTrie;
  /** Of each tag, the nodes that lead to it, in both trees. */
  readonly #paths: readonly (readonly TrieNode[])[];
  readonly #maxTagTokens: number;

  /**
   * @throws GenerationError naming a tag that the model has no tokens for, or two that are the same to it; with
   * `skipUnknown` only where it has tokens for none of them
   */
  constructor(settings: TagSettings, eosTokenIds: ReadonlySet<number>, text: TokenizerAdapter) {
    const excluded = new Set(settings.excluded);
    const tags = settings.vocabulary.filter((tag) => !excluded.has(tag));
    const nameOf = (entry: number) => tags[entry] ?? '';
    const [first, later] = [new TokenTrie(nameOf), new TokenTrie(nameOf)];
    const paths: TrieNode[][] = tags.map(() => []);
    let maxTagTokens = 0;
    const addForms = (
      entry: number,
      word: string,
      isFree: (trie: TokenTrie, ids: readonly number[]) => boolean,
    ): void => {
      const forms = [
        ...possibleTokenizations(word, text).map((ids) => ({ trie: first, ids })),
        ...distinctSequences([text.encodeAfterWord(`, ${word}`)]).map((ids) => ({ trie: later, ids })),
      ];
      for (const { trie, ids } of forms.filter((form) => isFree(form.trie, form.ids))) {
        paths[entry]?.push(...trie.add({ entry, ids }));
        maxTagTokens = Math.max(maxTagTokens, ids.length);
      }
    };
    const isUnused = (trie: TokenTrie, ids: readonly number[]) => trie.entryOf(ids) === undefined;
    const entries = new Map(tags.map((tag, entry) => [tag, entry]));
    for (const [tag, entry] of entries) addForms(entry, tag, settings.skipUnknown === true ? isUnused : () => true);
    // After all tags, so that none of them is hidden behind another's synonym.
    for (const { word, tag } of settings.synonyms ?? []) {
      const entry = entries.get(tag);
      if (entry !== undefined) addForms(entry, word, isUnused);
    }
    const sayable = tags.filter((_, entry) => paths[entry]?.length !== 0);
    const unknown = tags.find((_, entry) => paths[entry]?.length === 0);
    if (unknown !== undefined && (settings.skipUnknown !== true || sayable.length === 0))
      throw unknownText('tag', unknown);
    this.#tags = tags;
    this.#required = settings.required.map((tag) => tags.indexOf(tag));
    this.#min = Math.min(settings.min, sayable.length);
    this.#max = Math.min(settings.max, tags.length);
    this.#eosTokenIds = eosTokenIds;
    this.#first = first;
    this.#later = later;
    this.#paths = paths;
    this.#maxTagTokens = maxTagTokens;
  }

  /** No list has more tokens, its end token included. */
  get maxTokens(): number {
    return this.#max * this.#maxTagTokens + 1;
  }

  /** Leaves the tokens that lead to such a list, and no others. */
  readonly process: LogitsProcessor = (scores, history) => {
    const progress = this.#follow(history);
    const allowed = progress === undefined ? [] : this.#allowedTokens(progress);
    const kept = allowed.map((token) => [token, scores[token] ?? Number.NEGATIVE_INFINITY] as const);
    scores.fill(Number.NEGATIVE_INFINITY);
    for (const [token, score] of kept) scores[token] = score;
  };

  /** The list as a person reads it, in the vocabulary's own spelling, required tags included. */
  text(history: History): string {
    const progress = this.#follow(history);
    const said =
      progress === undefined
        ? []
        : [...progress.said, ...(progress.node.entry === undefined ? [] : [progress.node.entry])];
    return [...said, ...this.#missing(said)].map((tag) => this.#tags[tag] ?? '').join(', ');
  }

  /** Undefined for ids that no list begins with: beams that are there only to fill a place. */
  #follow({ ids, promptLength }: History): Progress | undefined {
    const said: number[] = [];
    let node = this.#first.root;
    for (const id of ids.slice(promptLength)) {
      if (this.#eosTokenIds.has(id)) break;
      let next = node.children.get(id);
      if (next === undefined && node.entry !== undefined) {
        said.push(node.entry);
        next = this.#later.root.children.get(id);
      }
      if (next === undefined) return undefined;
      node = next;
    }
    return { said, node };
  }

  #allowedTokens({ said, node }: Progress): number[] {
    const inTag = this.#openTokens(node, said);
    const isStart = node === this.#first.root;
    if (isStart) return [...inTag, ...this.#ends([])];
    const { entry } = node;
    // A tag that may not be said now can still be the beginning of another.
    if (entry === undefined || !this.#maySay(entry, said)) return inTag;
    const saidNow = [...said, entry];
    return [...inTag, ...this.#openTokens(this.#later.root, saidNow), ...this.#ends(saidNow)];
  }

  #ends(said: readonly number[]): readonly number[] {
    return said.length + this.#missing(said).length >= this.#min ? [...this.#eosTokenIds] : [];
  }

  /** The children of a node that lead to a tag which may be said. */
  #openTokens(node: TrieNode, said: readonly number[]): number[] {
    const children = [...node.children];
    const missing = this.#missing(said);
    const free = this.#max - said.length - missing.length;
    if (free <= 0) {
      const open = new Set(missing.flatMap((tag) => this.#paths[tag] ?? []));
      return children.filter(([, child]) => open.has(child)).map(([id]) => id);
    }
    const closed = new Map<TrieNode, number>();
    for (const passed of said.flatMap((tag) => this.#paths[tag] ?? []))
      closed.set(passed, (closed.get(passed) ?? 0) + 1);
    return children.filter(([, child]) => child.count > (closed.get(child) ?? 0)).map(([id]) => id);
  }

  #maySay(tag: number, said: readonly number[]): boolean {
    if (said.includes(tag)) return false;
    const missing = this.#missing(said);
    return missing.includes(tag) || said.length + missing.length < this.#max;
  }

  #missing(said: readonly number[]): readonly number[] {
    return this.#required.filter((tag) => !said.includes(tag));
  }
}

interface BuiltList {
  readonly key: string;
  readonly list: TagList;
}

/** The last one of each tokenizer. */
const built = new WeakMap<TokenizerAdapter, BuiltList>();

/**
 * The list for these settings. The one before is kept: a list of 10,000 tags takes about a second to build, and the same
 * one comes with every photo. @throws as the constructor
 */
export function tagListFor(settings: TagSettings, eosTokenIds: readonly number[], text: TokenizerAdapter): TagList {
  const key = JSON.stringify([eosTokenIds, settings]);
  const before = built.get(text);
  if (before?.key === key) return before.list;
  const list = new TagList(settings, new Set(eosTokenIds), text);
  built.set(text, { key, list });
  return list;
}
