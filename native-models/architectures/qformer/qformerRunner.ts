/** @file Runs the Q-Former, which turns a picture into the prefix of the language model, with or without an instruction. Model host. */
import { type GraphSession, outputOf, type Tensor } from '../../runtime/graphSession.ts';
import { encodeWithin, type TextLimit } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import { padRight, positionsOf } from './paddedText.ts';

export interface QFormerOutput {
  /** The query tokens after the last layer, [B, Q, Dq]. */
  readonly queryOutput: Tensor;
  /** Their projection into the language model, [B, Q, D]. */
  readonly languagePrefix: Tensor;
}

export interface QFormerRunner {
  /** None where the Q-Former does not read the prompt. */
  readonly limits: readonly TextLimit[];
  /** Where it does not, one output serves every prompt about a picture. */
  readonly readsPrompt: boolean;
  /** Prompt i is about picture i of the vision encoder's output, [B, P, Dv]. */
  encode(vision: Tensor, prompts: readonly string[]): Promise<QFormerOutput>;
}

/** BLIP-2's: the same for every prompt. */
export function plainQFormer(session: GraphSession): QFormerRunner {
  return { limits: [], readsPrompt: false, encode: async (vision) => named(await session.run({ features: vision })) };
}

/** InstructBLIP's: the query tokens read the prompt. */
export function instructedQFormer(
  session: GraphSession,
  tokenizer: TextTokenizer,
  { queryTokens, maxPositions }: { readonly queryTokens: number; readonly maxPositions: number },
): QFormerRunner {
  const limit = { tokenizer, maxLength: maxPositions };
  return {
    limits: [limit],
    readsPrompt: true,
    async encode(vision, prompts) {
      const rows = prompts.map((prompt) => encodeWithin(limit, prompt));
      const text = padRight(rows, tokenizer.padTokenId ?? 0, queryTokens);
      const outputs = await session.run({
        features: vision,
        input_ids: text.ids,
        attention_mask: text.mask,
        position_ids: positionsOf(text.length),
      });
      return named(outputs);
    },
  };
}

function named(outputs: Readonly<Record<string, Tensor>>): QFormerOutput {
  return { queryOutput: outputOf(outputs, 'query_output'), languagePrefix: outputOf(outputs, 'language_prefix') };
}
