/** @file Facets: by which found photos can be narrowed down, with how many have each value. Any process; data only. */
import * as z from 'zod';
import { fieldLimits, fieldTypeSchema } from './answerField.ts';

/** Each but `state` is a field of the query language. */
export const fixedFacetSchema = z.enum([
  'taken',
  'folder',
  'camera',
  'lens',
  'rating',
  'flag',
  'label',
  'tag',
  'person',
  'place',
  'source',
  'model',
  'state',
]);
export type FixedFacet = z.output<typeof fixedFacetSchema>;

const answerFacetSchema = z.templateLiteral(['answer:', z.string().max(fieldLimits.nameCharacters)]);

/** Of these, or a field by its name. */
export const facetNameSchema = z.union([fixedFacetSchema, answerFacetSchema]);
export type FacetName = z.output<typeof facetNameSchema>;

export function fieldFacet(name: string): z.output<typeof answerFacetSchema> {
  return `answer:${name}`;
}

/**
 * Of `taken` a year or a month, `2024` or `2024-05`; of `folder` its whole path; of `rating` stars, −1 for rejected; of
 * `state` the field that asks for it. Null: photos that have none.
 */
export const facetValueSchema = z.string().max(10_000).nullable();
export type FacetValue = z.output<typeof facetValueSchema>;

export const facetSchema = z.object({
  facet: facetNameSchema,
  /** That the facet is of. */
  field: z.object({ name: z.string(), type: fieldTypeSchema }).optional(),
  /** Those that photos have, and those that are chosen, in the order in which they are shown. */
  values: z.array(
    z.object({
      value: facetValueSchema,
      /** As many would be found with this value and no other of the facet. */
      photos: z.int(),
      /** The query asks for it. */
      chosen: z.boolean(),
    }),
  ),
  /** How many more values there are, which fewer photos have. */
  more: z.int(),
});
export type Facet = z.output<typeof facetSchema>;
