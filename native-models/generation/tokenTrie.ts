/** @file Sequences of tokens as a tree: those that begin alike share their beginning. */
import { GenerationError } from './generationError.ts';

export interface TrieNode {
  readonly children: Map<number, TrieNode>;
  /** Which text's sequence ends here. */
  entry: number | undefined;
  /** How many sequences end here or below. */
  count: number;
}

export interface TokenizedText {
  /** The text's number. */
  readonly entry: number;
  readonly ids: readonly number[];
}

function emptyNode(): TrieNode {
  return { children: new Map(), entry: undefined, count: 0 };
}

export class TokenTrie {
  readonly root: TrieNode = emptyNode();
  readonly #nameOf: (entry: number) => string;

  /** @param nameOf the text of an entry, for errors */
  constructor(nameOf: (entry: number) => string) {
    this.#nameOf = nameOf;
  }

  /** @throws GenerationError GENERATION_TEXTS_ALIKE where another text has the same tokens */
  add({ entry, ids }: TokenizedText): void {
    const path = [this.root];
    let node = this.root;
    for (const id of ids) {
      const next = node.children.get(id) ?? emptyNode();
      node.children.set(id, next);
      node = next;
      path.push(node);
    }
    if (node.entry !== undefined) {
      if (node.entry === entry) return;
      const [first, second] = [this.#nameOf(node.entry), this.#nameOf(entry)];
      const message = `"${first}" and "${second}" are the same to this model; leave one of them out.`;
      throw new GenerationError('GENERATION_TEXTS_ALIKE', message, { texts: [first, second] });
    }
    node.entry = entry;
    for (const passed of path) passed.count += 1;
  }

  /** The nodes from the root to where the sequence ends. */
  path(ids: readonly number[]): TrieNode[] {
    const nodes = [this.root];
    for (const id of ids) {
      const next = nodes.at(-1)?.children.get(id);
      if (next === undefined) return [];
      nodes.push(next);
    }
    return nodes;
  }
}
