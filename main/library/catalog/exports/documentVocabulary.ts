/** @file The tags that a run chose from, apart from its other settings: a document has each list of them once. Pure. */
import * as z from 'zod';

export interface DocumentVocabulary {
  readonly tags: readonly string[];
  readonly synonyms: readonly { readonly word: string; readonly tag: string }[] | null;
  /** Where the answers became tags of the photos: the path of each tag. */
  readonly tagPaths: readonly string[] | null;
}

export interface PartedTerms {
  /** The settings without the vocabulary. */
  readonly parameters: Readonly<Record<string, unknown>> | null;
  /** Null where it stands in the vocabulary. */
  readonly tagPaths: readonly string[] | null;
  readonly vocabulary: DocumentVocabulary | null;
}

const withTagsSchema = z.object({
  tags: z.looseObject({
    vocabulary: z.array(z.string()).min(1),
    synonyms: z.array(z.object({ word: z.string(), tag: z.string() })).optional(),
  }),
});

export function partedTerms({ parameters, tagPaths }: Omit<PartedTerms, 'vocabulary'>): PartedTerms {
  const withTags = withTagsSchema.safeParse(parameters);
  if (!withTags.success) return { parameters, tagPaths, vocabulary: null };
  const { vocabulary: tags, synonyms = null, ...others } = withTags.data.tags;
  return {
    parameters: { ...parameters, tags: others },
    tagPaths: null,
    vocabulary: { tags, synonyms, tagPaths },
  };
}

/** The settings with the vocabulary. */
export function wholeParameters(parameters: unknown, { tags: vocabulary, synonyms }: DocumentVocabulary): unknown {
  const parted = z.looseObject({ tags: z.looseObject({}) }).safeParse(parameters);
  if (!parted.success) return parameters;
  const { tags } = parted.data;
  return { ...parted.data, tags: { ...tags, vocabulary, ...(synonyms === null ? {} : { synonyms }) } };
}
