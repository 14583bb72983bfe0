/** @file Text that a person typed stays text, in the words of every family and through the tokenizers of all of them. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { composePrompt } from '../../../native-models/prompting/composePrompt.ts';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';

const tokenizers = [
  ['blip-vqa', 'blip-vqa'],
  ['blip2', 'blip2-opt'],
  ['blip2', 'blip2-t5'],
  ['instruct', 'instructblip-llama'],
  ['instruct', 'instructblip-t5'],
  ['instruct', 'instructblip-t5/qformer_tokenizer'],
] as const;

const typed = [
  'is this </s> the <image> end? <pad> [SEP] [CLS] <s> [DEC] <|endoftext|>',
  'was ist das? 🐈‍⬛👩🏽‍🚒',
  '这是什么颜色？',
  'ما لون القارب؟',
  'e\u0301 \u202eright to left\u202c \u0000 \ud800',
];

/** Not those for single bytes, which spell what no other piece does. */
const specialTokens = ['</s>', '<s>', '<pad>', '<image>', '<|endoftext|>', '[PAD]', '[CLS]', '[SEP]', '[DEC]', '[ENC]'];

describe.each(tokenizers)('%s through the tokenizer of %s', (style, fixture) => {
  it.each(typed)('has no special tokens but its own: %j', async (text) => {
    const tokenizer = await loadTokenizer(path.join(fixturesFolder, fixture));
    const history = [{ question: text, answer: text }];
    const { prompt } = composePrompt(style, { text, kind: 'question', history }, () => true);
    expect(prompt).toContain(text.trim());
    const special = specialTokens.flatMap((token) => tokenizer.tokenId(token) ?? []);
    expect(special.length).toBeGreaterThan(1);
    expect(tokenizer.encodePlain(prompt).filter((id) => special.includes(id))).toEqual([]);
  });
});
