/** @file On which terms a model chooses tags out of the vocabulary. Main process and CLI. */
import type { RuleAction } from '../catalog/jobs/folderRules.ts';
import type { RunIdentity } from '../catalog/texts/provenance.ts';
import type { TagWords, VocabularyStore } from '../catalog/texts/vocabulary.ts';

/** Photos get the tags that the model names. @param asked which model, and in which words */
export function taggingTerms(asked: RunIdentity, { settings, paths }: TagWords, max: number): RunIdentity {
  const tags = { ...settings, min: 1, max, required: [], excluded: [], skipUnknown: true };
  return { ...asked, settings: { ...asked.settings, tags }, tagPaths: [...paths] };
}

/** What a rule's photos are put into a run with. */
export type RuleTerms = Pick<RuleAction, 'identity' | 'description'>;

/**
 * The terms of rules: of one that tags, with the vocabulary of the moment. Equal terms are the same object, so that
 * thousands of tags are hashed once and not whenever photos appear.
 */
export class RuleTermsMaker {
  readonly #vocabulary: Pick<VocabularyStore, 'words'>;
  readonly #made = new WeakMap<TagWords, Map<string, RuleTerms>>();

  constructor(vocabulary: Pick<VocabularyStore, 'words'>) {
    this.#vocabulary = vocabulary;
  }

  /** Undefined where the rule has no tags to choose from. */
  of(action: RuleAction): RuleTerms | undefined {
    const { identity, description, tagging } = action;
    if (tagging === undefined) return { identity, description };
    const words = this.#vocabulary.words(tagging.below);
    if (words.paths.length === 0) return undefined;
    const ofWords = this.#made.get(words) ?? new Map<string, RuleTerms>();
    this.#made.set(words, ofWords);
    const key = JSON.stringify(action);
    const terms = ofWords.get(key) ?? {
      identity: taggingTerms(identity, words, tagging.max),
      description: { kind: 'tag', vocabulary: words.paths.length },
    };
    ofWords.set(key, terms);
    return terms;
  }
}
