/** @file BLIP-2 with OPT against what the reference implementation computes on the same checkpoint. */
import { describeGeneratorParity } from '../support/generatorParity.ts';
import { readReferenceCases } from '../support/referenceFixture.ts';

const fixture = 'blip2-opt';

describeGeneratorParity(fixture, fixture, await readReferenceCases(fixture));
