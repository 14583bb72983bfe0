/** @file How parts of answers are spelled in the tokens of each kind of tokenizer. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TextTokenizerAdapter } from '../../../native-models/tokenizers/textTokenizerAdapter.ts';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';

async function open(fixture: string) {
  const tokenizer = await loadTokenizer(path.join(fixturesFolder, fixture));
  const adapter = new TextTokenizerAdapter(tokenizer);
  const piece = (id: number) => tokenizer.decode([id], { skipSpecialTokens: false });
  return { tokenizer, adapter, piece };
}

describe.each(['instructblip-t5', 'blip-caption', 'instructblip-llama', 'blip2-opt'])('the tokens of %s', (fixture) => {
  it('put together an answer that reads as its parts', async () => {
    const { adapter } = await open(fixture);
    const parts = [
      adapter.encodeStart('boats'),
      adapter.encodeAfterWord(', sea gull'),
      adapter.encodeAfterWord(', white'),
      adapter.encodeAfterWord(' balloon'),
    ];
    const spaces = (text: string) => text.replaceAll(' ,', ',');
    expect(spaces(adapter.decode(parts.flatMap((ids) => ids ?? [])))).toBe('boats, sea gull, white balloon');
  });

  it('hold no special token, also where the text spells one', async () => {
    const { adapter, tokenizer } = await open(fixture);
    for (const text of ['boat', '</s>', '[SEP]', '<pad>', '[DEC]']) {
      for (const ids of [adapter.encodeStart(text), adapter.encodeAfterWord(` ${text}`)]) {
        expect((ids ?? []).filter((id) => tokenizer.isSpecial(id))).toEqual([]);
      }
    }
  });

  it('are the same when asked for again', async () => {
    const { adapter } = await open(fixture);
    expect(adapter.encodeStart('boat')).toEqual(adapter.encodeStart('boat'));
    expect(adapter.encodeAfterWord(' boat')).toEqual(adapter.encodeAfterWord(' boat'));
    expect(adapter.encodeStart('\uD800')).toEqual(adapter.encodeStart('\uD800'));
  });
});

describe('a word at an answer’s start and within it', () => {
  it.each(['instructblip-t5', 'blip-caption', 'instructblip-llama'])('is the same to %s', async (fixture) => {
    const { adapter } = await open(fixture);
    expect(adapter.encodeAfterWord(' white')).toEqual(adapter.encodeStart('white'));
  });

  it('is another to GPT-2’s tokenizer, which keeps the space', async () => {
    const { adapter } = await open('blip2-opt');
    expect(adapter.decode(adapter.encodeStart('white') ?? [])).toBe('white');
    expect(adapter.decode(adapter.encodeAfterWord(' white') ?? [])).toBe(' white');
  });
});

describe('text that a model has no tokens for', () => {
  it('has no spelling', async () => {
    // The tiny Llama declares its byte tokens special, and says nothing with them.
    for (const fixture of ['instructblip-t5', 'blip-caption', 'instructblip-llama']) {
      const { adapter } = await open(fixture);
      for (const text of ['日本', 'boat 🙂']) {
        expect(adapter.encodeStart(text)).toBeUndefined();
        expect(adapter.encodeAfterWord(` ${text}`)).toBeUndefined();
      }
    }
  });

  it('is spelled in bytes where there are tokens for bytes', async () => {
    const { adapter } = await open('blip2-opt');
    expect(adapter.decode(adapter.encodeStart('日本') ?? [])).toBe('日本');
  });
});
