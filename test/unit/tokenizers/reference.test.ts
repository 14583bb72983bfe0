/** @file Tokenizers against the ids and texts that the reference stored for each of its checkpoints. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { StreamingDetokenizer } from '../../../native-models/tokenizers/streamingDetokenizer.ts';
import { loadTokenizer, type TextTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const referenceFolder = path.join(root, 'test/fixtures/reference');

const idsSchema = z.array(z.array(z.int()));
const expectedSchema = z.object({
  cases: z.array(
    z.object({
      prompt: z.string(),
      inputs: z.object({ input_ids: idsSchema, qformer_input_ids: idsSchema.optional() }),
      runs: z.array(z.object({ ids: z.array(z.int()), text: z.string() })).default([]),
    }),
  ),
});
const demoSchema = z.object({ answers: z.array(z.object({ ids: z.array(z.int()), text: z.string() })) });

function readJson<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function stream(tokenizer: TextTokenizer, ids: readonly number[]): string {
  const detokenizer = new StreamingDetokenizer(tokenizer);
  return ids.map((id) => detokenizer.push(id)).join('') + detokenizer.finish();
}

describe.each([
  'blip-caption',
  'blip-itm',
  'blip-vqa',
  'blip2-itm',
  'blip2-opt',
  'blip2-t5',
  'instructblip-llama',
  'instructblip-t5',
])('the tokenizer of %s', (name) => {
  const folder = path.join(referenceFolder, name);
  const { cases } = readJson(path.join(folder, 'expected.json'), expectedSchema);

  it('encodes every prompt to the ids after the image tokens', async () => {
    const tokenizer = await loadTokenizer(folder);
    const image = tokenizer.tokenId('<image>');
    for (const { prompt, inputs } of cases) {
      expect(tokenizer.encode(prompt), prompt).toEqual(inputs.input_ids[0]?.filter((id) => id !== image));
    }
  });

  it('decodes every answer to its text, at once and token by token', async () => {
    const tokenizer = await loadTokenizer(folder);
    for (const { ids, text } of cases.flatMap(({ runs }) => runs)) {
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(text);
      expect(stream(tokenizer, ids)).toBe(text);
    }
  });

  if (cases.some(({ inputs }) => inputs.qformer_input_ids)) {
    it('has a second one that encodes every prompt for the Q-Former', async () => {
      const tokenizer = await loadTokenizer(path.join(folder, 'qformer_tokenizer'));
      for (const { prompt, inputs } of cases) {
        expect(tokenizer.encode(prompt), prompt).toEqual(inputs.qformer_input_ids?.[0]);
      }
    });
  }
});

describe('the tokenizer of the bundled model', () => {
  it('decodes every answer about the demo photos to its text, at once and token by token', async () => {
    const tokenizer = await loadTokenizer(path.join(root, 'resources/demo-model/checkpoint'));
    const { answers } = readJson(path.join(root, 'resources/demo-photos/expected.json'), demoSchema);
    expect(answers.length).toBeGreaterThan(100);
    for (const { ids, text } of answers) {
      expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(text);
      expect(stream(tokenizer, ids)).toBe(text);
    }
  });
});
