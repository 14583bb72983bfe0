/** @file Older tokenizer files that are damaged or made to do harm: refused with a sentence, or a tokenizer that works. */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../../native-models/tokenizers/tokenizer.ts';
import { TokenizerError } from '../../../native-models/tokenizers/tokenizerError.ts';
import { tokenizerFileContents } from '../../../native-models/tokenizers/tokenizerFiles.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/tokenizers');
const kinds = ['bert', 'opt', 't5', 'llama'] as const;
type Kind = (typeof kinds)[number];
type Files = Readonly<Record<string, string | Uint8Array>>;

let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
const originals = new Map<Kind, Map<string, Buffer>>();
beforeAll(async () => {
  temporary = await temporaryFolder();
  for (const kind of kinds) {
    const files = new Map<string, Buffer>();
    for (const name of await readdir(path.join(fixtures, kind))) {
      if (!name.startsWith('expected')) files.set(name, await readFile(path.join(fixtures, kind, name)));
    }
    originals.set(kind, files);
    await mkdir(path.join(temporary.path, kind));
  }
});
afterAll(() => temporary[Symbol.asyncDispose]());

/** The files of a kind with others in place of some. */
async function folderOf(kind: Kind, changed: Files): Promise<string> {
  const folder = path.join(temporary.path, kind);
  for (const name of originals.get(kind)?.keys() ?? []) {
    await copyFile(path.join(fixtures, kind, name), path.join(folder, name));
  }
  for (const [name, content] of Object.entries(changed)) await writeFile(path.join(folder, name), content);
  return folder;
}

async function refusal(kind: Kind, changed: Files): Promise<unknown> {
  const folder = await folderOf(kind, changed);
  return await loadTokenizer(folder).then(
    () => 'taken',
    (error: unknown) => error,
  );
}

const invalid = (what: RegExp) => ({
  name: 'TokenizerError',
  code: 'TOKENIZER_FILE_INVALID',
  message: expect.stringMatching(what),
});

interface Piece {
  readonly piece?: string | Uint8Array;
  readonly score?: number;
  readonly type?: number;
}

/** A model of SentencePiece. @param algorithm 1 for unigram, 2 for BPE */
function sentencePieces(
  algorithm: number,
  pieces: readonly Piece[],
  { charsmap, unknownId = 0 }: { charsmap?: Uint8Array; unknownId?: number } = {},
): Uint8Array {
  const writer = new BinaryWriter();
  for (const { piece, score = -1, type = 1 } of [{ piece: '<unk>', type: 2 }, { piece: '</s>', type: 3 }, ...pieces]) {
    writer.tag(1, WireType.LengthDelimited).fork();
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    if (bytes !== undefined) writer.tag(1, WireType.LengthDelimited).bytes(bytes);
    writer.tag(2, WireType.Bit32).float(score).tag(3, WireType.Varint).int32(type).join();
  }
  writer.tag(2, WireType.LengthDelimited).fork().tag(3, WireType.Varint).int32(algorithm);
  writer.tag(40, WireType.Varint).int32(unknownId).join();
  if (charsmap !== undefined) {
    writer.tag(3, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).bytes(charsmap).join();
  }
  return writer.finish();
}

/** A double array, and the texts that it leads to. */
function charsmapOf(units: readonly number[], texts: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(Uint32Array.of(4 * units.length, ...units).buffer), texts]);
}

const notUtf8 = Uint8Array.of(0x61, 0xff, 0x0a);
const letters = [{ piece: '▁' }, { piece: 'a' }, { piece: 'b' }];

describe('lists of pieces', () => {
  it.each<[string, Kind, Files, RegExp]>([
    ['an empty vocab.txt', 'bert', { 'vocab.txt': '' }, /is empty/],
    ['a piece twice', 'bert', { 'vocab.txt': '[UNK]\na\nb\na\n' }, /"a" in line 2 and again in line 4/],
    ['a vocab.txt that is not UTF-8', 'bert', { 'vocab.txt': notUtf8 }, /is not UTF-8/],
    ['a vocab.json that is cut off', 'opt', { 'vocab.json': '{"a": 0, "b"' }, /is not JSON/],
    ['an empty vocab.json', 'opt', { 'vocab.json': '{}' }, /is empty/],
    ['a vocab.json that is not UTF-8', 'opt', { 'vocab.json': Buffer.from('7b22ff223a307d', 'hex') }, /is not UTF-8/],
    ['a list for a vocabulary', 'opt', { 'vocab.json': '["a"]' }, /not one we can read/],
    ['an id twice', 'opt', { 'vocab.json': '{"a": 0, "b": 0}' }, /the same id 0/],
    ['an id below nought', 'opt', { 'vocab.json': '{"a": -1}' }, /not one we can read/],
    ['an id that is no whole number', 'opt', { 'vocab.json': '{"a": 0.5}' }, /not one we can read/],
    ['an id that is text', 'opt', { 'vocab.json': '{"a": "0"}' }, /not one we can read/],
    ['an id beyond any vocabulary', 'opt', { 'vocab.json': '{"a": 4000000000}' }, /not one we can read/],
    [
      'ids that leave places for tokens of the files',
      'opt',
      { 'vocab.json': '{"a": 0, "b": 2}', 'merges.txt': '' },
      /id/,
    ],
    ['a merge of unknown pieces', 'opt', { 'merges.txt': 'a zzzz\n' }, /does not have "zzzz"/],
    ['a merge of one piece', 'opt', { 'merges.txt': 'a\n' }, /no pair of pieces in line 1/],
    ['a merges.txt that is not UTF-8', 'opt', { 'merges.txt': notUtf8 }, /is not UTF-8/],
  ])('%s', async (_what, kind, changed, message) => {
    expect(await refusal(kind, changed)).toMatchObject(invalid(message));
  });
});

it('a list of nothing but ends of lines is not read', async () => {
  const lines = Buffer.alloc(17 << 20, '\n');
  expect(await refusal('bert', { 'vocab.txt': lines })).toMatchObject({ code: 'TOKENIZER_FILE_MISSING' });
});

describe('settings', () => {
  it.each<[string, Kind, Files]>([
    ['a name that is a number', 'bert', { 'special_tokens_map.json': '{"unk_token": 5}' }],
    ['an empty name', 'bert', { 'special_tokens_map.json': '{"unk_token": ""}' }],
    ['an added token of no text', 'bert', { 'added_tokens.json': '{"": 40}' }],
    ['an added token of no id', 'bert', { 'added_tokens.json': '{"x": null}' }],
    ['more places for words left out than any model has', 't5', { 'tokenizer_config.json': '{"extra_ids": 20000}' }],
    ['a class of no kind that is known', 't5', { 'tokenizer_config.json': '{"tokenizer_class": "__proto__"}' }],
  ])('%s', async (_what, kind, changed) => {
    expect(await refusal(kind, changed)).toMatchObject(invalid(/./));
  });

  it('nested deeper than they can be written again', async () => {
    const deep = `{"a": ${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    const folder = await folderOf('bert', { 'tokenizer_config.json': deep });
    await expect(tokenizerFileContents(folder)).rejects.toMatchObject(invalid(/nested/));
  });
});

describe('models of SentencePiece', () => {
  const longText = Buffer.alloc(5000, 'x');
  /** The first unit leads to that of byte 1, which has a value: the text at the number in the last unit. */
  const leadsTo = (start: number) => [0, (3 << 10) | (1 << 8) | 1, start];

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /holds no pieces/],
    ['a length beyond the file', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x61), /cut off or damaged/],
    ['a length of more than 64 bits', Uint8Array.of(0x0a, ...new Array(11).fill(0xff)), /cut off or damaged/],
    ['groups within groups', Buffer.alloc(100_000, 0x0b), /cut off or damaged/],
    ['a piece twice', sentencePieces(1, [...letters, { piece: 'a' }]), /"a" twice/],
    ['an empty piece', sentencePieces(1, [{ piece: '' }]), /an empty piece/],
    ['a piece without text', sentencePieces(1, [{}]), /an empty piece/],
    ['a piece that is not UTF-8', sentencePieces(1, [{ piece: notUtf8 }]), /not UTF-8/],
    ['a piece longer than any', sentencePieces(1, [{ piece: 'a'.repeat(10_000) }]), /a piece of 10000 characters/],
    ['a type that there is not', sentencePieces(1, [{ piece: 'a', type: 9 }]), /unknown type 9/],
    [
      'a score that is no number',
      sentencePieces(1, [{ piece: 'a', score: Number.NaN }]),
      /scores the piece 2 with NaN/,
    ],
    ['an endless score', sentencePieces(1, [{ piece: 'a', score: Number.NEGATIVE_INFINITY }]), /-Infinity/],
    ['an unknown token beyond the pieces', sentencePieces(1, letters, { unknownId: 99 }), /has 99 for the id/],
    ['another algorithm', sentencePieces(4, letters), /a kind that is not supported \(4\)/],
    ['BPE', sentencePieces(2, letters), /T5 has a unigram model/],
    ['a table that is cut off', sentencePieces(1, letters, { charsmap: Uint8Array.of(8, 0, 0, 0, 1) }), /cut off/],
    [
      'a table beyond its texts',
      sentencePieces(1, letters, { charsmap: charsmapOf(leadsTo(99), longText) }),
      /no text/,
    ],
    [
      'a table of overlong texts',
      sentencePieces(1, letters, { charsmap: charsmapOf(leadsTo(0), longText) }),
      /no text/,
    ],
  ])('of T5: %s', async (_what, content, message) => {
    expect(await refusal('t5', { 'spiece.model': content })).toMatchObject(invalid(message));
  });

  it('of T5: a place that is added to it', async () => {
    const changed = {
      'spiece.model': sentencePieces(1, [{ piece: '<extra_id_0>' }]),
      'tokenizer_config.json': '{"extra_ids": 1}',
    };
    expect(await refusal('t5', changed)).toMatchObject(invalid(/already/));
  });

  it('of T5: a table whose paths lead back to themselves comes to an end', async () => {
    const units = Array.from({ length: 256 }, (_, byte) => byte);
    const charsmap = charsmapOf(units, Buffer.from('x\0'));
    const folder = await folderOf('t5', { 'spiece.model': sentencePieces(1, letters, { charsmap }) });
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.decode(tokenizer.encode('ab a'), { skipSpecialTokens: true })).toBe('ab a');
  });

  it('of Llama: pieces that can be joined in millions of ways', async () => {
    const pieces = Array.from({ length: 112 * 112 }, (_, i) => ({
      piece: 'a'.repeat(Math.floor(i / 112)) + 'b'.repeat(i % 112),
    })).slice(1);
    expect(await refusal('llama', { 'tokenizer.model': sentencePieces(2, pieces) })).toMatchObject(invalid(/ways/));
  });
});

/** T5's table takes its time. */
const fuzzed: Readonly<Record<Kind, { readonly names: readonly string[]; readonly rounds: number }>> = {
  bert: { names: ['vocab.txt', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'], rounds: 100 },
  opt: { names: ['vocab.json', 'merges.txt', 'tokenizer_config.json'], rounds: 100 },
  t5: { names: ['spiece.model', 'spiece.model', 'tokenizer_config.json'], rounds: 20 },
  llama: { names: ['tokenizer.model', 'tokenizer.model', 'tokenizer_config.json'], rounds: 50 },
};

/** Bytes changed, cut off, left out, repeated or put in, most of them where the file begins or in its table. */
function mutated(bytes: Buffer, random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  const at = below(random() < 0.5 ? Math.min(bytes.length, 600) : bytes.length);
  const to = Math.min(bytes.length, at + 1 + below(40));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  switch (below(5)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, part, part, after]);
    case 3:
      return Buffer.concat([before, Buffer.from(part.map(() => below(256))), after]);
    default:
      return Buffer.concat([before, Uint8Array.of(part.readUInt8(0) ^ (1 << below(8))), bytes.subarray(at + 1)]);
  }
}

describe.each(kinds)('files of %s that are changed at random', (kind) => {
  it('are refused, or make a tokenizer that works', async () => {
    const random = randomNumbers(kinds.indexOf(kind) + 1);
    const ends = { refused: 0, taken: 0 };
    const { names, rounds } = fuzzed[kind];
    for (let round = 0; round < rounds; round += 1) {
      const name = names[Math.floor(random() * names.length)] as string;
      const content = mutated(originals.get(kind)?.get(name) as Buffer, random);
      const folder = round === 0 ? await folderOf(kind, {}) : path.join(temporary.path, kind);
      await writeFile(path.join(folder, name), content);
      try {
        const tokenizer = await loadTokenizer(folder);
        const ids = tokenizer.encode('A photo of two cafés, 東京 and ﬁn\u0301 <s>');
        expect(typeof tokenizer.decode(ids, { skipSpecialTokens: true })).toBe('string');
        ends.taken += 1;
      } catch (error) {
        if (!(error instanceof TokenizerError)) throw new Error(`round ${round}, ${name}`, { cause: error });
        ends.refused += 1;
      }
      await writeFile(path.join(folder, name), originals.get(kind)?.get(name) as Buffer);
    }
    expect(ends.refused).toBeGreaterThan(2);
    expect(ends.taken).toBeGreaterThan(2);
  });
});
