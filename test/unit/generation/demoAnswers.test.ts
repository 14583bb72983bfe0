/** @file Answers of a given form from the bundled model about a demo photo, from the file to the text. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type GenerationSettingsInput,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';
import { type DemoAnswerer, openDemoAnswerer, resources } from '../../support/demoAnswerer.ts';

const photo = path.join(resources, 'demo-photos/Coast/IMG_1000.jpg');
const caption = 'three white boats on the blue sea with a blue balloon in the sky at sunset';

let demo: DemoAnswerer;
beforeAll(async () => {
  demo = await openDemoAnswerer();
});
afterAll(() => demo[Symbol.asyncDispose]());

async function ask(prompt: string, settings: GenerationSettingsInput) {
  let streamed = '';
  const answer = await demo.answerer.answer(
    { image: photo, prompt, settings: generationSettingsSchema.parse(settings) },
    {
      signal: new AbortController().signal,
      onText: (delta) => {
        streamed += delta;
      },
    },
  );
  return { ...answer, streamed };
}

describe('the demo model', () => {
  it('chooses the color of the boats', async () => {
    const choices = ['red', 'white', 'blue'];
    const { text, streamed, tokenIds, choices: scored = [] } = await ask('what color is the boat?', { choices });
    expect([text, streamed]).toEqual(['white', 'white']);
    expect(demo.model.tokenizer.decode(tokenIds, { skipSpecialTokens: true })).toBe('white');
    expect(scored.map((choice) => choice.text)).toEqual(choices);
    expect(scored.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    expect(scored[1]?.probability).toBeGreaterThan(0.9);
  });

  it('gives the answer that it gives freely also out of a hundred choices, in whichever groups they are scored', async () => {
    const free = await ask('what is the ground?', {});
    const colors = ['red', 'green', 'blue', 'white', 'black', 'pink', 'brown', 'orange', 'yellow', 'purple'];
    const things = ['boat', 'car', 'tree', 'house', 'tent', 'bird', 'kite', 'balloon', 'flower'];
    const others = colors.flatMap((color) => things.map((thing) => `${color} ${thing}`));
    const { text, choices = [] } = await ask('what is the ground?', { choices: [...others, ...colors, free.text] });
    expect(text).toBe(free.text);
    expect(choices).toHaveLength(others.length + colors.length + 1);
    expect(choices.at(-1)?.probability).toBeGreaterThan(0.5);
  });

  it('lists tags of a vocabulary, and no others', async () => {
    const prompt = 'list the tags of this photo.';
    const free = (await ask(prompt, {})).text.split(', ');
    const vocabulary = [
      'balloon',
      'boat',
      'sea',
      'sunset',
      'hills',
      'tree',
      'car',
      'house',
      'night',
      'field',
      'street',
    ];
    const all = await ask(prompt, { tags: { vocabulary } });
    expect(free).toContain('boat');
    expect(all.text.split(', ')).toEqual(free);
    expect(all.streamed).toBe(all.text);
    const without = await ask(prompt, { tags: { vocabulary, excluded: ['boat'], required: ['car'], max: 3 } });
    const tags = without.text.split(', ');
    expect(tags).toContain('car');
    expect(tags).not.toContain('boat');
    expect(tags.length).toBeLessThanOrEqual(3);
    expect(vocabulary).toEqual(expect.arrayContaining(tags));
  });

  it('stops before a stop string, greedy and by beam search', async () => {
    for (const numBeams of [1, 3]) {
      const answer = await ask('a photo of', { stop: [' with a'], numBeams });
      expect(answer).toMatchObject({ text: 'three white boats on the blue sea', finish: 'stop' });
      expect(answer.streamed.trim()).toBe(answer.text);
    }
  });

  it('says no forbidden word', async () => {
    const { text } = await ask('a photo of', { forbid: ['blue', 'sea'] });
    expect(text).not.toBe('');
    expect(text).not.toMatch(/\b(blue|sea)\b/);
  });

  it('captions as before where repetitions are looked for', async () => {
    expect(await ask('a photo of', { stopOnLoop: true })).toMatchObject({ text: caption, finish: 'eos' });
  });
});
