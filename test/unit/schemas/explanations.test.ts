/** @file The contract tells of explanations what native-models, which imports nothing of ours, declares: to the compiler and in its values. */
import { expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import * as model from '../../../native-models/explanation/explanation.ts';
import * as contract from '../../../preload/contract/explaining.ts';

it('the contract has the same regions and words', () => {
  expectTypeOf<contract.Region>().toEqualTypeOf<model.Region>();
  expectTypeOf<contract.ExplainedWord>().toEqualTypeOf<model.ExplainedWord>();
  expect(z.toJSONSchema(contract.regionSchema)).toEqual(z.toJSONSchema(model.regionSchema));
  expect(z.toJSONSchema(contract.explainedWordSchema)).toEqual(z.toJSONSchema(model.explainedWordSchema));
});

it('the contract has the same explanations, but for how long they took, and says of which model they are', () => {
  type Shared = Omit<model.Explanation, 'totalMs'>;
  expectTypeOf<Omit<contract.Explanation, 'modelId' | 'isAuthor'>>().toEqualTypeOf<Shared>();
  const shared = z.toJSONSchema(model.explanationSchema.omit({ totalMs: true }));
  expect(z.toJSONSchema(contract.explanationSchema.omit({ modelId: true, isAuthor: true }))).toEqual(shared);
});
