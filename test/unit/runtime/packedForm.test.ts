/** @file The packed form of a model's graphs: made at the first loading, used at the next, made anew when anything changed. */
import { appendFile, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import {
  defaultSessionSettings,
  floatsOf,
  floatTensor,
  outputOf,
} from '../../../native-models/runtime/graphSession.ts';
import { closeSessions, openSessions } from '../../../native-models/runtime/openSessions.ts';
import { findPacked } from '../../../native-models/runtime/packedForm.ts';
import { selfTestPixels } from '../../../native-models/runtime/selfTest.ts';
import { outputsOf } from '../../support/modelOutputs.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const names = ['vision_encoder', 'qformer'] as const;
const plain = { device: 'cpu', threads: 1, prepacks: true } as const;
const kept = { ...plain, keepsPacked: true } as const;

describe('the packed form', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let model: string;
  let side: number;

  beforeEach(async () => {
    folder = await temporaryFolder();
    const source = path.join(fixturesFolder, 'instructblip-t5');
    const { image } = await importCheckpoint({ source, modelsFolder: folder.path, id: 'm', precision: 'int4' });
    model = path.join(folder.path, 'm');
    side = image.width;
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  async function features(settings: typeof plain | typeof kept): Promise<number[]> {
    const sessions = await openSessions(model, names, settings);
    try {
      const pixel_values = floatTensor(selfTestPixels(side), [1, 3, side, side]);
      return [...floatsOf(outputOf(await sessions[0].run({ pixel_values }), 'features'))];
    } finally {
      await closeSessions(sessions);
    }
  }

  const packedFile = (name: string) => path.join(model, 'packed', name);
  const madeAtMs = async () => (await stat(packedFile('packed.json'))).mtimeMs;

  it('computes what the compiled one does, is made once, and leaves nothing beside it', async () => {
    const expected = await features(plain);
    expect(await findPacked(model, names)).toBeUndefined();
    expect(await features(kept)).toEqual(expected);
    const made = await madeAtMs();
    expect(await features(kept)).toEqual(expected);
    expect(await madeAtMs()).toBe(made);
    expect((await readdir(path.dirname(packedFile('')))).filter((name) => name.includes('packed'))).toEqual(['packed']);
    expect((await readdir(packedFile(''))).sort()).toEqual(
      [...names.flatMap((name) => [`${name}.data`, `${name}.onnx`]), 'packed.json'].sort(),
    );
  });

  it.each([
    [
      'of another machine',
      async () => {
        const record = JSON.parse(await readFile(packedFile('packed.json'), 'utf8'));
        await writeFile(packedFile('packed.json'), JSON.stringify({ ...record, machine: 'another' }));
      },
    ],
    ['with a record that is damaged', () => writeFile(packedFile('packed.json'), '{')],
    ['that was changed', () => appendFile(packedFile('qformer.data'), 'x')],
    ['of a model that was changed', () => utimes(path.join(model, 'qformer.onnx.data'), 1, 1)],
  ])('is not used where it is one %s, but made anew', async (_, change) => {
    const expected = await features(kept);
    await change();
    expect(await findPacked(model, names)).toBeUndefined();
    expect(await features(kept)).toEqual(expected);
    expect(await findPacked(model, names)).toBeDefined();
  });

  it('is done without where it cannot be written', async () => {
    // a file where the folder would have to be
    await writeFile(path.join(model, `.packed-${process.pid}`), '');
    const expected = await features(plain);
    await writeFile(path.join(model, 'packed'), '');
    expect(await features(kept)).toEqual(expected);
  });
});

describe.each(['blip-caption', 'blip2-opt', 'blip2-t5', 'instructblip-llama', 'instructblip-t5'])('%s', (fixture) => {
  it.each(['int8', 'int4'] as const)('computes the same in %s where its graphs are kept packed', async (precision) => {
    await using folder = await temporaryFolder();
    const source = path.join(fixturesFolder, fixture);
    await importCheckpoint({ source, modelsFolder: folder.path, id: 'm', precision });
    const computed = async (keepsPacked: boolean) => {
      const settings = { ...defaultSessionSettings, keepsPacked };
      const { features, logits } = await outputsOf(path.join(folder.path, 'm'), fixture, settings);
      return { features, logits };
    };
    const expected = await computed(false);
    expect(await computed(true)).toEqual(expected); // packs
    expect(await computed(true)).toEqual(expected); // takes what is packed
    expect(await readdir(path.join(folder.path, 'm', 'packed'))).toContain('vision_encoder.onnx');
  });
});
