/** @file Puts the parts of a tokenizer.json together, with the tokens that are added to the vocabulary. Compiler only. */
import { TokenizerError } from '../tokenizerError.ts';
import { extraTokens, type NumberedToken, namedTokens, type OlderSettings } from './olderSettings.ts';

type Json = Readonly<Record<string, unknown>>;

export interface TokenizerParts {
  /** Ids by their pieces. */
  readonly pieces: ReadonlyMap<string, number>;
  readonly model: Json;
  readonly normalizer: Json | null;
  readonly preTokenizer: Json | null;
  readonly decoder: Json;
  /** Pieces that the vocabulary itself sets apart, in order of their ids. */
  readonly ownTokens: readonly NumberedToken[];
  /** Special tokens before and after each text. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The two files as they are stored; what they hold is checked when they are read. */
export interface MadeTokenizer {
  readonly tokenizer: Json;
  readonly config: Json;
}

/**
 * Tokens that the vocabulary lacks get the ids after it, as the reference's `add_tokens` numbers them: first those that
 * files number themselves, then those with a name, then the others.
 * @throws TokenizerError TOKENIZER_FILE_INVALID where a piece has such an id already
 */
export function assembleTokenizer(parts: TokenizerParts, { stored, values, numbered }: OlderSettings): MadeTokenizer {
  const added = new Map<string, { id: number; special: boolean }>();
  const taken = new Set(parts.pieces.values());
  let next = parts.pieces.size;
  const nextId = (content: string) => {
    if (taken.has(next)) {
      const message = `The vocabulary of the tokenizer leaves ids out: ${JSON.stringify(content)} would get the id ${next}, which one of its pieces has.`;
      throw new TokenizerError('TOKENIZER_FILE_INVALID', message, { content, id: next });
    }
    return next++;
  };
  const add = ({ content, special }: NumberedToken) => {
    const known = added.get(content);
    if (known !== undefined) {
      known.special ||= special;
      return;
    }
    added.set(content, { id: parts.pieces.get(content) ?? nextId(content), special });
  };
  const named = namedTokens(values);
  for (const token of [...parts.ownTokens, ...numbered]) add(token);
  for (const content of [...named, ...extraTokens(values)]) add({ content, special: true });
  const addedTokens = [...added]
    .map(([content, { id, special }]) => addedToken(id, content, special))
    .sort((a, b) => a.id - b.id);
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens,
      normalizer: parts.normalizer,
      pre_tokenizer: parts.preTokenizer,
      post_processor: template(parts, (token) => added.get(token)?.id ?? parts.pieces.get(token) ?? 0),
      decoder: parts.decoder,
      model: parts.model,
    },
    config: stored,
  };
}

function addedToken(id: number, content: string, special: boolean) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: !special, special };
}

/** Texts are never given in pairs; the form for those is as for one. */
function template({ before, after }: TokenizerParts, idOf: (token: string) => number): Json {
  const special = (id: string, typeId: number) => ({ SpecialToken: { id, type_id: typeId } });
  const around = (sequence: string, typeId: number) => [
    ...before.map((token) => special(token, typeId)),
    { Sequence: { id: sequence, type_id: typeId } },
    ...after.map((token) => special(token, typeId)),
  ];
  const tokens = [...new Set([...before, ...after])];
  return {
    type: 'TemplateProcessing',
    single: around('A', 0),
    pair: [...around('A', 0), ...around('B', 1)],
    special_tokens: Object.fromEntries(
      tokens.map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
    ),
  };
}
