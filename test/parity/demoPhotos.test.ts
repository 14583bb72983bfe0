/**
 * @file The bundled model on the bundled photos, from the files, against what the reference implementation answered:
 * decoding, orientation, resizing, tokenizing and generating together.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Answer } from '../../native-models/runtime/protocol.ts';
import { type DemoAnswerer, openDemoAnswerer } from '../support/demoAnswerer.ts';
import { askDemo, captionPrompt, type DemoQuestion, readDemoAnswers, readDemoPhotos } from '../support/demoAnswers.ts';

const answers = await readDemoAnswers();
const photos = await readDemoPhotos();

let demo: DemoAnswerer;
/** What the model answered to each of the reference's questions. */
let answered: ReadonlyMap<DemoQuestion, Answer>;
beforeAll(async () => {
  demo = await openDemoAnswerer();
  const all = new Map<DemoQuestion, Answer>();
  // photo by photo, so that each is decoded and looked at once
  for (const ofPhoto of Map.groupBy(answers, ({ file }) => file).values())
    for (const expected of ofPhoto) all.set(expected, await ask(expected));
  answered = all;
});
afterAll(() => demo[Symbol.asyncDispose]());

const ask = (question: DemoQuestion) => askDemo(demo.answerer, question);

it('the demo model gives every photo the reference’s caption, greedy and by beam search, token for token', () => {
  const captions = answers.filter(({ prompt }) => prompt === captionPrompt);
  expect(captions).toHaveLength(2 * photos.length);
  for (const expected of captions) {
    const answer = answered.get(expected);
    expect({ file: expected.file, text: answer?.text, ids: answer?.tokenIds }).toEqual({
      file: expected.file,
      text: expected.text,
      ids: expected.ids,
    });
  }
});

it('the demo model gives at least 99 % of all other questions the reference’s answer', () => {
  const questions = answers.filter(({ prompt }) => prompt !== captionPrompt);
  const different: unknown[] = [];
  for (const expected of questions) {
    const text = answered.get(expected)?.text;
    if (text !== expected.text) different.push({ ...expected, got: text });
  }
  expect(questions.length).toBeGreaterThan(300);
  expect(different.length, JSON.stringify(different, undefined, 1)).toBeLessThanOrEqual(questions.length / 100);
});

it('the demo model reports the size that a person sees, orientation applied', () => {
  for (const { file, width, height } of photos) {
    const ofPhoto = [...answered].filter(([expected]) => expected.file === file);
    expect(ofPhoto.length).toBeGreaterThan(0);
    for (const [, answer] of ofPhoto)
      expect({ file, width: answer.width, height: answer.height }).toEqual({ file, width, height });
  }
});

it('the demo model looks at a photo once for all its questions', async () => {
  const file = photos[0]?.file ?? '';
  const first = await ask({ file, prompt: 'what is the ground?', beams: 1 });
  const again = await ask({ file, prompt: 'how is the sky?', beams: 1 });
  expect(again.ms.visionMs).toBe(0);
  expect(again.ms.imageMs).toBe(0);
  expect(first.text).not.toBe('');
});
