/** @file InstructBLIP with Llama, in shards, against what the reference implementation computes on the same checkpoint. */
import { describeGeneratorParity } from '../support/generatorParity.ts';
import { readReferenceCases } from '../support/referenceFixture.ts';

const fixture = 'instructblip-llama';

describeGeneratorParity(fixture, fixture, await readReferenceCases(fixture));
