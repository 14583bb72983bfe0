/** @file A small model of every architecture that writes text: how it is asked, and how much it reads. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import type { PromptStyle } from '../../../native-models/prompting/promptRequest.ts';
import { Answerer } from '../../../native-models/runtime/answerer.ts';
import { defaultSessionSettings } from '../../../native-models/runtime/graphSession.ts';
import type { VisionLanguageModel } from '../../../native-models/runtime/loadedModel.ts';
import type { AnswerRequest } from '../../../native-models/runtime/protocol.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

interface Generator {
  readonly fixture: string;
  readonly style: PromptStyle;
  /** One tokenizer reads the prompt, so that two prompts of equal tokens are one and the same to the model. */
  readonly readsOnce: boolean;
}

const generators: readonly Generator[] = [
  { fixture: 'blip-caption', style: 'blip-caption', readsOnce: true },
  { fixture: 'blip-vqa', style: 'blip-vqa', readsOnce: true },
  { fixture: 'blip2-opt', style: 'blip2', readsOnce: true },
  { fixture: 'blip2-t5', style: 'blip2', readsOnce: true },
  { fixture: 'instructblip-llama', style: 'instruct', readsOnce: false },
  { fixture: 'instructblip-t5', style: 'instruct', readsOnce: false },
];

describe.each(generators)('$fixture', ({ fixture, style, readsOnce }) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let manifest: ModelManifest;
  let model: VisionLanguageModel;
  let answerer: Answerer;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const source = path.join(fixturesFolder, fixture);
    manifest = await importCheckpoint({ source, modelsFolder: folder.path, id: 'tiny' });
    ({ model } = await loadModel(path.join(folder.path, 'tiny'), defaultSessionSettings));
    answerer = new Answerer(model, manifest, { batch: 1 });
  });
  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const answer = (prompt: string, changes: Partial<AnswerRequest> = {}) =>
    answerer.answer(
      {
        image: path.join(fixturesFolder, 'images/scene0.png'),
        prompt,
        settings: generationSettingsSchema.parse({ maxNewTokens: 4 }),
        ...changes,
      },
      { signal: new AbortController().signal, onText: () => {} },
    );

  it('says in model.json how it wants to be asked', () => {
    expect(manifest.promptStyle).toBe(style);
  });

  it('tells the text that it was given', async () => {
    const kind = style === 'blip-caption' ? 'text' : 'question';
    const expected = style === 'blip2' ? 'Question: what is this? Answer:' : 'what is this?';
    expect(await answer('what is this?', { kind })).toMatchObject({ prompt: expected, warnings: [] });
  });

  it.skipIf(style === 'blip-vqa')('captions without a prompt (skipped for a model that needs a question)', async () => {
    expect(await answer('')).toMatchObject({ prompt: '', warnings: [] });
  });

  it('cuts a prompt of 10,000 words where its tokenizer does, and says so', async () => {
    const words = (count: number) => 'car '.repeat(count).trim();
    expect(model.fits(words(3))).toBe(true);
    const long = await answer(words(10_000));
    expect(long.warnings).toMatchObject([{ code: 'PROMPT_CUT' }]);
    const fitting = most((count) => model.fits(words(count)));
    const longest = await answer(words(fitting));
    expect(longest.warnings).toEqual([]);
    if (readsOnce) expect(long.tokenIds).toEqual(longest.tokenIds);
  });

  it.skipIf(style === 'blip-caption')(
    'reads as much of a long conversation as fits (skipped for a captioner)',
    async () => {
      const turn = { question: 'what color is the car?', answer: 'it is a red car' };
      const history = Array.from({ length: 300 }, () => turn);
      const { prompt, warnings } = await answer('how many?', { kind: 'question', history });
      expect(model.fits(prompt)).toBe(true);
      expect(prompt).toMatch(/how many\?/);
      const remembers = style !== 'blip-vqa';
      expect(warnings).toMatchObject([{ code: remembers ? 'HISTORY_SHORTENED' : 'HISTORY_IGNORED' }]);
      expect(prompt.includes(turn.answer)).toBe(remembers);
    },
  );
});

/** The largest number for which it is true, where it is true below and false above. */
function most(isTrue: (count: number) => boolean): number {
  let low = 0;
  let high = 1;
  while (isTrue(high)) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isTrue(middle)) low = middle;
    else high = middle;
  }
  return low;
}
