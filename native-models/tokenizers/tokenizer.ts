/** @file Text to token ids and back, from a checkpoint's own tokenizer files, equal to the reference's results. */
import { cleanableStart, cleanUpSpaces, isByteToken, replaceInvalidByteRuns } from './decodedText.ts';
import { createTokenizer, type PieceTokenizer } from './exact/exactTokenizer.ts';
import { foreignPatterns, TimeLimit, TimeLimitError, trialTexts } from './foreignPatterns.ts';
import { TokenizerError } from './tokenizerError.ts';
import { readTokenizerFiles } from './tokenizerFiles.ts';
import type { TokenizerFiles, TokenizerJson } from './tokenizerSchemas.ts';

export interface EncodeOptions {
  /** At most this many ids, the tokenizer's own special tokens included; these are never cut. No limit by default. */
  readonly maxLength?: number | undefined;
  /** Where text is cut when it is too long; by default the side that the tokenizer's configuration names. */
  readonly truncationSide?: 'left' | 'right' | undefined;
}

export interface DecodeOptions {
  readonly skipSpecialTokens: boolean;
}

const rememberedTexts = 4;

/** Of the words of a text and of a word's characters, so many are looked up one by one. */
const maxLookedUp = 500;

/** A text takes some milliseconds. */
const patternTimeoutMs = 2000;

/** A lone surrogate: text never contains one after `toWellFormed`, so a piece that begins with it matches no text. */
const UNMATCHABLE = '\uD800';

export class TextTokenizer {
  readonly bosTokenId: number | undefined;
  readonly eosTokenId: number | undefined;
  readonly padTokenId: number | undefined;
  readonly unkTokenId: number | undefined;
  readonly clsTokenId: number | undefined;
  readonly sepTokenId: number | undefined;
  readonly #tokenizer: PieceTokenizer;
  readonly #patterns: readonly string[];
  /** The texts encoded last: a prompt is measured, looked through and then given to the model. */
  readonly #recent = new Map<string, readonly number[]>();
  /** Where the file has patterns of its own. */
  readonly #timeLimit: TimeLimit | undefined;
  readonly #tokens: readonly (string | undefined)[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #specialIds: ReadonlySet<number>;
  /** What the post-processor puts before and after every text. */
  readonly #before: readonly number[];
  readonly #after: readonly number[];
  readonly #truncationSide: 'left' | 'right';
  readonly #cleansUpSpaces: boolean;
  readonly #fallsBackToBytes: boolean;

  /** @param timeoutMs for one text, where the files bring patterns of their own */
  constructor(files: TokenizerFiles, timeoutMs = patternTimeoutMs) {
    const { tokenizer, config } = files;
    this.#tokens = tokensById(tokenizer);
    this.#ids = new Map(this.#tokens.flatMap((token, id) => (token === undefined ? [] : [[token, id]])));
    const named = (token: string | null | undefined) => (token == null ? undefined : this.#ids.get(token));
    this.bosTokenId = named(config.bos_token);
    this.eosTokenId = named(config.eos_token);
    this.padTokenId = named(config.pad_token);
    this.unkTokenId = named(config.unk_token);
    this.clsTokenId = named(config.cls_token);
    this.sepTokenId = named(config.sep_token);
    this.#specialIds = new Set([
      ...tokenizer.added_tokens.flatMap(({ id, special }) => (special ? [id] : [])),
      ...[
        ...[config.bos_token, config.eos_token, config.pad_token, config.unk_token],
        ...[config.cls_token, config.sep_token, config.mask_token, ...(config.additional_special_tokens ?? [])],
      ].flatMap((token) => named(token) ?? []),
    ]);
    this.#patterns = foreignPatterns(tokenizer);
    this.#timeLimit = this.#patterns.length === 0 ? undefined : new TimeLimit(timeoutMs);
    this.#tokenizer = this.#limited(() => createTokenizer(withoutSpecialText(tokenizer, this.#specialIds), config));
    const [before, after] = this.#surroundings();
    this.#before = before;
    this.#after = after;
    this.#truncationSide = config.truncation_side;
    // transformers 5: off unless configured, and never for BPE, where it would eat spaces that the model wrote.
    this.#cleansUpSpaces = config.clean_up_tokenization_spaces === true && !('merges' in tokenizer.model);
    const { decoder } = tokenizer;
    this.#fallsBackToBytes = [decoder, ...(decoder?.decoders ?? [])].some((part) => part?.type === 'ByteFallback');
  }

  tokenId(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The token of an id; undefined where no token has it. */
  tokenAt(id: number): string | undefined {
    return this.#tokens[id];
  }

  /**
   * A token that a model may be given and whose id is not below `vocabSize`. Special tokens do not count where no text
   * is ever read as them and nothing puts them around one: processors add their <image> to every tokenizer they save.
   */
  tokenBeyond(vocabSize: number): { readonly token: string; readonly id: number } | undefined {
    const named = [
      this.bosTokenId,
      this.eosTokenId,
      this.padTokenId,
      this.unkTokenId,
      this.clsTokenId,
      this.sepTokenId,
    ];
    const given = new Set([...this.#before, ...this.#after, ...named]);
    for (let id = vocabSize; id < this.#tokens.length; id += 1) {
      const token = this.#tokens[id];
      if (token !== undefined && (given.has(id) || !this.#specialIds.has(id))) return { token, id };
    }
    return undefined;
  }

  isSpecial(id: number): boolean {
    return this.#specialIds.has(id);
  }

  /**
   * The ids of a text with the special tokens that belong around it. A person's text is only ever text: where it spells
   * a special token ("</s>", "<image>") it becomes ordinary pieces, unlike in the reference's default.
   */
  encode(text: string, options: EncodeOptions = {}): number[] {
    const ids = this.encodePlain(text);
    const { maxLength = Number.POSITIVE_INFINITY, truncationSide = this.#truncationSide } = options;
    const room = maxLength - this.#before.length - this.#after.length;
    if (room < 0) {
      throw new TokenizerError(
        'TOKENIZER_LENGTH',
        `A text cannot be cut to ${maxLength} tokens, because its special tokens alone are more.`,
        { maxLength },
      );
    }
    const excess = Math.max(0, ids.length - room);
    const kept = truncationSide === 'left' ? ids.slice(excess) : ids.slice(0, ids.length - excess);
    return [...this.#before, ...kept, ...this.#after];
  }

  /** The ids of the text alone. @throws TokenizerError TOKENIZER_UNKNOWN_TEXT or TOKENIZER_TOO_SLOW */
  encodePlain(text: string): number[] {
    const recent = this.#recent.get(text);
    if (recent !== undefined) return [...recent];
    const { ids, tokens } = this.#limited(() =>
      this.#tokenizer.encode(text.toWellFormed(), { add_special_tokens: false }),
    );
    const known = ids.map((id, i) => {
      if (id !== undefined) return id;
      throw new TokenizerError(
        'TOKENIZER_UNKNOWN_TEXT',
        'The text holds characters that this model has no tokens for.',
        {
          piece: tokens[i],
        },
      );
    });
    const [oldest] = this.#recent.keys();
    if (this.#recent.size >= rememberedTexts && oldest !== undefined) this.#recent.delete(oldest);
    this.#recent.set(text, known);
    return [...known];
  }

  /**
   * What of a text the vocabulary has nothing for, each once: characters, or words of which every character is known by
   * itself. A model is given the same unknown token for all of them.
   */
  unknownParts(text: string): string[] {
    if (!this.#isUnknown(text)) return [];
    const words = new Set(text.split(/\s+/).slice(0, maxLookedUp));
    const parts = [...words].flatMap((word) => {
      if (!this.#isUnknown(word)) return [];
      const characters = [...word].slice(0, maxLookedUp).filter((character) => this.#isUnknown(character));
      return characters.length > 0 ? characters : [word];
    });
    return parts.length > 0 ? [...new Set(parts)] : [text.trim()];
  }

  #isUnknown(text: string): boolean {
    return this.unkTokenId !== undefined && this.encodePlain(text).includes(this.unkTokenId);
  }

  /** Equal to the reference's `decode`; ids outside the vocabulary say nothing, as there. */
  decode(ids: readonly number[], options: DecodeOptions): string {
    const text = this.#join(this.#visibleTokens(ids, options.skipSpecialTokens));
    return this.#cleansUpSpaces ? cleanUpSpaces(text) : text;
  }

  /** The start of `decode(ids)`, special tokens skipped, that no token which may follow can change any more. */
  decodeStable(ids: readonly number[]): string {
    const tokens = this.#visibleTokens(ids, true);
    if (this.#fallsBackToBytes) tokens.length = 1 + tokens.findLastIndex((token) => !isByteToken(token));
    // A character whose bytes are not all there yet shows as U+FFFD.
    const text = this.#join(tokens).replace(/\uFFFD+$/, '');
    return this.#cleansUpSpaces ? cleanUpSpaces(cleanableStart(text)) : text;
  }

  #visibleTokens(ids: readonly number[], skipSpecialTokens: boolean): string[] {
    return ids.flatMap((id) => (skipSpecialTokens && this.#specialIds.has(id) ? [] : (this.#tokens[id] ?? [])));
  }

  #join(tokens: readonly string[]): string {
    const pieces = this.#fallsBackToBytes ? replaceInvalidByteRuns(tokens) : [...tokens];
    const { decoder } = this.#tokenizer;
    return decoder === null ? pieces.join(' ') : this.#limited(() => decoder.decode(pieces));
  }

  /**
   * Runs texts through the file's own patterns that patterns of the bad sort never come to an end with.
   * @throws TokenizerError TOKENIZER_TOO_SLOW
   */
  assertQuick(): void {
    if (this.#timeLimit === undefined) return;
    for (const text of trialTexts(this.#patterns)) {
      const ids = this.encodePlain(text);
      this.decode(ids, { skipSpecialTokens: true });
    }
  }

  #limited<Result>(action: () => Result): Result {
    if (this.#timeLimit === undefined) return action();
    try {
      return this.#timeLimit.run(action);
    } catch (cause) {
      if (!(cause instanceof TimeLimitError)) throw cause;
      const message = `A pattern of the model's tokenizer.json does not come to an end with this text; the model cannot be asked it.`;
      throw new TokenizerError('TOKENIZER_TOO_SLOW', message, { patterns: this.#patterns }, cause);
    }
  }

  #surroundings(): [readonly number[], readonly number[]] {
    const tokens = this.#tokenizer.post_processor?.post_process([UNMATCHABLE], null, true).tokens ?? [UNMATCHABLE];
    const place = tokens.indexOf(UNMATCHABLE);
    const idsOf = (some: readonly string[]) => some.flatMap((token) => this.#ids.get(token) ?? []);
    return [idsOf(tokens.slice(0, place)), idsOf(tokens.slice(place + 1))];
  }
}

/** Reads `tokenizer.json` and `tokenizer_config.json`. */
export async function loadTokenizer(folder: string): Promise<TextTokenizer> {
  const files = await readTokenizerFiles(folder);
  try {
    return new TextTokenizer(files);
  } catch (cause) {
    if (cause instanceof TokenizerError) throw cause;
    throw new TokenizerError(
      'TOKENIZER_FILE_INVALID',
      `The tokenizer in ${folder} is of a kind that is not supported: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { folder },
      cause,
    );
  }
}

function tokensById({ model, added_tokens }: TokenizerJson): (string | undefined)[] {
  const tokens: (string | undefined)[] = [];
  if (Array.isArray(model.vocab)) for (const [id, [piece]] of model.vocab.entries()) tokens[id] = piece;
  else for (const [piece, id] of Object.entries(model.vocab)) tokens[id] = piece;
  for (const { id, content } of added_tokens) tokens[id] = content;
  return tokens;
}

/**
 * The tokenizer as it treats text in which special tokens have no meaning: they are not looked for. Unigram pieces of
 * the same spelling must not match either; the other models build pieces from merges or words that never spell them.
 */
function withoutSpecialText(tokenizer: TokenizerJson, specialIds: ReadonlySet<number>): TokenizerJson {
  const { model, added_tokens } = tokenizer;
  const vocab = Array.isArray(model.vocab)
    ? model.vocab.map(([piece, score], id): [string, number] => [
        specialIds.has(id) ? UNMATCHABLE + piece : piece,
        score,
      ])
    : model.vocab;
  return {
    ...tokenizer,
    model: { ...model, vocab },
    added_tokens: added_tokens.filter(({ id }) => !specialIds.has(id)),
  };
}
