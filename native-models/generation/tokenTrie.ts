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

  /**
   * Returns the nodes from the root to the sequence's end; none where the text has this sequence already.
   * @throws GenerationError GENERATION_TEXTS_ALIKE where another text has the same tokens
   */
  add({ entry, ids }: TokenizedText): readonly TrieNode[] {
    const path = [this.root];
    let node = this.root;
    for (const id of ids) {
      const next = node.children.get(id) ?? emptyNode();
      node.children.set(id, next);
      node = next;
      path.push(node);
    }
    if (node.entry !== undefined) {
      if (node.entry === entry) return [];
      const [first, second] = [this.#nameOf(node.entry), this.#nameOf(entry)];
      const message = `"${first}" and "${second}" are the same to this model; leave one of them out.`;
      throw new GenerationError('GENERATION_TEXTS_ALIKE', message, { texts: [first, second] });
    }
    node.entry = entry;
    for (const passed of path) passed.count += 1;
    return path;
  }

  /** The number of the text that has exactly these tokens. */
  entryOf(ids: readonly number[]): number | undefined {
    let node: TrieNode | undefined = this.root;
    for (const id of ids) node = node?.children.get(id);
    return node?.entry;
  }
}
