/** @file InstructBLIP with T5 against what the reference implementation computes on the same checkpoint. */
import { describeGeneratorParity } from '../support/generatorParity.ts';
import { readReferenceCases } from '../support/referenceFixture.ts';

const fixture = 'instructblip-t5';

describeGeneratorParity(fixture, fixture, await readReferenceCases(fixture));
