/** @file What an error decides stands in schemas/ and in native-models, which imports nothing of ours: to the compiler and in its values, it is the same. */
import { expect, expectTypeOf, it } from 'vitest';
import {
  type Blame as NativeBlame,
  type Retry as NativeRetry,
  serializedErrorSchema,
} from '../../../native-models/errors.ts';
import { type Blame, blameSchema, type Retry, retrySchema } from '../../../schemas/problem.ts';

it('declares when trying again can help, and what may be at fault', () => {
  expectTypeOf<Retry>().toEqualTypeOf<NativeRetry>();
  expectTypeOf<Blame>().toEqualTypeOf<NativeBlame>();
  expect(retrySchema.options).toEqual(serializedErrorSchema.shape.retry.options);
  expect(blameSchema.options).toEqual(serializedErrorSchema.shape.blames.options);
});
