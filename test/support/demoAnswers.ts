/** @file What the reference implementation answered about the bundled photos, and how to ask our model the same. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import type { Answerer } from '../../native-models/runtime/answerer.ts';
import type { Answer } from '../../native-models/runtime/protocol.ts';
import { resources } from './demoAnswerer.ts';

/** What every photo is asked for once greedily and once by beam search; all other prompts are questions. */
export const captionPrompt = 'a photo of';

const questionShape = { file: z.string(), prompt: z.string(), beams: z.int() };
const expectedSchema = z.object({
  answers: z.array(z.object({ ...questionShape, ids: z.array(z.int()), text: z.string() })),
});
const photosSchema = z.array(z.object({ file: z.string(), width: z.int(), height: z.int() }));

export type DemoAnswer = z.output<typeof expectedSchema>['answers'][number];
export type DemoQuestion = Pick<DemoAnswer, keyof typeof questionShape>;

export async function readDemoAnswers(): Promise<DemoAnswer[]> {
  return expectedSchema.parse(await readJson('expected.json')).answers;
}

/** With the sizes that a person sees. */
export async function readDemoPhotos(): Promise<z.output<typeof photosSchema>> {
  return photosSchema.parse(await readJson('photos.json'));
}

export function askDemo(answerer: Answerer, { file, prompt, beams }: DemoQuestion): Promise<Answer> {
  const request = {
    image: path.join(resources, 'demo-photos', file),
    prompt,
    settings: generationSettingsSchema.parse({ numBeams: beams, maxNewTokens: 80 }),
  };
  return answerer.answer(request, { signal: new AbortController().signal, onText: () => {} });
}

/** Share of the questions, 0 … 1, that get the reference's answer, word for word. All are asked at once, which takes less time. */
export async function shareOfEqualAnswers(answerer: Answerer, answers: readonly DemoAnswer[]): Promise<number> {
  const given = await Promise.all(answers.map((expected) => askDemo(answerer, expected)));
  return given.filter(({ text }, i) => text === answers[i]?.text).length / answers.length;
}

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(resources, 'demo-photos', name), 'utf8'));
}
