/** @file The known models: what they take against the graphs that are compiled, and how they run against the benchmarks. */
import { describe, expect, it } from 'vitest';
import { visionOperations } from '../../../bench/captions/modelWork.ts';
import results from '../../../bench/captions/results.json' with { type: 'json' };
import { publishedConfigs } from '../../../bench/publishedConfigs.ts';
import { publishedModel } from '../../../bench/publishedModels.ts';
import { publishedWork } from '../../../bench/publishedWork.ts';
import { knownModelsHere, type Machine } from '../../../main/library/models/knownModelList.ts';
import { diskRoomOf, knownModelOf, knownModels, preferredRepos } from '../../../main/library/models/knownModels.ts';
import { estimateAnswer, fitOf } from '../../../main/library/models/modelEstimate.ts';
import { neededRoom } from '../../../main/library/models/neededRoom.ts';
import { precisionSchema } from '../../../native-models/quantization/precision.ts';
import { modelCalled } from '../../unit/cli/cliDouble.ts';

const { floor } = results.machine;
const machine: Machine = { floor, card: undefined, memoryBytes: 24e9 };

function knownModel(name: string) {
  const known = knownModelOf(`Salesforce/${name}`);
  if (known === undefined) throw new Error(`${name} is not known`);
  return known;
}

describe('the table of known models', () => {
  // a shape of each kind of decoder, and one without: all of them take twenty seconds
  it.each(['blip-image-captioning-large', 'blip2-itm-vit-g', 'instructblip-flan-t5-xl', 'blip2-opt-2.7b'])(
    'has the sizes of %s that the importer chooses by, within one in fifty',
    (name) => {
      const { work } = knownModel(name);
      const { sizes, stepBytes } = publishedWork(publishedModel(name).shape);
      for (const precision of precisionSchema.options) {
        expect(Math.abs(work.sizes[precision] / sizes[precision] - 1)).toBeLessThan(0.02);
        expect(work.stepBytes[precision]).toBeGreaterThanOrEqual(0.98 * stepBytes[precision]);
        expect(work.stepBytes[precision]).toBeLessThanOrEqual(1.02 * stepBytes[precision]);
      }
    },
  );

  it('counts the operations of the vision towers', () => {
    const tower = (hiddenSize: number, layers: number, imageSize: number, patchSize: number, mlpSize: number) =>
      visionOperations({ hiddenSize, layers, imageSize, patchSize, mlpSize });
    const of = (name: string) => knownModel(name).work.visionOperations;
    expect(of('blip-vqa-base') / tower(768, 12, 384, 16, 3072)).toBeCloseTo(1, 2);
    expect(of('blip-itm-large-coco') / tower(1024, 24, 384, 16, 4096)).toBeCloseTo(1, 2);
    expect(of('blip2-opt-6.7b') / tower(1408, 39, 224, 14, 6144)).toBeCloseTo(1, 2);
  });

  it('names every repository once, with the size of its weights in float32 as download, and has a config for each shape', () => {
    expect(new Set(knownModels.map(({ repo }) => repo)).size).toBe(knownModels.length);
    for (const { repo, downloadBytes, work } of knownModels) {
      // published files hold some tensors twice
      expect(downloadBytes / work.sizes.fp32, repo).toBeGreaterThan(0.97);
      expect(downloadBytes / work.sizes.fp32, repo).toBeLessThan(1.12);
    }
    const works = new Set(knownModels.map(({ work }) => work));
    expect(works.size).toBe(Object.keys(publishedConfigs).length + 1);
    expect(preferredRepos.every((repo) => knownModelOf(repo) !== undefined)).toBe(true);
  });
});

describe('the room on the disk', () => {
  it('is enough for the model in every precision', () => {
    for (const { repo, work } of knownModels) {
      for (const precision of precisionSchema.options) {
        const { modelBytes } = neededRoom({ weights: work.sizes.fp32 / 4, downloadBytes: 0 }, precision);
        expect(modelBytes / work.sizes[precision], `${repo} ${precision}`).toBeGreaterThan(1);
      }
    }
  });

  it('is for the model and the largest file where the checkpoint does not stay', () => {
    const model = knownModel('instructblip-flan-t5-xl');
    expect(diskRoomOf(model, 'int4', false)).toBeLessThan(16e9);
    expect(diskRoomOf(model, 'int4', false)).toBeGreaterThan(9.98e9 + model.work.sizes.int4);
    expect(diskRoomOf(model, 'int4', true)).toBeGreaterThan(16.09e9 + model.work.sizes.int4);
    const single = knownModel('blip-vqa-base');
    expect(diskRoomOf(single, 'int8', false)).toBe(diskRoomOf(single, 'int8', true));
  });
});

describe('the estimate of an answer', () => {
  const measured = results.rows.filter((row) => row.batch === 1 && row.beams === 1 && !('limitBytes' in row));

  it.each(measured.map((row) => [row.model, row.precision, row] as const))(
    'of %s in %s lies within a factor of 1.5 of what was measured',
    (name, precision, row) => {
      const { answerMs } = estimateAnswer(knownModel(name).work, precisionSchema.parse(precision), floor);
      expect(answerMs / row.answerMs).toBeGreaterThan(1 / 1.5);
      expect(answerMs / row.answerMs).toBeLessThan(1.5);
    },
  );

  it('grows as the machine slows down, and knows what does not fit and what would', () => {
    const { work } = knownModel('instructblip-vicuna-7b');
    expect(fitOf(work, 'int4', floor, 24e9)).toMatchObject({ type: 'slow' });
    expect(fitOf(work, 'fp32', floor, 24e9)).toMatchObject({ type: 'fitsNarrower', precision: 'int8' });
    expect(fitOf(work, 'fp16', floor, 24e9)).toMatchObject({ type: 'fitsNarrower', precision: 'int8' });
    expect(fitOf(work, 'int8', floor, 9e9)).toMatchObject({ type: 'fitsNarrower', precision: 'int4' });
    expect(fitOf(work, 'int4', floor, 4e9)).toMatchObject({ type: 'doesNotFit' });
    const slower = { ...floor, memoryBytesPerSecond: floor.memoryBytesPerSecond / 4 };
    expect(estimateAnswer(work, 'int4', slower).answerMs).toBeGreaterThan(estimateAnswer(work, 'int4', floor).answerMs);
  });
});

describe('the known models on a machine', () => {
  const scaled = (factor: number): Machine => {
    const { float, int8, blocks } = floor.operationsPerSecond;
    return {
      ...machine,
      floor: {
        memoryBytesPerSecond: factor * floor.memoryBytesPerSecond,
        operationsPerSecond: { float: factor * float, int8: factor * int8, blocks: factor * blocks },
      },
    };
  };

  it.each([
    ['the most able that runs well', 1, 24e9, 'instructblip-flan-t5-xl'],
    ['a smaller one on a slower machine', 0.6, 24e9, 'blip-image-captioning-large'],
    ['a smaller one where there is little memory', 1, 4e9, 'blip-image-captioning-large'],
    ['the smallest where none runs well', 0.05, 24e9, 'blip-image-captioning-base'],
  ])('come with %s recommended, and that first', (_, factor, memoryBytes, name) => {
    const [first, ...others] = knownModelsHere({ ...scaled(factor), memoryBytes }, []);
    expect(first).toMatchObject({ isRecommended: true, model: { repo: `Salesforce/${name}` } });
    expect(others.some(({ isRecommended }) => isRecommended)).toBe(false);
  });

  it('say which of them are installed, whether from the hub’s cache or from a folder of the name', () => {
    const imported = (id: string, sourceName: string) => {
      const { facts, ...rest } = modelCalled(id);
      return { ...rest, ...(facts === undefined ? {} : { facts: { ...facts, sourceName } }) };
    };
    const installed = [imported('a', 'Salesforce/blip-vqa-base'), imported('b', 'blip-vqa-base'), modelCalled('c')];
    const here = knownModelsHere(machine, installed);
    expect(
      here.flatMap(({ model, installedIds }) => (installedIds.length > 0 ? [[model.repo, installedIds]] : [])),
    ).toEqual([['Salesforce/blip-vqa-base', ['a', 'b']]]);
  });
});
