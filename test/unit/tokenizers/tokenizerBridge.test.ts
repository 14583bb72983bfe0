/** @file How parts of answers are spelled in the tokens of each kind of tokenizer. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { TokenizerBridge } from '../../../native-models/tokenizers/tokenizerBridge.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';

async function open(fixture: string) {
  const tokenizer = await loadTokenizer(path.join(fixturesFolder, fixture));
  const bridge = new TokenizerBridge(tokenizer);
  const piece = (id: number) => tokenizer.decode([id], { skipSpecialTokens: false });
  return { tokenizer, bridge, piece };
}

describe.each(['instructblip-t5', 'blip-caption', 'instructblip-llama', 'blip2-opt'])('the tokens of %s', (fixture) => {
  it('put together an answer that reads as its parts', async () => {
    const { bridge } = await open(fixture);
    const parts = [
      bridge.encodeStart('boats'),
      bridge.encodeAfterWord(', sea gull'),
      bridge.encodeAfterWord(', white'),
      bridge.encodeAfterWord(' balloon'),
    ];
    const spaces = (text: string) => text.replaceAll(' ,', ',');
    expect(spaces(bridge.decode(parts.flatMap((ids) => ids ?? [])))).toBe('boats, sea gull, white balloon');
  });

  it('hold no special token, also where the text spells one', async () => {
    const { bridge, tokenizer } = await open(fixture);
    for (const text of ['boat', '</s>', '[SEP]', '<pad>', '[DEC]']) {
      for (const ids of [bridge.encodeStart(text), bridge.encodeAfterWord(` ${text}`)]) {
        expect((ids ?? []).filter((id) => tokenizer.isSpecial(id))).toEqual([]);
      }
    }
  });

  it('are the same when asked for again', async () => {
    const { bridge } = await open(fixture);
    expect(bridge.encodeStart('boat')).toEqual(bridge.encodeStart('boat'));
    expect(bridge.encodeAfterWord(' boat')).toEqual(bridge.encodeAfterWord(' boat'));
    expect(bridge.encodeStart('\uD800')).toEqual(bridge.encodeStart('\uD800'));
  });
});

describe('a word at an answer’s start and within it', () => {
  it.each(['instructblip-t5', 'blip-caption', 'instructblip-llama'])('is the same to %s', async (fixture) => {
    const { bridge } = await open(fixture);
    expect(bridge.encodeAfterWord(' white')).toEqual(bridge.encodeStart('white'));
  });

  it('is another to GPT-2’s tokenizer, which keeps the space', async () => {
    const { bridge } = await open('blip2-opt');
    expect(bridge.decode(bridge.encodeStart('white') ?? [])).toBe('white');
    expect(bridge.decode(bridge.encodeAfterWord(' white') ?? [])).toBe(' white');
  });
});

describe('text that a model has no tokens for', () => {
  it('has no spelling', async () => {
    // The tiny Llama declares its byte tokens special, and says nothing with them.
    for (const fixture of ['instructblip-t5', 'blip-caption', 'instructblip-llama']) {
      const { bridge } = await open(fixture);
      for (const text of ['日本', 'boat 🙂']) {
        expect(bridge.encodeStart(text)).toBeUndefined();
        expect(bridge.encodeAfterWord(` ${text}`)).toBeUndefined();
      }
    }
  });

  it('is spelled in bytes where there are tokens for bytes', async () => {
    const { bridge } = await open('blip2-opt');
    expect(bridge.decode(bridge.encodeStart('日本') ?? [])).toBe('日本');
  });
});
