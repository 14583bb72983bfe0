/** @file What a tokenizer does beyond the stored cases: hostile text, limits, broken files, half characters. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sequenceRandom } from '../../../native-models/generation/random.ts';
import { cleanableStart, cleanUpSpaces } from '../../../native-models/tokenizers/decodedText.ts';
import { StreamingDetokenizer } from '../../../native-models/tokenizers/streamingDetokenizer.ts';
import { loadTokenizer, TextTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { readTokenizerFiles } from '../../../native-models/tokenizers/tokenizerFiles.ts';

const reference = path.resolve(import.meta.dirname, '../../fixtures/reference');
const t5 = path.join(reference, 'instructblip-t5');
const bert = path.join(reference, 'instructblip-t5/qformer_tokenizer');
const llama = path.join(reference, 'instructblip-llama');
const opt = path.join(reference, 'blip2-opt');
const skip = { skipSpecialTokens: true };

/** Llama's tokenizer with byte tokens that count as text, as published; the fixture lists them as special. */
async function llamaWithBytes(): Promise<TextTokenizer> {
  const { tokenizer, config } = await readTokenizerFiles(llama);
  const added_tokens = tokenizer.added_tokens.filter(({ content }) => !content.startsWith('<0x'));
  return new TextTokenizer({ tokenizer: { ...tokenizer, added_tokens }, config });
}

async function temporaryFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vignette-tokenizer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return folder;
}

describe('what a vocabulary has nothing for', () => {
  it.each([
    ['T5', t5, ['天', '空', '🌊']],
    ['BERT', bert, ['天', '空', '🌊']],
    ['Llama, which spells by bytes', llama, []],
    ['OPT, whose unknown token is its end token', opt, []],
  ])('is named once each: %s', async (_, folder, unknown) => {
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.unknownParts('a boat 天空 天 🌊')).toEqual(unknown);
    expect(tokenizer.unknownParts('a boat')).toEqual([]);
    expect(tokenizer.unknownParts('')).toEqual([]);
  });

  it('is a word where every character is known by itself', async () => {
    const { tokenizer, config } = await readTokenizerFiles(bert);
    const vocab = Object.fromEntries(['[UNK]', 'q', 'z', 'boat'].map((piece, id) => [piece, id]));
    const model = { ...tokenizer.model, vocab };
    const words = new TextTokenizer({ tokenizer: { ...tokenizer, model, added_tokens: [] }, config });
    expect(words.unknownParts('boat qz q')).toEqual(['qz']);
  });
});

describe('a special token that a person types', () => {
  it.each([
    ['T5', t5],
    ['BERT', bert],
    ['Llama', llama],
    ['OPT', opt],
  ])("stays text in %s's tokenizer", async (_, folder) => {
    const tokenizer = await loadTokenizer(folder);
    const { tokenizer: json } = await readTokenizerFiles(folder);
    const plain = tokenizer.encode('a red car');
    for (const { id, content } of json.added_tokens) {
      // Unknown characters are unknown, and spelt in bytes where there are byte tokens.
      if (id === tokenizer.unkTokenId || content.startsWith('<0x')) continue;
      for (const text of [content, `a red car ${content}`, `${content} a red car`, `a${content}b`]) {
        const ids = tokenizer.encode(text);
        const own = plain.filter((other) => other === id).length;
        expect(ids.filter((other) => other === id).length, text).toBe(own);
      }
    }
  });

  it('does not end the text there', async () => {
    const tokenizer = await loadTokenizer(t5);
    const ids = tokenizer.encode('a car</s>a sky');
    expect(ids.indexOf(tokenizer.eosTokenId ?? -1)).toBe(ids.length - 1);
  });

  it('becomes the pieces that spell it', async () => {
    const tokenizer = await loadTokenizer(opt);
    const ids = tokenizer.encode('say </s> twice');
    expect(tokenizer.decode(ids, skip)).toBe('say </s> twice');
  });

  it('leaves added tokens that are ordinary words alone', async () => {
    const { tokenizer, config } = await readTokenizerFiles(t5);
    const added_tokens = [...tokenizer.added_tokens, { id: 400, content: 'zeppelin', special: false }];
    const extended = new TextTokenizer({ tokenizer: { ...tokenizer, added_tokens }, config });
    const ids = extended.encode('a zeppelin');
    expect(ids).toContain(400);
    expect(extended.decode(ids, skip)).toContain('zeppelin');
  });
});

describe('encode', () => {
  it('cuts to a limit on the side that is asked for, and keeps the special tokens', async () => {
    const tokenizer = await loadTokenizer(bert);
    const [cls, ...rest] = tokenizer.encode('what color is the car');
    const sep = rest.pop();
    const long = tokenizer.encode('what color is the car', { maxLength: 5, truncationSide: 'right' });
    expect(long).toEqual([cls, ...rest.slice(0, 3), sep]);
    const left = tokenizer.encode('what color is the car', { maxLength: 5, truncationSide: 'left' });
    expect(left).toEqual([cls, ...rest.slice(-3), sep]);
    // This tokenizer's configuration says "left".
    expect(tokenizer.encode('what color is the car', { maxLength: 5 })).toEqual(left);
    expect(tokenizer.encode('what color is the car', { maxLength: 2 })).toEqual([cls, sep]);
  });

  it('does not cut what fits, and has no limit by default', async () => {
    const tokenizer = await loadTokenizer(t5);
    expect(tokenizer.encode('a car', { maxLength: 100 })).toEqual(tokenizer.encode('a car'));
    expect(tokenizer.encode('a car '.repeat(1000)).length).toBeGreaterThan(2000);
  });

  it('refuses a limit below the number of special tokens', async () => {
    const tokenizer = await loadTokenizer(bert);
    expect(() => tokenizer.encode('a', { maxLength: 1 })).toThrow(
      expect.objectContaining({ code: 'TOKENIZER_LENGTH' }),
    );
  });

  it('takes the empty text, and text that is not well-formed', async () => {
    for (const folder of [t5, bert, llama, opt]) {
      const tokenizer = await loadTokenizer(folder);
      expect(tokenizer.encode('').every((id) => tokenizer.isSpecial(id))).toBe(true);
      expect(tokenizer.encode('a \uD800</s> \0 b').every(Number.isInteger)).toBe(true);
    }
  });
});

describe('decode', () => {
  it('says nothing for ids outside the vocabulary and for no ids', async () => {
    const tokenizer = await loadTokenizer(t5);
    const ids = tokenizer.encode('a red car');
    expect(tokenizer.decode([...ids, 99_999], skip)).toBe(tokenizer.decode(ids, skip));
    expect(tokenizer.decode([], skip)).toBe('');
    expect(tokenizer.decode([0, 1], skip)).toBe('');
  });

  it('shows special tokens on request', async () => {
    const tokenizer = await loadTokenizer(t5);
    expect(tokenizer.decode([0, 1], { skipSpecialTokens: false })).toBe('<pad></s>');
  });

  it('shows one U+FFFD for each byte token of a run that is not UTF-8, as the reference does', async () => {
    const tokenizer = await llamaWithBytes();
    const byte = (value: number) => tokenizer.tokenId(`<0x${value.toString(16).toUpperCase().padStart(2, '0')}>`) ?? -1;
    const smile = [0xf0, 0x9f, 0x98, 0x80].map(byte);
    expect(tokenizer.decode(smile, skip)).toBe('😀');
    expect(tokenizer.decode(smile.slice(0, 3), skip)).toBe('\uFFFD'.repeat(3));
    expect(tokenizer.decode([byte(0x41), byte(0xff)], skip)).toBe('\uFFFD\uFFFD');
  });

  it('cleans spaces up only where the configuration says so, and never for BPE', async () => {
    const cleaning = async (folder: string, on: boolean) => {
      const { tokenizer, config } = await readTokenizerFiles(folder);
      return new TextTokenizer({ tokenizer, config: { ...config, clean_up_tokenization_spaces: on } });
    };
    // The word-piece decoder cleans each piece by itself; " ' " needs three.
    const ids = (await loadTokenizer(bert)).encode("what's");
    expect((await cleaning(bert, false)).decode(ids, skip)).toBe("what ' s");
    expect((await cleaning(bert, true)).decode(ids, skip)).toBe("what's");
    const bpe = await cleaning(opt, true);
    expect(bpe.decode(bpe.encode('a car .'), skip)).toBe('a car .');
  });
});

describe('StreamingDetokenizer', () => {
  it.each(['t5', 'bert', 'bert cleaning', 't5 cleaning', 'llama', 'llama with bytes', 'opt'])(
    'streams random tokens of %s to the text that they decode to',
    async (kind) => {
      const tokenizer = await tokenizerOf(kind);
      const random = sequenceRandom(11, 0);
      for (let run = 0; run < 60; run += 1) {
        // Few ids to a run, so that patterns of neighbours come up.
        const pool = Array.from({ length: 2 + (run % 30) }, () => Math.floor(random() * 660));
        const ids = Array.from({ length: 40 }, () => pool[Math.floor(random() * pool.length)] as number);
        const detokenizer = new StreamingDetokenizer(tokenizer);
        const text = ids.map((id) => detokenizer.push(id)).join('') + detokenizer.finish();
        expect(text).toBe(tokenizer.decode(ids, skip));
      }
    },
  );

  it('sends words as they come', async () => {
    const tokenizer = await loadTokenizer(t5);
    const detokenizer = new StreamingDetokenizer(tokenizer);
    const ids = tokenizer.encode('a red car');
    const sent = ids.map((id) => detokenizer.push(id));
    expect(sent.join('')).toBe(tokenizer.decode(ids, skip));
    expect(detokenizer.finish()).toBe('');
    expect(sent.filter((text) => text !== '').length).toBeGreaterThan(1);
  });

  it.each(['opt', 'llama with bytes'])('never sends half a character (%s)', async (kind) => {
    const tokenizer = await tokenizerOf(kind);
    const ids = tokenizer.encode('a 😀 b');
    const detokenizer = new StreamingDetokenizer(tokenizer);
    const sent = [...ids.map((id) => detokenizer.push(id)), detokenizer.finish()];
    expect(sent.join('')).toBe(tokenizer.decode(ids, skip));
    expect(sent.join('')).toContain('😀');
    for (const text of sent) {
      expect(text).not.toContain('\uFFFD');
      expect(text.isWellFormed()).toBe(true);
    }
  });

  async function tokenizerOf(kind: string): Promise<TextTokenizer> {
    if (kind === 'llama with bytes') return llamaWithBytes();
    const folders: Readonly<Record<string, string>> = { t5, bert, llama, opt };
    const [name = '', cleaning] = kind.split(' ');
    const { tokenizer, config } = await readTokenizerFiles(folders[name] ?? '');
    return new TextTokenizer({
      tokenizer,
      config: { ...config, clean_up_tokenization_spaces: cleaning === 'cleaning' },
    });
  }
});

describe('cleaning spaces', () => {
  it('can be done up to a word end, whatever follows', () => {
    const random = sequenceRandom(5, 0);
    const alphabet = [' ', ' ', ' ', "'", "'", '.', ',', '?', '!', 'n', 't', 's', 'm', 'v', 'e', 'r', 'ab', 'x'];
    for (let run = 0; run < 20_000; run += 1) {
      const parts = Array.from({ length: 14 }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '');
      const cut = cleanableStart(parts.slice(0, 9).join(''));
      expect(cleanUpSpaces(parts.join('')).startsWith(cleanUpSpaces(cut)), parts.join('')).toBe(true);
    }
  });
});

describe('tokenizer files', () => {
  it('name the file that is missing', async () => {
    const folder = await temporaryFolder({ 'tokenizer.json': await readFile(path.join(t5, 'tokenizer.json'), 'utf8') });
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: 'TOKENIZER_FILE_MISSING',
      details: { file: path.join(folder, 'tokenizer_config.json') },
    });
    await expect(loadTokenizer(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'TOKENIZER_FILE_MISSING' });
  });

  it.each([
    ['is not JSON', '{'],
    ['is not an object', '[]'],
    ['has no model', '{}'],
    ['has a vocabulary of the wrong kind', '{"model": {"vocab": {"a": "b"}}}'],
    ['has a negative id', '{"model": {"vocab": {"a": -1}}}'],
    ['is of an unknown type', '{"model": {"type": "Hieroglyphs", "vocab": {"a": 1}}}'],
    ['lacks the merges of its type', '{"model": {"type": "BPE", "vocab": {"a": 1}}}'],
    ['has an unknown decoder', '{"model": {"type": "WordPiece", "vocab": {"a": 1}}, "decoder": {"type": "Oracle"}}'],
  ])('are refused when tokenizer.json %s', async (_, content) => {
    const folder = await temporaryFolder({ 'tokenizer.json': content, 'tokenizer_config.json': '{}' });
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      name: 'TokenizerError',
      code: 'TOKENIZER_FILE_INVALID',
      message: expect.stringContaining(folder),
    });
  });

  it('may name special tokens as objects, as older ones do', async () => {
    const folder = await temporaryFolder({
      'tokenizer.json': await readFile(path.join(t5, 'tokenizer.json'), 'utf8'),
      'tokenizer_config.json': JSON.stringify({ eos_token: { content: '</s>', lstrip: false }, pad_token: '<pad>' }),
    });
    const tokenizer = await loadTokenizer(folder);
    expect([tokenizer.eosTokenId, tokenizer.padTokenId, tokenizer.bosTokenId]).toEqual([1, 0, undefined]);
  });
});
