/**
 * @file The pictures and texts on which a quantized model is compared with itself in float32. Pictures are drawn, so that
 * nothing has to be shipped: soft areas, edges, small objects and noise, as photos have them.
 */
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import { normalise } from '../preprocess/preprocessImage.ts';
import { composePrompt } from '../prompting/composePrompt.ts';
import type { PromptStyle } from '../prompting/promptRequest.ts';

export const qualityPictures = 8;

/** Picture i as a model is given it, [3, height, width]: a sky over a ground, with discs and boxes in front. */
export function qualityPicture(i: number, config: ImageProcessorConfig): Float32Array {
  const { width, height } = config;
  const random = randomNumbers(i + 1);
  const color = () => [random() * 255, random() * 255, random() * 255] as const;
  const [zenith, haze, ground] = [color(), color(), color()];
  const horizon = 0.4 + 0.4 * random();
  const objects = Array.from({ length: 2 + (i % 4) }, () => {
    return { x: random(), y: random(), size: 0.04 + 0.14 * random(), isRound: random() < 0.5, color: color() };
  });
  const levels = new Uint8Array(width * height * 3);
  for (let at = 0; at < levels.length; at += 3) {
    const [x, y] = [((at / 3) % width) / width, Math.floor(at / 3 / width) / height];
    const object = objects.findLast((candidate) => {
      const [dx, dy] = [Math.abs(x - candidate.x), Math.abs(y - candidate.y)];
      return (candidate.isRound ? Math.hypot(dx, dy) : Math.max(dx, dy)) < candidate.size;
    });
    const noise = 12 * (random() - 0.5);
    for (const c of [0, 1, 2] as const) {
      const sky = zenith[c] + (haze[c] - zenith[c]) * (y / horizon);
      const level = object?.color[c] ?? (y < horizon ? sky : ground[c]);
      levels[at + c] = Math.min(255, Math.max(0, Math.round(level + noise)));
    }
  }
  return normalise(levels, config);
}

/** 0 … 1, the same every time: a linear congruential generator (Numerical Recipes, 7.1). */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a model that writes is given: the beginning of a caption where its family knows them, and a question. */
export function qualityPrompts(style: PromptStyle, fits: (prompt: string) => boolean): string[] {
  if (style === 'blip-caption') return ['a photo of', ''];
  const ask = (text: string) => composePrompt(style, { text, kind: 'question', history: [] }, fits).prompt;
  const first = style === 'blip-vqa' ? ask('what is shown in the picture?') : 'a photo of';
  return [first, ask('how many are there?')];
}

/** What a model that matches texts with pictures scores. */
export const qualityTexts = ['a boat on the sea', 'two houses in the snow', 'the sky above a green meadow'] as const;
