/**
 * @file A question of a later day: another host process answers from the features that the first one stored, without the
 * vision encoder, and writes the same tokens.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { ModelHost } from '../../native-models/runtime/modelHost.ts';
import type { Answer, FeatureUse } from '../../native-models/runtime/protocol.ts';
import { eventually } from '../support/eventually.ts';
import { fixturesFolder, readReferenceCases } from '../support/referenceFixture.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

class Session implements AsyncDisposable {
  readonly uses: FeatureUse[] = [];
  readonly host: ModelHost;
  readonly featuresFolder: string;

  private constructor(host: ModelHost, featuresFolder: string) {
    this.host = host;
    this.featuresFolder = featuresFolder;
  }

  static async start(
    modelFolder: string,
    featuresFolder: string,
    hasRoom?: (uses: readonly FeatureUse[]) => boolean,
  ): Promise<Session> {
    const session = new Session(ModelHost.start(), featuresFolder);
    const onUse = (use: FeatureUse) => void session.uses.push(use);
    await session.host.load(modelFolder, {
      features: { folder: featuresFolder, onUse, hasRoom: () => hasRoom?.(session.uses) ?? true },
    });
    return session;
  }

  sum(of: 'hits' | 'misses'): number {
    return this.uses.reduce((sum, use) => sum + use[of], 0);
  }

  /** The features of so many pictures are on the disk. */
  async stored(count: number): Promise<void> {
    await eventually(async () => {
      const names = await readdir(this.featuresFolder, { recursive: true });
      expect(names.filter((name) => name.endsWith('.photo'))).toHaveLength(count);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.host[Symbol.asyncDispose]();
  }
}

describe.each(['instructblip-t5', 'instructblip-llama', 'blip2-opt', 'blip2-t5', 'blip-caption', 'blip-vqa'])(
  '%s',
  (fixture) => {
    it('writes the same tokens from stored features, greedily and with beams', async () => {
      await using folder = await temporaryFolder();
      await importCheckpoint({ source: path.join(fixturesFolder, fixture), modelsFolder: folder.path, id: 'tiny' });
      const [model, features] = [path.join(folder.path, 'tiny'), path.join(folder.path, 'features')];
      const cases = await readReferenceCases(fixture);
      const images = new Set(cases.map(({ image }) => image));
      const questions = cases.flatMap(({ image, prompt }) =>
        [1, 3].map((numBeams) => ({
          image: path.join(fixturesFolder, image),
          prompt,
          settings: generationSettingsSchema.parse({ numBeams, maxNewTokens: 8, minNewTokens: 4 }),
        })),
      );
      // one by one: beside others, the last digit of a score may be rounded otherwise
      const ask = async ({ host }: Session) => {
        const answers: Answer[] = [];
        for (const question of questions) answers.push(await host.answer(question));
        return answers;
      };
      await using first = await Session.start(model, features);
      const told = await ask(first);
      expect([first.sum('hits'), first.sum('misses')]).toEqual([0, images.size]);
      await first.stored(images.size);
      await using second = await Session.start(model, features);
      const again = await ask(second);
      expect(again.map(({ tokenIds, score, width, height }) => ({ tokenIds, score, width, height }))).toEqual(
        told.map(({ tokenIds, score, width, height }) => ({ tokenIds, score, width, height })),
      );
      expect(again.map(({ ms }) => ms.visionMs)).toEqual(questions.map(() => 0));
      expect([second.sum('hits'), second.sum('misses')]).toEqual([images.size, 0]);
    });
  },
);

it.each(['blip-itm', 'blip2-itm'])('%s gives the same vectors and verdicts', async (fixture) => {
  await using folder = await temporaryFolder();
  await importCheckpoint({ source: path.join(fixturesFolder, fixture), modelsFolder: folder.path, id: 'tiny' });
  const [model, features] = [path.join(folder.path, 'tiny'), path.join(folder.path, 'features')];
  const [{ image, prompt } = { image: '', prompt: '' }] = await readReferenceCases(fixture);
  const file = path.join(fixturesFolder, image);
  const scorer = async ({ host }: Session) => [
    await host.match({ image: file, texts: [prompt] }),
    await host.embedImages({ images: [file] }),
  ];
  await using first = await Session.start(model, features);
  const told = await scorer(first);
  await first.stored(1);
  await using second = await Session.start(model, features);
  expect(await scorer(second)).toEqual(told);
  expect([second.sum('hits'), second.sum('misses')]).toEqual([1, 0]);
});

it('what is embedded is not stored, since its vectors are kept', async () => {
  await using folder = await temporaryFolder();
  await importCheckpoint({ source: path.join(fixturesFolder, 'blip-itm'), modelsFolder: folder.path, id: 'tiny' });
  const [{ image } = { image: '' }, other] = await readReferenceCases('blip-itm');
  const [model, features] = [path.join(folder.path, 'tiny'), path.join(folder.path, 'features')];
  const embed = async ({ host }: Session) => await host.embedImages({ images: [path.join(fixturesFolder, image)] });
  await using first = await Session.start(model, features);
  await embed(first);
  // What is written goes to the disk in order.
  await first.host.match({ image: path.join(fixturesFolder, other?.image ?? ''), texts: ['a house'] });
  await first.stored(1);
  await using second = await Session.start(model, features);
  await embed(second);
  expect([second.sum('hits'), second.sum('misses')]).toEqual([0, 1]);
});

it('what is computed while there is no room is not stored, and what is stored serves', async () => {
  await using folder = await temporaryFolder();
  await importCheckpoint({ source: path.join(fixturesFolder, 'blip-itm'), modelsFolder: folder.path, id: 'tiny' });
  const images = (await readReferenceCases('blip-itm')).map(({ image }) => path.join(fixturesFolder, image));
  const [stored, other] = [...new Set(images)] as [string, string];
  const [model, features] = [path.join(folder.path, 'tiny'), path.join(folder.path, 'features')];
  const scorer = async ({ host }: Session, image: string) => await host.match({ image, texts: ['a house'] });
  await using first = await Session.start(model, features, (uses) => uses.every((use) => use.writtenBytes === 0));
  await scorer(first, stored);
  await first.stored(1);
  await scorer(first, stored);
  await scorer(first, other);
  await using second = await Session.start(model, features);
  for (const image of [stored, other]) await scorer(second, image);
  expect([second.sum('hits'), second.sum('misses')]).toEqual([1, 1]);
});
