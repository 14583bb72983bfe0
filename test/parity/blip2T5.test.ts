/** @file BLIP-2 with T5, stored in float16, against what the reference implementation computes on the same checkpoint. */
import { describeGeneratorParity } from '../support/generatorParity.ts';
import { readReferenceCases } from '../support/referenceFixture.ts';

const fixture = 'blip2-t5';

describeGeneratorParity(fixture, fixture, await readReferenceCases(fixture));
